"""Training of the embedded text-to-image model: synthetic scenes, stages, evaluation.

- train.py: runs the stages; run.py: log and checkpoints; distributed.py: several processes
- clip_training.py, tokenizer.py, scene_captions.py: text encoder
- codec.py, autoencoder.py: VAE; denoiser.py, batches.py, holes.py, close_up.py, scene_pool.py,
  optimizer.py: UNet, for text-to-image and inpainting
- segmenter.py: CLIPSeg; judge_training.py, corruptions.py, judge_accuracy.py: judge
- evaluate.py, measure.py, questions.py, scripted_edits.py, studio.py: evaluation
- publish.py: copies checkpoints into the package; gallery.py, starters.py: sample pictures
- art/: rasterises the drawings; bank/: builds the bank of drawings
"""
