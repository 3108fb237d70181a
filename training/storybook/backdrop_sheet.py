"""Renders contact sheets of the backdrops.

python -m training.storybook.backdrop_sheet OUT.png --ground beach --ground "city street"
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from t2i_chat.storybook.backdrops import GROUNDS, paint_backdrop
from t2i_chat.storybook.description import Setting

COLUMNS: tuple[dict[str, str], ...] = (
    {"time": "day"},
    {"time": "dawn"},
    {"time": "sunset"},
    {"time": "night"},
    {"weather": "rain"},
    {"weather": "snow", "season": "winter"},
    {"weather": "fog"},
    {"weather": "storm"},
    {"season": "spring"},
    {"season": "autumn"},
    {"mood": "spooky", "time": "night"},
    {"mood": "dreamy"},
)
"""The hours, weathers, seasons and moods beside one another."""


def sheet(
    grounds: list[str], columns: tuple[dict[str, str], ...], size: int, seed: int
) -> Image.Image:
    """Return a row of pictures for each ground, one for each column."""
    rows = []
    for ground in grounds:
        settings = [Setting(ground=ground, **column) for column in columns]
        cells = [_cell(setting, size, seed) for setting in settings]
        rows.append(np.concatenate(cells, axis=1))
    return Image.fromarray(np.concatenate(rows, axis=0))


def _cell(
    setting: Setting, size: int, seed: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    pixels = paint_backdrop(setting, (size, size), seed).pixels
    edged = np.pad(pixels, ((0, 4), (0, 4), (0, 0)), constant_values=1)
    return np.asarray(np.round(edged * 255), np.uint8)


def main(
    out: Path,
    ground: Annotated[
        list[str] | None, typer.Option(help="Only this ground; may be repeated.")
    ] = None,
    first: Annotated[int, typer.Option(help="First column.")] = 0,
    count: Annotated[int, typer.Option(help="Number of columns.")] = 4,
    size: Annotated[int, typer.Option(help="Width and height of a picture in pixels.")] = 512,
    seed: Annotated[int, typer.Option()] = 1,
) -> None:
    """Save a contact sheet of backdrops: a row for each ground, a column for each light."""
    sheet(ground or list(GROUNDS), COLUMNS[first : first + count], size, seed).save(out)


if __name__ == "__main__":
    typer.run(main)
