"""Train the storybook model stage by stage; it knows the stages' order, not their insides.

The stages are `autoencoder` (the decoder), `denoiser` (with the text encoder) and `segmenter`,
in any order or side by side; `publish` copies their checkpoints into the shipped folder:

python -m t2i_chat.storybook.train denoiser --minutes 60
"""

from __future__ import annotations

import logging

import torch
import typer

from t2i_chat.storybook import autoencoder, denoiser, publish, segmenter
from t2i_chat.storybook.scenes import SIZE

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def options(threads: int = 2) -> None:
    """Train the storybook model; on a busy machine one thread a stage wastes least."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    torch.manual_seed(0)


@app.command("autoencoder")
def train_autoencoder(minutes: float = 15, resume: bool = False) -> None:
    """Train the decoder on crops of scenes."""
    autoencoder.train(minutes, resume)


@app.command("denoiser")
def train_denoiser(
    minutes: float = 60,
    resume: bool = False,
    peak: float = 7e-4,
    small_share: float = 0.5,
    scenes: int = 30_000,
) -> None:
    """Train the denoiser and the text encoder, first on small scenes, which are cheap."""
    phases = (
        (SIZE // 2, scenes, 16, small_share * minutes),
        (SIZE, scenes, 8, (1 - small_share) * minutes),
    )
    denoiser.train(phases, resume, peak)


@app.command("segmenter")
def train_segmenter(minutes: float = 12, resume: bool = False) -> None:
    """Train the segmenter on the exact masks of scenes."""
    segmenter.train(minutes, resume)


@app.command("publish")
def publish_weights() -> None:
    """Copy the latest checkpoints into the shipped folder."""
    publish.publish()


if __name__ == "__main__":
    app()
