"""Shows how a model's CLIP tokenizer splits a prompt into tokens, up to its token limit."""

from __future__ import annotations

from functools import lru_cache

from transformers import CLIPTokenizer

from t2i_chat import hub
from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.registry import facts_for

MOST = 4096
"""Size of the cache in prompts: more than a conversation shows at once."""


@lru_cache(maxsize=MOST)
def tokens(model: str, prompt: str) -> tuple[str, ...]:
    """The tokens of `prompt` in order, up to the model's limit.

    () for a model that is not on this machine or has no CLIP tokenizer.
    """
    tokenizer = _tokenizer(model)
    if tokenizer is None:
        return ()
    room = tokenizer.model_max_length - 2  # without the begin and end tokens
    pieces: list[str] = tokenizer.tokenize(prompt)[:room]
    return tuple(piece.replace("</w>", " ") for piece in pieces)


@lru_cache(maxsize=2)
def _tokenizer(model: str) -> CLIPTokenizer | None:
    try:
        facts = facts_for(model)
        if not hub.is_here(facts):
            return None
        return CLIPTokenizer.from_pretrained(
            facts.source, subfolder="tokenizer", revision=facts.revision, local_files_only=True
        )
    except (ModelMissing, OSError, ValueError):
        return None
