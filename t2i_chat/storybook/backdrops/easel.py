"""All that a ground needs to paint itself."""

from __future__ import annotations

from dataclasses import dataclass

from t2i_chat.storybook.backdrops.air import Air
from t2i_chat.storybook.backdrops.canvas import Canvas
from t2i_chat.storybook.backdrops.look import Look
from t2i_chat.storybook.backdrops.seasons import Plants
from t2i_chat.storybook.backdrops.streams import Streams


@dataclass(frozen=True, slots=True)
class Easel:
    """A canvas with its light, its plants, what to paint and the random numbers to do it by.

    `horizon` is the row, in pixels, where the ground begins.
    """

    canvas: Canvas
    air: Air
    look: Look
    plants: Plants
    streams: Streams
    horizon: float
