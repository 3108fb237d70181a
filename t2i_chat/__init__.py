"""Paint by talking: text-to-image chat in which every picture is an exact, reversible version.

Importing this package loads nothing heavy; it holds only the version number.

- core/: shared types (Plan, Recipe, events, settings, protocols)
- imaging/: masks, infill, PNG and A1111 metadata; text/: captions, moderation
- llm/: llama.cpp and GBNF grammars; planning/: message → plan, prompt enrichment
- editing/: plan → render request (inpainting, outpainting, img2img); vision/: segmentation
- rendering/: diffusers pipelines, queue with ETA, super-resolution, lettering
- storybook/: the embedded text-to-image model
- store/: SQLite version tree, undo/redo, export, share links; reproduce/: replay
- chat/: one conversation; ui/: the Gradio page and API; cli/: the command line
- app.py: puts it all together
"""

__version__ = "0.1.0"
