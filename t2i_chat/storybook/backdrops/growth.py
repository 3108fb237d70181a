"""What grows on the land: round trees, conifers, bushes, tufts, flowers, fallen leaves."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.colour import Floats, moved
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.shapes import SHADOW
from t2i_chat.storybook.backdrops.solids import Disc, Solid, cast_shadow, cone, puffs, stamp
from t2i_chat.storybook.oklch import OkLch

BARK: OkLch = (0.50, 0.055, 55)


def crown(rng: np.random.Generator, side: float, height: int = 140) -> Solid:
    """Return the leaves of a round tree."""
    discs: list[Disc] = [(0.5, 0.50, 0.36), (0.5, 0.30, 0.27)]
    for angle in np.linspace(0, 2 * np.pi, 8)[:-1] + rng.random():
        radius = float(rng.uniform(0.17, 0.23))
        reach = 0.485 - radius
        discs.append(
            (0.5 + reach * float(np.cos(angle)), 0.5 + reach * float(np.sin(angle)), radius)
        )
    return puffs(discs, height, 1.0, side, crease=0.03)


def bush(rng: np.random.Generator, side: float, height: int = 90) -> Solid:
    """Return a low round bush, flat at its foot."""
    discs: list[Disc] = []
    for x in np.linspace(0.35, 1.45, 5):
        radius = float(rng.uniform(0.26, 0.34) * (1.25 - abs(x - 0.9) * 0.55))
        discs.append((float(x), 0.98 - radius * 0.9, radius))
    discs += [(0.62, 0.52, 0.27), (0.92, 0.42, 0.33), (1.22, 0.55, 0.26)]
    solid = puffs(discs, height, 1.8, side, crease=0.03)
    low = np.linspace(0.10, -0.30, height, dtype=np.float32)[:, None]
    return Solid(solid.alpha, np.clip(solid.shade + low, 0, 1))


def plant_round(
    easel: Easel, tree: Solid, at: tuple[float, float], height: float, leaf: OkLch, depth: float
) -> None:
    """Plant a round tree with its foot at (x, y) pixels."""
    canvas, (x, y) = easel.canvas, at
    trunk = max(height * 0.085, 1.0)
    rows, columns = max(round(height * 0.42), 2), max(round(trunk), 1)
    bark = easel.air.ramp(BARK, depth)
    across = np.linspace(-1, 1, columns, dtype=np.float32)[None, :] * easel.air.side
    shade = np.broadcast_to(0.4 + 0.3 * across, (rows, columns))
    canvas.blend(
        round(y) - rows, round(x - trunk / 2), np.ones((rows, columns), np.float32), bark.at(shade)
    )
    stamp(
        canvas,
        tree.sized(round(height * 0.76)),
        (x, y - height * 0.24),
        easel.air.ramp(leaf, depth, 1.15),
    )


def plant_cone(
    easel: Easel, tree: Solid, at: tuple[float, float], height: float, leaf: OkLch, depth: float
) -> None:
    """Plant a conifer with its foot at (x, y) pixels; in a snowy season snow lies on it."""
    sized = tree.sized(round(height))
    stamp(easel.canvas, sized, at, easel.air.ramp(leaf, depth, 1.1))
    if easel.plants.snowy:
        lying = Solid(sized.alpha * np.clip((sized.shade - 0.50) * 7, 0, 1), sized.shade)
        stamp(easel.canvas, lying, at, easel.air.ramp((0.96, 0.012, 235), depth))


def conifers(easel: Easel, part: str, count: int = 3) -> list[Solid]:
    """Return some conifers of different forms."""
    rng = easel.streams.of(part)
    return [
        cone(160, int(rng.integers(3, 5)), easel.air.side, rng, float(rng.uniform(0.46, 0.6)))
        for _ in range(count)
    ]


def crowns(easel: Easel, part: str, count: int = 3) -> list[Solid]:
    """Return some crowns of different forms."""
    rng = easel.streams.of(part)
    return [crown(rng, easel.air.side) for _ in range(count)]


def scattered(
    rng: np.random.Generator, canvas: Canvas, first: float, count: int
) -> list[tuple[float, float, float]]:
    """Return places (x, y, nearness 0 to 1) on flat land from row `first` down, far ones first."""
    near = np.sort(rng.random(count)) ** 1.35
    xs = rng.random(count) * canvas.width
    return [
        (float(x), float(first + n * (canvas.height - first)), float(n))
        for x, n in zip(xs, near, strict=True)
    ]


def tuft(rng: np.random.Generator, size: int = 28) -> Floats:
    """Return the coverage of a tuft of grass."""
    ys = (np.arange(size, dtype=np.float32)[:, None] + 0.5) / size
    xs = (np.arange(size, dtype=np.float32)[None, :] + 0.5) / size * 2 - 1
    up = 1 - ys
    alpha = np.zeros((size, size), np.float32)
    for lean in (-0.75, -0.35, 0.0, 0.4, 0.8):
        tall = 0.98 - 0.45 * abs(lean) + float(rng.uniform(-0.1, 0.02))
        middle = lean * 0.35 + lean * 0.6 * up**2
        half = 0.12 * np.clip(1 - up / tall, 0, 1) ** 0.6
        alpha = np.maximum(
            alpha, np.clip((half - np.abs(xs - middle)) * size / 2.4 + 0.3, 0, 1) * (up < tall)
        )
    return np.asarray(alpha, np.float32)


def sow_tufts(easel: Easel, first: float, count: int, allowed: Floats | None = None) -> None:
    """Sow tufts of grass, lit at their tips, from row `first` down."""
    rng, canvas = easel.streams.of("tufts"), easel.canvas
    kinds = [tuft(rng) for _ in range(3)]
    ramp = easel.air.ramp(moved(easel.plants.grass, -0.05, 1.1))
    for i, (x, y, near) in enumerate(scattered(rng, canvas, first, count)):
        if allowed is not None and not _free(allowed, x, y):
            continue
        size = round(canvas.unit * (0.010 + 0.026 * near))
        alpha = Solid(kinds[i % 3], kinds[i % 3]).sized(size, bool(i % 2)).alpha
        tips = np.linspace(0.80, 0.30, alpha.shape[0], dtype=np.float32)[:, None]
        colours = ramp.at(np.broadcast_to(tips, alpha.shape))
        canvas.blend(round(y) - alpha.shape[0], round(x - size / 2), alpha * 0.8, colours)


def _free(allowed: Floats, x: float, y: float) -> bool:
    rows, columns = allowed.shape
    return bool(allowed[min(int(y), rows - 1), min(int(x), columns - 1)] > 0.5)


def sow_flowers(easel: Easel, first: float, count: int, allowed: Floats | None = None) -> None:
    """Sow small round flowers in drifts from row `first` down."""
    rng, canvas, kinds = easel.streams.of("flowers"), easel.canvas, easel.plants.flowers
    if not kinds:
        return
    petals = flower()
    for x, y, near in scattered(rng, canvas, first, count):
        kind = kinds[int(rng.integers(len(kinds)))]
        if allowed is not None and not _free(allowed, x, y):
            continue
        size = round(canvas.unit * (0.007 + 0.016 * near))
        sized = petals.sized(max(size, 3))
        cast_shadow(canvas, (x, y + size * 0.2), size * 1.3, 0.16)
        stamp(canvas, sized, (x, y), easel.air.ramp(kind))
        middle = max(size // 3, 1)
        eye = np.ones((middle, middle), np.float32) * 0.85
        canvas.blend(
            round(y - size / 2 - middle / 2),
            round(x - middle / 2),
            eye,
            easel.air.flat((0.84, 0.16, 85)),
        )


def flower(height: int = 40) -> Solid:
    """Return a flower of five petals."""
    turns = np.linspace(0, 2 * np.pi, 6)[:-1] - np.pi / 2
    discs = [(0.5 + 0.26 * float(np.cos(a)), 0.5 + 0.26 * float(np.sin(a)), 0.22) for a in turns]
    return puffs([*discs, (0.5, 0.5, 0.2)], height, 1.0, 0.0)


def strew_leaves(easel: Easel, first: float, count: int) -> None:
    """Strew fallen leaves from row `first` down."""
    rng, canvas = easel.streams.of("fallen leaves"), easel.canvas
    for x, y, near in scattered(rng, canvas, first, count):
        leaf = easel.plants.leaves[int(rng.integers(len(easel.plants.leaves)))]
        size = canvas.unit * (0.010 + 0.020 * near)
        alpha = leaf_shape(size, float(rng.uniform(0, np.pi)), 0.55)
        top, left = round(y - alpha.shape[0] / 2), round(x - alpha.shape[1] / 2)
        dark = SHADOW
        canvas.blend(top + 1, left + 1, alpha * 0.22, dark)
        colour = easel.air.ramp(moved(leaf, float(rng.uniform(-0.05, 0.06))))
        canvas.blend(top, left, alpha, colour.base)


def leaf_shape(size: float, angle: float, flat: float) -> Floats:
    """Return the coverage of a pointed leaf `size` pixels long, turned, and seen at a slant."""
    reach = int(np.ceil(size / 2)) + 1
    grid = np.arange(-reach, reach + 1, dtype=np.float32)
    ys, xs = grid[:, None] / flat, grid[None, :]
    along = (xs * np.cos(angle) + ys * np.sin(angle)) / (size / 2)
    across = (-xs * np.sin(angle) + ys * np.cos(angle)) / (size / 2)
    half = 0.52 * np.clip(1 - along**2, 0, 1)
    return np.asarray(
        np.clip((half - np.abs(across)) * size / 2.4 + 0.2, 0, 1) * (np.abs(along) < 1), np.float32
    )
