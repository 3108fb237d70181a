"""The embedded model's chat template (ChatML), cut where two planning requests may differ."""

from __future__ import annotations

import re


def chat_prompt(request: str) -> str:
    """A request in the chat template of SmolLM2 (ChatML), up to where the answer begins."""
    return f"<|im_start|>user\n{request}<|im_end|>\n<|im_start|>assistant\n"


def prompt_pieces(request: str) -> list[str]:
    """The prompt of a request in pieces: one for each version, which requests share, and the rest.

    Joined they are `chat_prompt`; parted at ends of lines, they make the same tokens.
    """
    return re.split(r"(?<=\n)(?<!>user\n)(?=v\d+ = |now v)", chat_prompt(request))
