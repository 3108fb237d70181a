"""Attention maps: where the UNet looked for each word (cross-attention, DAAM).

Cross-attention averaged over heads, layers and steps, as in Tang et al., "What the DAAM:
Interpreting Stable Diffusion Using Cross Attention" (2023). Recording leaves the picture unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import DiffusionPipeline
from diffusers.models.attention_processor import Attention
from PIL import Image
from torch.nn import functional

from t2i_chat.rendering.diffusion.prompt_weighting import read_weights

_SMALL = frozenset("a an the and or in on of at with under by to for from is it its".split())
"""Stop words, which get no map."""


@dataclass(frozen=True, slots=True)
class Place:
    """The rows and columns of the whole picture's latents that a pipeline call denoises."""

    rows: slice
    columns: slice


class AttentionMaps:
    """Accumulates cross-attention per word on a grid of (height, width) latents."""

    def __init__(self, height: int, width: int) -> None:
        self._shape = height, width
        self._seen: dict[str, torch.Tensor] = {}

    @contextmanager
    def at(
        self, pipeline: DiffusionPipeline, prompt: str, place: Place | None = None
    ) -> Iterator[None]:
        """Records the cross-attention of `pipeline` for `prompt` inside the `with` block.

        `place` is the part of the picture it denoises, None all of it. A word of an earlier prompt
        keeps its first map. Nothing is recorded of joint-attention transformers (MM-DiT).
        """
        unet: Any = getattr(pipeline, "unet", None)
        if unet is None:
            yield
            return
        rows, columns = (place.rows, place.columns) if place else (slice(None), slice(None))
        words = {
            word: tokens
            for word, tokens in tokens_of(pipeline, prompt).items()
            if word not in self._seen
        }
        for word in words:
            self._seen[word] = torch.zeros(self._shape)

        def note(scores: torch.Tensor) -> None:
            for word, tokens in words.items():
                here = self._seen[word][rows, columns]
                here += _map(scores, tokens, (here.shape[0], here.shape[1]))

        before = unet.attn_processors
        unet.set_attn_processor(
            {k: _Noting(v, note) if ".attn2." in k else v for k, v in before.items()}
        )
        try:
            yield
        finally:
            unet.set_attn_processor(before)

    def maps(self) -> Mapping[str, Image.Image]:
        """An 8-bit map of the latents' size for each word, scaled to 0–255.

        Words with a uniform map are left out.
        """
        return {
            word: Image.fromarray((255 * (seen - seen.min()) / spread).to(torch.uint8).numpy())
            for word, seen in self._seen.items()
            if (spread := seen.max() - seen.min()) > 0
        }

    def contrast(self) -> Mapping[str, float]:
        """For each word the standard deviation of its map divided by the mean."""
        return {
            word: float(seen.std() / mean)
            for word, seen in self._seen.items()
            if (mean := seen.mean()) > 0
        }


def tokens_of(pipeline: DiffusionPipeline, prompt: str) -> Mapping[str, Sequence[int]]:
    """The token positions of each word in a prompt, without stop words and truncated ones."""
    plain = "".join(text for text, _ in read_weights(prompt))
    places: dict[str, list[int]] = {}
    start, end = 1, pipeline.tokenizer.model_max_length - 1
    for said in plain.lower().split():
        count = len(pipeline.tokenizer(said, add_special_tokens=False).input_ids)
        word = said.strip(".,;:!?\"'()")
        if word and word not in _SMALL and start + count <= end:
            places.setdefault(word, []).extend(range(start, start + count))
        start += count
    return places


class _Noting:
    """An attention processor that reports its scores and delegates to another one."""

    def __init__(self, processor: Any, note: Callable[[torch.Tensor], None]) -> None:  # noqa: ANN401  diffusers has a dozen kinds without a common type
        self._processor = processor
        self._note = note

    def __call__(
        self,
        attn: Attention,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor | None = None,
        *args: object,
        **kwargs: object,
    ) -> torch.Tensor:
        if encoder_hidden_states is not None:
            query = attn.head_to_batch_dim(attn.to_q(hidden_states))
            key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
            scores = attn.get_attention_scores(query, key)
            # With classifier-free guidance the conditional half comes last in the batch.
            self._note(scores[-attn.heads :].mean(0).float().cpu())
        result: torch.Tensor = self._processor(
            attn, hidden_states, encoder_hidden_states, *args, **kwargs
        )
        return result


def _map(scores: torch.Tensor, tokens: Sequence[int], shape: tuple[int, int]) -> torch.Tensor:
    """(h, w) of `shape`: (positions, tokens) scores averaged over `tokens` and upscaled."""
    shrunk = math.sqrt(shape[0] * shape[1] / scores.shape[0])
    rows = round(shape[0] / shrunk)
    grid = scores[:, list(tokens)].sum(1).reshape(1, 1, rows, -1)
    return functional.interpolate(grid, shape, mode="bilinear")[0, 0]
