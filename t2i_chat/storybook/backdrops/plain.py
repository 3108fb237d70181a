"""The sky alone, and a plain studio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from t2i_chat.storybook.backdrops import clouds, indoors, shapes
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.skies import paint_sky
from t2i_chat.storybook.backdrops.solids import stamp
from t2i_chat.storybook.oklch import OkLch

PAPERS: tuple[OkLch, ...] = (
    (0.90, 0.050, 75),
    (0.89, 0.045, 235),
    (0.90, 0.045, 165),
    (0.89, 0.045, 310),
    (0.91, 0.045, 25),
)


def paint_only_sky(easel: Easel) -> None:
    """Paint the sky from edge to edge, with a sea of clouds below in fair weather."""
    canvas, air, unit = easel.canvas, easel.air, easel.canvas.unit
    paint_sky(easel)
    rng = easel.streams.of("sea of clouds")
    kinds = [clouds.cloud(rng, air.side) for _ in range(3)]
    for row in range(2):
        count = max(round(4 * canvas.width / unit), 2)
        for i in range(-1, count + 1):
            x = canvas.width * (i + 0.5 + float(rng.uniform(-0.3, 0.3))) / count
            y = canvas.height * (0.99 + 0.09 * row) + unit * float(rng.uniform(-0.02, 0.02))
            solid = kinds[int(rng.integers(3))].sized(round(unit * float(rng.uniform(0.17, 0.23))))
            stamp(canvas, solid, (x, y), clouds.cloud_ramp(air, 0.45 - 0.4 * row), 0.95)


def paint_plain(easel: Easel) -> None:
    """Paint a sheet of coloured paper that curves from wall to floor."""
    canvas, unit = easel.canvas, easel.canvas.unit
    room = replace(easel, air=indoors.inside(easel.air))
    paper = PAPERS[int(easel.streams.of("paper").integers(len(PAPERS)))]
    across = (canvas.columns() / canvas.width - 0.5 - 0.16 * easel.air.side) * canvas.width / unit
    down = canvas.rows() / canvas.height - 0.40
    light = np.exp(-(across**2) * 2.0 - down**2 * 3.2)
    bend = np.exp(-(((canvas.rows() - easel.horizon) / (unit * 0.14)) ** 2))
    shade = 0.36 + 0.56 * light - 0.09 * bend
    floor = np.clip((canvas.rows() - easel.horizon) / (unit * 0.10), 0, 1)
    shade = shade + 0.16 * floor * np.exp(-(across**2) * 2.4)
    canvas.blend(
        0,
        0,
        np.ones((canvas.height, canvas.width), np.float32),
        room.air.ramp(paper, 0.0, 1.15).at(np.clip(np.asarray(shade, np.float32), 0, 1)),
    )
    pool = shapes.ellipse(
        canvas.width / 2, canvas.height * 0.86, unit * 0.40, unit * 0.08
    ).softened(unit * 0.05)
    shapes.paint(canvas, pool, room.air.ramp(paper).light, 0.35)
    canvas.standing[int(easel.horizon + unit * 0.03) :] = True
