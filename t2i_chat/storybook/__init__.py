"""The embedded text-to-image model: its art, scenes, training, evaluation and weights."""
