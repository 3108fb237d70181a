"""The embedded model's chat template (ChatML), split so that requests share cached prefixes."""

from __future__ import annotations

import re


def chat_prompt(request: str) -> str:
    """A request in SmolLM2's chat template (ChatML), up to where the answer begins."""
    return f"<|im_start|>user\n{request}<|im_end|>\n<|im_start|>assistant\n"


def prompt_pieces(request: str) -> list[str]:
    """The prompt split per version line, so that requests share a prefix in the KV cache.

    Joined they are `chat_prompt`; as they are split at newlines, the tokens are the same.
    """
    return re.split(r"(?<=\n)(?<!>user\n)(?=v\d+ = |now v)", chat_prompt(request))
