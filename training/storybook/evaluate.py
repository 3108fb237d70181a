"""Evaluates the storybook model on held-out prompts and edits.

python -m training.storybook.evaluate --quick --json

Pictures are painted and edited by the program itself and judged by a network that was trained on
composed scenes only (judge.py), whose own accuracy is measured last.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import torch
import typer
from diffusers import AutoencoderKL
from rich.console import Console
from rich.table import Table

from t2i_chat.storybook.judge import FOLDER, Judge
from t2i_chat.storybook.package import WEIGHTS
from training.storybook.judge_accuracy import trustworthiness
from training.storybook.measure import Effort, Figure, Measure, autoencoder_psnr
from training.storybook.questions import KINDS
from training.storybook.studio import open_studio

QUICK = Effort(prompts=2, stories=1, composed=12, scenes=10)
FULL = Effort(prompts=40, stories=24, composed=60, scenes=150)

app = typer.Typer(pretty_exceptions_enable=False)


def evaluate(
    weights: Path, judge: Judge, effort: Effort, sheets: Path | None = None
) -> Iterator[Figure]:
    """Yield every figure in the order of the table, as soon as it is measured."""
    with open_studio(weights, drafts=False) as studio:
        measure = Measure(studio, judge.look, effort, sheets)
        for kind in KINDS:
            yield measure.pictures(kind)
        yield measure.drafts(KINDS[0])
        yield from measure.edits()
        yield from measure.segmenter()
        yield from measure.times()
    vae = AutoencoderKL.from_pretrained(weights / "vae", dtype=torch.float32)
    psnr = autoencoder_psnr(vae, max(4, effort.prompts // 2))
    yield Figure("autoencoder PSNR at 256 px", psnr, 32.0, unit="dB")
    megabytes = sum(path.stat().st_size for path in weights.rglob("*") if path.is_file()) / 1e6
    yield Figure("weights on disk", round(megabytes, 1), 100.0, unit="MB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("peak memory", round(peak), unit="MB")
    for name, value in trustworthiness(judge.look, effort.composed).items():
        yield Figure(f"judge: {name}", value, count=effort.composed)


def table(figures: Iterable[Figure]) -> Table:
    """Return the figures as people read them; shares in per cent."""
    shown = Table("figure", "bar", "measured", "ceiling", "if seen", "samples")
    for figure in figures:
        values = (figure.bar, figure.value, figure.ceiling, figure.if_seen)
        count = "" if figure.count is None else str(figure.count)
        shown.add_row(figure.name, *(_said(value, figure.unit) for value in values), count)
    return shown


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:g} {unit}" if unit else f"{100 * value:.1f} %"


@app.command()
def main(
    quick: Annotated[bool, typer.Option(help="Few samples: a minute, not a quarter.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    weights: Annotated[Path, typer.Option(help="The pipeline to measure.")] = WEIGHTS,
    judged_by: Annotated[Path, typer.Option("--judge", help="The judge's folder.")] = FOLDER,
    sheet: Annotated[Path | None, typer.Option(help="Write contact sheets to here.")] = None,
) -> None:
    """Measure the weights in a folder."""
    console = Console()
    figures = list(evaluate(weights, Judge(judged_by), QUICK if quick else FULL, sheet))
    if json_output:
        rows = [asdict(figure) for figure in figures]
        console.print_json(json.dumps({"threads": torch.get_num_threads(), "figures": rows}))
    else:
        console.print(table(figures))


if __name__ == "__main__":
    app()
