"""Inpainting examples for training: cuts a hole into a scene's latents, with the prompt for it.

A hole is cut around a thing (its outline, as when it is recoloured; a box, as when it is added),
where there is nothing (as after a removal), or is the whole sky, which then becomes another one
over the same ground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from t2i_chat.storybook.backdrop import Mask
from t2i_chat.storybook.compose import CELESTIAL
from t2i_chat.storybook.scenes import SKIES
from training.storybook.codec import latents_of
from training.storybook.scene_captions import region_caption, sky_caption
from training.storybook.scene_pool import LATENT, Encoded, encoded

Rng = np.random.Generator

GREY: NDArray[np.float32] = latents_of(torch.zeros(1, 3, LATENT, LATENT))[0].numpy()
"""(4, 1, 1): the latents of the grey that hides what is in a hole."""


@dataclass(frozen=True)
class Hole:
    """What is to be painted where: the words, (h, w) latents to repaint, (4, h, w) the result."""

    caption: str
    mask: Mask
    latents: NDArray[np.float16]

    def seen(self) -> NDArray[np.float32]:
        """Return the (5, h, w) channels that a denoiser sees of it: the mask, and all around."""
        around = np.where(self.mask, GREY, self.latents)
        return np.concatenate([self.mask[None], around]).astype(np.float32)


def cut(one: Encoded, rng: Rng) -> Hole:
    """Return a random hole in a scene."""
    draw = rng.random()
    if draw < 0.3 and one.scene.ground != "room":
        return _sky(one, rng)
    if draw < 0.72 and one.scene.things:
        return thing_hole(one, rng)
    return empty_hole(one, rng)


def thing_hole(one: Encoded, rng: Rng) -> Hole:
    """Return a hole about a random thing of a scene, closely or as a box."""
    index = int(rng.integers(len(one.scene.things)))
    thing, shown = one.scene.things[index], one.regions[index]
    others = np.delete(one.regions[:-1], index, 0).any(0)
    if rng.random() < 0.4:
        mask = grown(shown, int(rng.integers(0, 3)))
    else:
        left, top, right, bottom = (round(side / LATENT) for side in thing.box)
        mask = box(shown.shape, left, top, right, bottom, int(rng.integers(0, 3)))
    return Hole(region_caption(one.scene, rng, thing), mask & ~(others & ~shown), one.latents)


def empty_hole(one: Encoded, rng: Rng) -> Hole:
    """Return a hole where no thing is, or as good as none."""
    taken = one.regions[:-1].any(0)
    high, wide = taken.shape
    found = []
    for _ in range(8):
        height, width = (int(side) for side in rng.integers(3, 14, 2))
        left, top = int(rng.integers(0, wide - 2)), int(rng.integers(0, high - 2))
        found.append(box(taken.shape, left, top, left + width, top + height, 0))
    mask = min(found, key=lambda hole: (hole & taken).sum() / hole.sum())
    return Hole(region_caption(one.scene, rng), mask & ~taken, one.latents)


def _sky(one: Encoded, rng: Rng) -> Hole:
    """Return the sky as the hole, and another one in it."""
    over = [thing for thing in one.scene.things if thing.noun not in CELESTIAL]
    names = sorted(set(SKIES) - {one.scene.sky})
    other = encoded(replace(one.scene, sky=names[rng.integers(len(names))], things=tuple(over)))
    kept = [k for k, thing in enumerate(one.scene.things) if thing.noun not in CELESTIAL]
    mask = one.regions[-1] & ~one.regions[kept].any(0) if rng.random() < 0.5 else one.regions[-1]
    latents = np.where(mask, other.latents, one.latents)
    return Hole(sky_caption(other.scene, rng), mask, latents)


def grown(mask: Mask, by: int) -> Mask:
    """Return a mask widened by some latents in every direction."""
    side = 2 * by + 1
    return np.asarray(ndimage.binary_dilation(mask, np.ones((side, side))))


def box(shape: tuple[int, ...], left: int, top: int, right: int, bottom: int, by: int) -> Mask:
    """Return a mask of a box, widened by some latents."""
    mask = np.zeros(shape, bool)
    mask[max(0, top - by) : bottom + by, max(0, left - by) : right + by] = True
    return mask
