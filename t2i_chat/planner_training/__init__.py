"""Makes the small planner: synthetic requests, LoRA training, export to GGUF."""
