"""The local language model (llama.cpp, GGUF): completion, constrained decoding, chat template.

- llama.py: llama.cpp models (GGUF, LoRA adapter), loading and completion
- constrained_decoding.py: greedy decoding under a GBNF grammar, with prefix reuse
- chat_template.py: the embedded model's chat template (ChatML)
"""
