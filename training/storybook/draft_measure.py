"""How near pictures come to the finished scene: the draft, and what the denoiser paints from it.

    python -m training.storybook.draft_measure [FOLDER] [--count 12] [--sheet sheet.png]

Scenes and nouns are held out. A figure is the peak signal-to-noise ratio in dB, around the things,
against the finished scene; the seconds are those of one picture of 512 pixels.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Layout, Recipe, Rendered, RenderRequest
from t2i_chat.core.registry import STORYBOOK_WEIGHTS
from t2i_chat.rendering.diffusion import DiffusionRenderer
from t2i_chat.storybook.draft import StorybookDrafter
from t2i_chat.storybook.layouts import words_of
from training.storybook.draft_samples import HELD_OUT, SIDE, pair

Pixels = NDArray[np.float32]
STRENGTHS = (0.2, 0.4, 0.6, 1.0)
STEPS = 4


def psnr(one: Pixels, other: Pixels, where: NDArray[np.bool_]) -> float:
    """Peak signal-to-noise ratio in dB of two pictures in 0–1, where a mask says."""
    error = float(((one - other)[where] ** 2).mean())
    return float(-10 * np.log10(max(error, 1e-9)))


def around(layout: Layout) -> NDArray[np.bool_]:
    """Where the regions of a layout are."""
    mask = np.zeros((SIDE, SIDE), bool)
    for region in layout.regions:
        box = region.box
        mask[max(0, box.y0) : box.y1, max(0, box.x0) : box.x1] = True
    return mask


def painted(
    renderer: DiffusionRenderer, layout: Layout, strength: float, steps: int
) -> tuple[Pixels, float]:
    """A layout's picture in 0–1, and the seconds it took."""
    recipe = Recipe(
        model="storybook", kind="text-to-image", prompt=words_of(layout), layout=layout,
        size=Size(width=SIDE, height=SIDE), num_inference_steps=steps, guidance_scale=1.0,
        strength=strength,
    )  # fmt: skip
    start = time.perf_counter()
    events = list(renderer.render(RenderRequest(recipe), threading.Event()))
    picture = next(event.image for event in events if isinstance(event, Rendered))
    pixels = np.asarray(picture, np.float32) / np.float32(255)
    return pixels, time.perf_counter() - start


def rows(renderer: DiffusionRenderer, count: int, steps: int) -> Iterator[list[Pixels]]:
    """For each scene: the draft, the pictures by strength, and the finished scene."""
    for k in range(count):
        draft, finished, layout, _ = pair(HELD_OUT + k)
        painted_ones = [painted(renderer, layout, strength, steps) for strength in STRENGTHS]
        where = around(layout)
        near = [psnr(one, finished, where) for one in (draft, *(p for p, _ in painted_ones))]
        typer.echo(" ".join(f"{value:6.2f}" for value in (*near, *(s for _, s in painted_ones))))
        yield [draft, *(p for p, _ in painted_ones), finished]


def main(
    folder: Path = typer.Argument(STORYBOOK_WEIGHTS),  # noqa: B008  typer's way
    count: int = 12,
    steps: int = STEPS,
    sheet: Path | None = None,
) -> None:
    """Prints a line for each scene: dB of the draft and of each strength, then seconds."""
    renderer = DiffusionRenderer(str(folder), device="cpu", threads=2, drafter=StorybookDrafter())
    typer.echo(f"draft, strengths {STRENGTHS}, seconds")
    seen = [np.concatenate(row, 1) for row in rows(renderer, count, steps)]
    renderer.close()
    if sheet is not None:
        whole = (np.concatenate(seen) * 255).round().astype(np.uint8)
        Image.fromarray(whole).save(sheet)


if __name__ == "__main__":
    typer.run(main)
