"""The embedded text-to-image model at run time: words → drawings → draft, and its weights.

- describing/, description.py: what a prompt asks to show; spelling.py, english.py: its words
- bank/: drawings looked up by words; cutout.py, recolour.py, oklch.py: one of them for one place
- arrangement.py, relations.py, spots.py, suiting.py: where things stand, and in which setting
- layouts.py: description ↔ layout; bank_lexicon.py: the model's vocabulary for the conversation
- backdrops/, draft.py: the picture the denoiser paints from; styles/: image operations
- weights/: the diffusers folder; networks.py, package.py: its architecture and assembly
- the fifth edition, for older recipes and its training: vocabulary.py, wording.py, nearest.py,
  phrases.py, scene_parser.py, arrange.py, scenes.py, backdrop.py, compose.py, art/, layout.py,
  judge.py, edit_checker.py; sheet.py: contact sheets
"""
