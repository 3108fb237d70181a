"""Trains the storybook model, stage by stage.

The stages are `clip` (text encoder), `autoencoder` (VAE decoder), `denoiser` (UNet, which starts
with the text encoder of `clip`), `segmenter` and `judge`; `publish` copies their checkpoints into
the package. `--resume` continues from a checkpoint, `--start FOLDER` starts from shipped weights:

python -m training.storybook.train denoiser --minutes 60
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import torch
import typer

from t2i_chat.storybook.scenes import SIZE
from training.storybook import (
    autoencoder,
    clip_training,
    denoiser,
    draft_training,
    judge_training,
    publish,
    segmenter,
)
from training.storybook.distributed import together

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def options(threads: int = 2) -> None:
    """Train the storybook model; on a busy machine one thread a stage wastes least."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    torch.manual_seed(0)


@app.command("clip")
def train_clip(minutes: float = 10, resume: bool = False) -> None:
    """Train words and pictures to mean the same."""
    clip_training.train(minutes, resume)


@app.command("autoencoder")
def train_autoencoder(minutes: float = 15, resume: bool = False, start: Path | None = None) -> None:
    """Train the decoder on crops of scenes, from nothing or from the one in a folder."""
    autoencoder.train(minutes, resume, start)


@app.command("denoiser")
def train_denoiser(  # noqa: PLR0913, PLR0917  the flags of a command
    minutes: float = 60,
    resume: bool = False,
    peak: float = 6e-4,
    small_share: float = 0.6,
    scenes: int = 60_000,
    batch: int = 16,
    workers: int = 0,
    processes: int = 1,
    start: Path | None = None,
) -> None:
    """Train the denoiser and the text encoder, first on small scenes, which are cheap.

    On a GPU: --batch 256 --scenes 400000, and one worker for every core but one. On a CPU:
    as many processes as there are cores.
    """
    phases = (
        denoiser.Phase(SIZE // 2, scenes, batch, small_share * minutes),
        denoiser.Phase(SIZE, scenes, max(1, batch // 2), (1 - small_share) * minutes),
    )
    together(processes, partial(denoiser.train, phases, resume, peak, workers, start))


@app.command("draft")
def train_draft(minutes: float = 60, resume: bool = False) -> None:
    """Train the denoiser to paint from drafts, from the shipped weights on."""
    draft_training.train(minutes, resume)


@app.command("segmenter")
def train_segmenter(minutes: float = 12, resume: bool = False, start: Path | None = None) -> None:
    """Train the segmenter on the exact masks of scenes."""
    segmenter.train(minutes, resume, start)


@app.command("judge")
def train_judge(minutes: float = 30, resume: bool = False) -> None:
    """Train the judge on scenes whole and spoilt."""
    judge_training.train(minutes, resume)


@app.command("publish")
def publish_weights() -> None:
    """Copy the latest checkpoints of the fifth edition's parts into the shipped folder."""
    publish.publish()


@app.command("publish-draft")
def publish_drafting() -> None:
    """Copy the latest denoiser that paints from drafts into the shipped folder."""
    publish.publish_drafting()


if __name__ == "__main__":
    app()
