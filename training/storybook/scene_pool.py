"""Composes and encodes training scenes in the background, ahead of the UNet's training."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from t2i_chat.storybook.backdrop import Mask
from t2i_chat.storybook.compose import ComposedScene, compose
from t2i_chat.storybook.layout import labels_of
from t2i_chat.storybook.scenes import Scene, sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor
from training.storybook.codec import latents_of

CHUNK = 64
"""Scenes a worker makes before it hands them over."""
LATENT = 8
"""Pixels along the side of a latent."""
EMPTY = 4
"""Every scene of so many is left empty: new things are painted into such."""


@dataclass(frozen=True)
class Encoded:
    """A scene as the denoiser sees it.

    (4, h, w) latents and the (1, h, w) share of each that things cover, both in half precision,
    the (4, h/2, w/2) labels of `layout`, and (n + 1, h, w): which latents every thing shows in,
    and last the sky.
    """

    scene: Scene
    latents: NDArray[np.float16]
    things: NDArray[np.float16]
    labels: NDArray[np.int16]
    regions: NDArray[np.bool_]


def encode(index: int, size: int) -> Encoded:
    """Return the scene of seed `index`, `size` pixels square, composed and encoded.

    Every fourth is without its things.
    """
    scene = sample_scene(index, size)
    return encoded(scene if index % EMPTY else replace(scene, things=()))


def encoded(scene: Scene) -> Encoded:
    """Return a scene composed and encoded."""
    painting = compose(scene)
    latents = latents_of(pixels_to_tensor(painting.pixels[None]))[0]
    return Encoded(
        scene,
        latents.half().numpy(),
        thing_share(painting).half().numpy(),
        labels_of(painting).stacked(),
        np.stack([_touched(mask) for mask in (*painting.things, painting.sky)]),
    )


def _touched(mask: Mask) -> Mask:
    """Return (h/8, w/8): where a mask of pixels covers any of a latent's."""
    blocks = mask.reshape(mask.shape[0] // 8, 8, mask.shape[1] // 8, 8)
    return np.asarray(blocks.any((1, 3)))


def thing_share(painting: ComposedScene) -> torch.Tensor:
    """Return (1, h/8, w/8): the share of every latent that a thing covers."""
    covered = np.any([np.zeros_like(painting.sky), *painting.things], axis=0)
    return functional.avg_pool2d(torch.from_numpy(covered.astype(np.float32))[None], 8)


class ScenePool:
    """Scenes 0 … count-1 of one size, each composed once.

    Without workers a scene is composed when it is first drawn. With some, they compose one chunk
    after another while draws are made from what is there.
    """

    def __init__(self, count: int, size: int, workers: ProcessPoolExecutor | None = None) -> None:
        self.count, self.size = count, size
        self._lazy: dict[int, Encoded] = {}
        self._ready: list[Encoded] = []
        self._chunks = [] if workers is None else self._ordered(workers)

    @property
    def side(self) -> int:
        """Latents along a side of a scene."""
        return self.size // LATENT

    def draw(self, count: int, rng: np.random.Generator) -> list[Encoded]:
        """Return `count` scenes, any of those there are."""
        if not self._chunks and not self._ready:
            return [self._once(int(k)) for k in rng.integers(0, self.count, count)]
        self._gather()
        return [self._ready[int(k)] for k in rng.integers(0, len(self._ready), count)]

    def _once(self, index: int) -> Encoded:
        if index not in self._lazy:
            self._lazy[index] = encode(index, self.size)
        return self._lazy[index]

    def _ordered(self, workers: ProcessPoolExecutor) -> list[Future[list[Encoded]]]:
        starts = range(0, self.count, CHUNK)
        return [workers.submit(_chunk, k, min(k + CHUNK, self.count), self.size) for k in starts]

    def _gather(self) -> None:
        """Take over the chunks that are done, in their order; wait for the first one."""
        first = [] if self._ready else self._chunks[:1]
        done = list(itertools.takewhile(Future.done, self._chunks[len(first) :]))
        for chunk in (*first, *done):
            self._ready += chunk.result()
        del self._chunks[: len(first) + len(done)]


def _chunk(start: int, end: int, size: int) -> list[Encoded]:
    torch.set_num_threads(1)
    return [encode(index, size) for index in range(start, end)]


@contextmanager
def composers(count: int) -> Iterator[ProcessPoolExecutor | None]:
    """Give `count` processes that compose; None for none. What they have not begun is dropped."""
    if count == 0:
        yield None
        return
    context = multiprocessing.get_context("forkserver")  # torch's threads do not survive a fork
    workers = ProcessPoolExecutor(count, mp_context=context)
    try:
        yield workers
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
