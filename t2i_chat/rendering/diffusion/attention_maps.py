"""Notes where a denoiser looks for each word of its prompt; the picture comes out the same.

Cross-attention averaged over heads, layers and steps, as in Tang et al., "What the DAAM:
Interpreting Stable Diffusion Using Cross Attention" (2023). It does not know what is painted.
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
"""Words that stand for nothing one could point at."""


@dataclass(frozen=True, slots=True)
class Place:
    """Rows and columns of latents that a denoiser paints, of all there are."""

    rows: slice
    columns: slice


class AttentionMaps:
    """How much was looked where for each word, on a picture of (height, width) latents."""

    def __init__(self, height: int, width: int) -> None:
        self._shape = height, width
        self._seen: dict[str, torch.Tensor] = {}

    @contextmanager
    def at(
        self, pipeline: DiffusionPipeline, prompt: str, place: Place | None = None
    ) -> Iterator[None]:
        """Notes what the pipeline's denoiser looks at for a prompt, all the while.

        `place` is where in the picture it paints, None everywhere. A word that an earlier prompt
        had keeps what was noted then. Nothing is noted of a transformer, whose attention is not
        between places and words alone.
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
        """An 8-bit picture of the latents' size for each word: 0 the least, 255 the most looked at.

        Of words that made no difference between one place and another there is none.
        """
        return {
            word: Image.fromarray((255 * (seen - seen.min()) / spread).to(torch.uint8).numpy())
            for word, seen in self._seen.items()
            if (spread := seen.max() - seen.min()) > 0
        }

    def contrast(self) -> Mapping[str, float]:
        """For each word how unlike places were: the deviation as a share of the mean."""
        return {
            word: float(seen.std() / mean)
            for word, seen in self._seen.items()
            if (mean := seen.mean()) > 0
        }


def tokens_of(pipeline: DiffusionPipeline, prompt: str) -> Mapping[str, Sequence[int]]:
    """The places of each word's tokens in a prompt, small words and what is cut off left out."""
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
    """An attention processor that tells of its scores and does what another one does."""

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
            # Under guidance the last of the batch is the one that has the words.
            self._note(scores[-attn.heads :].mean(0).float().cpu())
        result: torch.Tensor = self._processor(
            attn, hidden_states, encoder_hidden_states, *args, **kwargs
        )
        return result


def _map(scores: torch.Tensor, tokens: Sequence[int], shape: tuple[int, int]) -> torch.Tensor:
    """(h, w) of `shape`: the (places, tokens) scores of some tokens, at the layer's own grain."""
    shrunk = math.sqrt(shape[0] * shape[1] / scores.shape[0])
    rows = round(shape[0] / shrunk)
    grid = scores[:, list(tokens)].sum(1).reshape(1, 1, rows, -1)
    return functional.interpolate(grid, shape, mode="bilinear")[0, 0]
