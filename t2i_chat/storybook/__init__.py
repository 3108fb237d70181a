"""The embedded text-to-image model at run time (a small Stable Diffusion trained on drawings).

- weights/: the diffusers folder; networks.py, package.py: its architecture and assembly
- vocabulary.py: the words it was trained on; wording.py: maps prompts to them, with
  nearest.py, phrases.py, english.py, spelling.py
- scene_parser.py, arrange.py: prompt → layout for regional prompting
- scenes.py, backdrop.py, compose.py, art/, oklch.py: the synthetic training scenes
- layout.py: labels for training; judge.py, edit_checker.py: recognises what a picture shows
- bank/: drawings with what is known of each, found by words
- sheet.py: contact sheets
"""
