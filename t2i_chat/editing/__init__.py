"""From a planned edit to a `RenderRequest`: region, mask, prompt, strength, verification.

Nothing here runs a diffusion model or writes to the store.

- requests/: builds the render requests, one module per group of actions
- targeting.py: the mask of an edit (segmentation, brush, layout, free place)
- placement.py: a box for an added thing; anchoring.py: on something that carries it
- disambiguate.py: asks which of several like things is meant
- attention_region.py: a mask from cross-attention maps
- layout_edits.py, layout_move_resize.py: edits of pictures that were painted from a layout
- instruct.py: edits by instruction (InstructPix2Pix, FLUX Kontext, Qwen-Image-Edit)
- combine_region.py: the region that is copied from another version
- verify.py: checks a finished edit and retries once
"""
