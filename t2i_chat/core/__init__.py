"""Types and constants every other package shares: pure Python and pydantic, no torch, no I/O.

- actions.py: the typed plan a message is parsed into (Generate, Inpaint, Outpaint, Undo, …)
- recipe.py: Recipe (everything that determines the pixels), RenderRequest, Receipt, Version
- events.py: the Message a person sends and the events the conversation streams back
- params.py: generation settings of a conversation (seed, steps, guidance, size, model)
- protocols.py: interfaces Planner, Renderer, Segmenter, Checker, VersionStore, LanguageModel
- families.py: diffusers pipeline classes per model family (SD, SDXL, FLUX, Qwen-Image, …)
- registry.py: facts per model (native size, default steps, token limit, inpainting strengths)
- settings.py: settings of the installation (T2I_CHAT_… variables, .env, command line)
- geometry.py: sizes, boxes and aspect ratios in pixels
- eta.py: time estimates (ETA) from the step times of earlier pictures
- errors.py: the exception tree (UserError, HostError, Cancelled)
"""
