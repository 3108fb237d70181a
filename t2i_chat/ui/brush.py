"""The brush: turns what a person painted in Gradio's ImageEditor into a mask, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr
from PIL import Image, ImageChops

from t2i_chat.ui.translations import LANGUAGES

INK = ("#7b2ff7", 0.6)
"""Colour and opacity of the stroke: unusual in pictures, and translucent."""
THINNEST = 14
"""The picture's shorter side divided by the brush's radius."""
TOUCHED = 48
"""Minimum opacity (0–255) of a marked pixel; less is the stroke's soft edge."""


def editor() -> gr.ImageEditor:
    """An editor that can do nothing but paint over a picture and wipe that off again."""
    return gr.ImageEditor(
        label=LANGUAGES("tomark"),
        show_label=False,
        container=False,
        interactive=True,
        type="pil",
        format="png",
        height="100%",
        sources=(),
        transforms=(),
        layers=False,
        buttons=[],
        brush=gr.Brush(colors=[INK], default_color=INK, color_mode="fixed"),
        elem_id="brush",
    )


def opened(picture: Image.Image, region: Image.Image | None = None) -> gr.ImageEditor:
    """The editor with a picture of which an 8-bit region is painted over, or nothing yet.

    The brush suits the picture's size.
    """
    radius = max(4, min(picture.size) // THINNEST)
    layers = [] if region is None else [_inked(region)]
    return gr.ImageEditor(
        value={"background": picture, "layers": layers, "composite": None},
        canvas_size=picture.size,  # on a larger canvas the layers are offset from the picture
        brush=gr.Brush(radius, colors=[INK], default_color=INK, color_mode="fixed"),
        eraser=gr.Eraser(radius),
    )


def _inked(region: Image.Image) -> Image.Image:
    """An 8-bit mask as a brush layer: RGBA, transparent where it is black."""
    colour, dense = INK
    inked = Image.new("RGBA", region.size, colour)
    inked.putalpha(region.point(lambda white: round(white * dense)))
    return inked


def mask(value: Mapping[str, Any] | None) -> Image.Image | None:
    """Where the person painted: 8-bit, white = repaint, the picture's size; None for no stroke."""
    painted: Image.Image | None = None
    for layer in (value or {}).get("layers") or ():
        alpha = layer.convert("RGBA").getchannel("A").point(_WHITE)
        painted = alpha if painted is None else ImageChops.lighter(painted, alpha)
    return None if painted is None or painted.getbbox() is None else painted


_WHITE = [0] * TOUCHED + [255] * (256 - TOUCHED)
