"""Open-vocabulary segmentation (CLIPSeg, SAM 3, GroundingDINO + SAM 2) and CLIP scores.

- clipseg.py, sam3.py, grounded_sam2.py: segmenters (text → mask)
- clip_score.py: CLIP or SigLIP score of a region, for the self-check
- base.py: preprocessing and devices; files.py: model folders; cache.py: answers
"""
