"""Paint the contact sheet that is kept in docs/, from the shipped weights; it measures nothing.

python -m t2i_chat.storybook.gallery docs/storybook-contact-sheet.png
"""

from __future__ import annotations

from pathlib import Path

import typer
from diffusers import StableDiffusionPipeline
from PIL import Image

from t2i_chat.storybook.denoiser import PROMPTS
from t2i_chat.storybook.evaluate import paint
from t2i_chat.storybook.package import WEIGHTS
from t2i_chat.storybook.sheet import save_sheet

MORE = (
    "a castle on a hill at night with a moon",
    "two pink flowers in a meadow",
    "a yellow bus on the left and a pine tree on the right",
    "a white rabbit in the snow",
    "a purple tent by the lake under the stars",
    "a red balloon, blue sky",
    "a sheep in a meadow under a stormy sky",
    "a mountain at sunset",
    "a duck on the lake",
    "a red mushroom and a bush",
    "a butterfly over a sunflower",
    "a dark sky over the sea",
)


def gallery(path: Path, side: int = 176) -> None:
    """Paint one picture per prompt with fixed seeds, and save them as one small palette PNG."""
    pipe = StableDiffusionPipeline.from_pretrained(WEIGHTS, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    prompts = (*PROMPTS, *MORE)
    pictures = [
        Image.fromarray(paint(pipe, prompt, seed=k)).resize((side, side), Image.Resampling.LANCZOS)
        for k, prompt in enumerate(prompts)
    ]
    save_sheet(path, pictures, columns=6, captions=prompts)
    with Image.open(path) as sheet:
        sheet.quantize(192).save(path, optimize=True)


if __name__ == "__main__":
    typer.run(gallery)
