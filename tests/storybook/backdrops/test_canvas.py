"""The canvas: what covers, and whether it bears or floats."""

from __future__ import annotations

import numpy as np

from t2i_chat.storybook.backdrops.canvas import Canvas


def test_the_last_layer_says_whether_a_place_bears_or_floats() -> None:
    canvas, half = Canvas(8, 8), np.ones((4, 8), np.float32)
    canvas.stand_on(np.ones((8, 8), np.float32), 0)
    canvas.float_on(half, 4)
    assert canvas.standing[:4].all()
    assert canvas.water[4:].all()
    assert not (canvas.standing & canvas.water).any()
    canvas.stand_on(half[:2], 6)
    assert canvas.standing[6:].all()
    assert not canvas.water[6:].any()


def test_blends_what_lies_inside_and_ignores_what_lies_outside() -> None:
    canvas, red = Canvas(6, 6), np.array((1, 0, 0), np.float32)
    canvas.blend(-2, -2, np.full((4, 4), 0.5, np.float32), red)
    canvas.blend(9, 9, np.ones((4, 4), np.float32), red)
    assert np.allclose(canvas.pixels[:2, :2], (0.5, 0, 0))
    assert canvas.pixels.sum() == 2
