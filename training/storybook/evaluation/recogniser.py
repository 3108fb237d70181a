"""Which drawing of the bank a part of a picture shows: the nearest of all, by shape and shading.

A layout tells where to look, not what is there. Light, colour and mirroring do not matter: what is
compared is lightness inside a drawing's outline, by normalised cross-correlation (Lewis, "Fast
normalized cross-correlation", 1995), and where there are edges. Things are taken from front to
back, and what one covers does not count for those behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import ROOM
from t2i_chat.storybook.bank import Bank, load_bank
from t2i_chat.storybook.bank.drawings import Drawing
from training.storybook.evaluation.colours import oklab

Floats = NDArray[np.float32]
SIDE = 32
"""Pixels across in which drawings are compared."""
STEP = 0.06
"""Drawings whose proportions differ by less than this factor are compared in the same crop."""
EDGES = 0.6
"""The weight of edges against lightness."""
ALIKE = 0.965
"""Drawings this similar cannot be told apart without their colour, and count as each other."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A thing that was recognised: where it is in pixels, and how much of it nothing covers."""

    noun: str
    nouns: frozenset[str]
    drawing: Drawing
    mirrored: bool
    x0: float
    y0: float
    x1: float
    y1: float
    score: float
    visible: float

    @property
    def width(self) -> float:
        """Pixels across."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """The middle column."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class _Crop:
    """Flat (SIDE²,) lightness, edges and visibility of a part of a picture."""

    lightness: Floats
    edges: Floats
    visible: Floats


@dataclass(frozen=True, slots=True)
class _Drawn:
    """(n, SIDE²) masks, and masked values of drawings with their squares, to be correlated."""

    masks: Floats
    values: Floats
    squares: Floats

    @staticmethod
    def of(values: Floats, masks: Floats) -> _Drawn:
        """The values inside masks."""
        return _Drawn(masks, masks * values, masks * values**2)

    def correlation(self, seen: Floats, visible: Floats) -> Floats:
        """(n,) normalised cross-correlations with (SIDE²,) values where they are visible."""
        shown = np.stack([visible, visible * seen, visible * seen**2], 1)
        total, mean, square = (self.masks @ shown).T
        total = np.maximum(total, 1e-3)
        middle, both = (self.values @ shown[:, :2]).T / total
        spread = self.squares @ visible / total - middle**2
        mean, wide = mean / total, square / total - (mean / total) ** 2
        least = 2e-4  # what is all of one tone matches nothing by chance
        deviation = np.sqrt((spread + least) * (np.maximum(wide, 0) + least))
        return np.asarray((both - middle * mean) / deviation, np.float32)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Drawings of about the same proportions, both ways round, in the order of their owners."""

    aspect: float
    owners: tuple[tuple[int, bool], ...]
    inside: _Drawn
    outline: _Drawn

    def scores(self, crop: _Crop) -> Floats:
        """(n,) similarities of the drawings to a crop, -1 to 1."""
        inside = self.inside.correlation(crop.lightness, crop.visible)
        outline = self.outline.correlation(crop.edges, crop.visible)
        return np.asarray((1 - EDGES) * inside + EDGES * outline, np.float32)

    def crop(self, row: int) -> _Crop:
        """A drawing as a crop of a picture that shows nothing else."""
        masks = self.inside.masks[row]
        lightness = self.inside.values[row] / np.maximum(masks, np.float32(1e-3))
        return _Crop(lightness, self.outline.values[row], np.ones_like(masks))


class Recogniser:
    """Compares parts of pictures with the bank's soft drawings, or others where there is none."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self.drawings = tuple(
            one
            for noun in sorted(bank.nouns())
            for one in bank.drawings(noun, "soft") or bank.drawings(noun)
        )
        self._shelves = tuple(self._shelved())
        self._alike: dict[int, frozenset[str]] = {}

    def look(self, pixels: Floats, boxes: Sequence[Box]) -> list[Seen]:
        """What (h, w, 3) pixels in 0–1 show in boxes that are ordered back to front."""
        planes = _planes(pixels)
        visible = np.ones(pixels.shape[:2], np.float32)
        found: list[Seen] = []
        for box in reversed(boxes):
            one = self._nearest(planes, visible, box.inset(ROOM))
            found.insert(0, one)
            cover(visible, self.alpha(one, visible.shape), one)
        return found

    def alpha(self, seen: Seen, shape: tuple[int, ...]) -> Floats:
        """(h, w) alpha of what was recognised, at its place."""
        picture = self._bank.image(seen.drawing).getchannel("A")
        if seen.mirrored:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        wide, high = max(1, round(seen.width)), max(1, round(seen.height))
        alpha = Image.new("L", (shape[1], shape[0]))
        alpha.paste(picture.resize((wide, high)), (round(seen.x0), round(seen.y0)))
        return np.asarray(alpha, np.float32) / np.float32(255)

    def _nearest(self, planes: Floats, visible: Floats, box: Box) -> Seen:
        best: tuple[float, int, bool, tuple[float, ...]] = (-9.0, 0, False, ())
        for shelf in self._shelves:
            place = fitted(box, shelf.aspect)
            scores = shelf.scores(_crop(planes, visible, place))
            top = int(np.argmax(scores))
            if scores[top] > best[0]:
                best = (float(scores[top]), *shelf.owners[top], place)
        score, index, mirrored, _ = best
        drawing = self.drawings[index]
        place = fitted(box, drawing.width / drawing.height)
        share = float(_crop(planes, visible, place).visible.mean())
        alike = self.alike(index)
        return Seen(drawing.noun, alike, drawing, mirrored, *place, score, share)

    def alike(self, index: int) -> frozenset[str]:
        """The nouns whose drawings look the same as this one but for their colour."""
        if index not in self._alike:
            shelf, row = next(
                (shelf, shelf.owners.index((index, False)))
                for shelf in self._shelves
                if (index, False) in shelf.owners
            )
            near = np.flatnonzero(shelf.scores(shelf.crop(row)) > ALIKE)
            nouns = {self.drawings[shelf.owners[k][0]].noun for k in near}
            self._alike[index] = frozenset({*nouns, self.drawings[index].noun})
        return self._alike[index]

    def _shelved(self) -> Iterable[_Shelf]:
        shelves: dict[int, list[int]] = defaultdict(list)
        for index, drawing in enumerate(self.drawings):
            shelves[round(np.log(drawing.width / drawing.height) / STEP)].append(index)
        for step, members in sorted(shelves.items()):
            both = [(index, turned) for index in members for turned in (False, True)]
            drawn = [_drawn(self._bank.image(self.drawings[k]), turned) for k, turned in both]
            lightness, edges, masks = (np.stack(planes) for planes in zip(*drawn, strict=True))
            inside, outline = _Drawn.of(lightness, masks), _Drawn.of(edges, np.ones_like(masks))
            yield _Shelf(float(np.exp(step * STEP)), tuple(both), inside, outline)


@cache
def shipped() -> Recogniser:
    """The recogniser of the shipped bank; reading all its drawings takes some seconds."""
    return Recogniser(load_bank())


def cover(visible: Floats, alpha: Floats, seen: Seen) -> None:
    """Takes what a thing covers from what is visible, in place; a doubtful thing covers nothing."""
    if seen.score > 0.5:
        visible *= 1 - alpha


def fitted(box: Box, aspect: float) -> tuple[float, float, float, float]:
    """The largest rectangle of these proportions in a box, in its middle and at its lower edge."""
    wide = min(float(box.width), box.height * aspect)
    high = wide / aspect
    middle = (box.x0 + box.x1) / 2
    return middle - wide / 2, box.y1 - high, middle + wide / 2, float(box.y1)


def _planes(pixels: Floats) -> Floats:
    """(h, w, 2) lightness and edges; edges of lightness and of colour count alike."""
    lab = oklab(np.asarray(pixels, np.float32))
    return np.stack([lab[..., 0], _edges(lab)], -1)


def _edges(lab: Floats) -> Floats:
    across, down = np.gradient(lab, axis=1), np.gradient(lab, axis=0)
    found: Floats = np.sqrt((across**2 + down**2).sum(-1))
    return found


def _crop(planes: Floats, visible: Floats, place: tuple[float, ...]) -> _Crop:
    x0, y0, x1, y1 = (round(value) for value in place)
    high, wide = visible.shape
    rows = slice(max(0, y0), max(0, min(high, y1)))
    columns = slice(max(0, x0), max(0, min(wide, x1)))
    part = np.zeros((max(1, y1 - y0), max(1, x1 - x0), 3), np.float32)
    inner = (slice(rows.start - y0, rows.stop - y0), slice(columns.start - x0, columns.stop - x0))
    if rows.stop > rows.start and columns.stop > columns.start:
        part[(*inner, slice(2))] = planes[rows, columns]
        part[(*inner, 2)] = visible[rows, columns]
    lightness, edges, shown = (_small(part[..., k]) for k in range(3))
    return _Crop(lightness, np.sqrt(np.maximum(edges, 0)), shown)


def _small(plane: Floats) -> Floats:
    """A plane shrunk or enlarged to SIDE pixels each way, flat."""
    picture = Image.fromarray(np.ascontiguousarray(plane))
    small = picture.resize(
        (SIDE, SIDE),
        Image.Resampling.BOX if min(plane.shape) >= SIDE else Image.Resampling.BILINEAR,
    )
    return np.asarray(small, np.float32).ravel()


def _drawn(picture: Image.Image, turned: bool) -> tuple[Floats, Floats, Floats]:
    """Lightness, edges and alpha of a drawing on middle grey, as a crop would show it."""
    if turned:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    longest = 128
    times = longest / max(picture.size)
    wide, high = (max(8, round(side * times)) for side in picture.size)
    pixels = np.asarray(picture.resize((wide, high)), np.float32) / np.float32(255)
    alpha = pixels[..., 3]
    on_grey = pixels[..., :3] * alpha[..., None] + np.float32(0.6) * (1 - alpha[..., None])
    padded = np.pad(on_grey, ((2, 2), (2, 2), (0, 0)), constant_values=0.6)
    planes = _planes(padded)[2:-2, 2:-2]
    edges = np.sqrt(np.maximum(_small(planes[..., 1]), 0))
    return _small(planes[..., 0]), edges, _small(alpha)
