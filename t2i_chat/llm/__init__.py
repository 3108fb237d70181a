"""The local language model: llama.cpp, its chat template, and grammar-constrained decoding."""
