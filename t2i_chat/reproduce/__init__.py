"""Reproducibility: renders stored versions again from their recipes and compares the pixels.

- replay.py: replay of a conversation, export or single PNG; repaint.py: restores missing pictures
- drift.py: measures the drift over many edits
"""
