"""Traces the outline of a mask as an SVG path, for display over a picture."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from t2i_chat.imaging import masks

STRAIGHT = 0.75
"""Maximum deviation of the simplified path from the true edge, in pixels."""


def path(region: Image.Image) -> str:
    """SVG path data, in pixels, of the edges of an 8-bit mask, holes included; "" for an empty one.

    Suzuki and Abe, "Topological Structural Analysis of Digitized Binary Images by Border Following"
    (1985), simplified by the Douglas-Peucker algorithm.
    """
    white = masks.binary(region).astype(np.uint8)
    edges, _ = cv2.findContours(white, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    corners = (cv2.approxPolyDP(edge, STRAIGHT, closed=True).reshape(-1, 2) for edge in edges)
    return "".join(f"M{' '.join(f'{x},{y}' for x, y in around.tolist())}Z" for around in corners)
