"""Models that look at pictures: segmenters (text → mask) and CLIP scores, through transformers."""
