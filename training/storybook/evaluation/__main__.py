"""Prints every figure: `python -m training.storybook.evaluation [--painted] [--count 104]`."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from training.storybook.evaluation.edits import EditRows, opened
from training.storybook.evaluation.painting import Painter, renderer_of
from training.storybook.evaluation.prompts import HALVES, asked
from training.storybook.evaluation.recogniser import shipped
from training.storybook.evaluation.report import Figure, table
from training.storybook.evaluation.rows import BARS, Rows, Tally, ceilings
from training.storybook.evaluation.scripts import EDITS
from training.storybook.evaluation.sheets import save
from training.storybook.evaluation.wanted import KINDS

MOST_VARIED = 10
"""The most prompts whose four variations are compared."""


@dataclass
class Found:
    """What was measured, by half."""

    rows: dict[str, Rows] = field(default_factory=dict)
    edits: dict[str, EditRows] = field(default_factory=dict)
    variations: list[float] = field(default_factory=list)
    ceilings: Mapping[str, float] = field(default_factory=dict)


def figures(found: Found) -> Iterator[Figure]:
    """All rows in the order of the table."""
    first = next(iter(found.rows))
    yield from _tallied({h: rows.tallies for h, rows in found.rows.items()}, BARS, found.ceilings)
    of_edits = {h: rows.tallies for h, rows in found.edits.items()}
    yield from _tallied(of_edits, dict.fromkeys(EDITS, 0.92), {})
    for name, bar, values in (
        ("seam: step at an edit's edge over that inside", "≤ 1.1", "seams"),
        ("  the same pixels before the edit", "", "edges"),
    ):
        kept = {h: getattr(rows, values) for h, rows in found.edits.items()}
        means = {h: float(np.mean(each)) for h, each in kept.items() if each}
        yield Figure(name, means, {h: len(kept[h]) for h in means}, bar, None, "times")
    if found.variations:
        both = {first: float(np.mean(found.variations))}
        yield Figure("four variations: mean difference (of 255)", both, {}, "", None, "levels")
    seconds = {h: float(np.median(rows.seconds)) for h, rows in found.rows.items()}
    yield Figure("seconds per picture (median)", seconds, {}, "2.0 s", None, "s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("peak memory, measure included", {first: peak}, {}, "1500 MB", None, "MB")


def _tallied(
    tallies: Mapping[str, Mapping[str, Tally]],
    bars: Mapping[str, float],
    most: Mapping[str, float],
) -> Iterator[Figure]:
    names = dict.fromkeys(name for each in tallies.values() for name in each)
    for name in names:
        has = {half: each[name] for half, each in tallies.items() if name in each}
        bar = f"{100 * bars[name]:.0f}" if name in bars else ""
        shares = {half: one.share for half, one in has.items()}
        counts = {half: one.count for half, one in has.items()}
        yield Figure(name, shares, counts, bar, most.get(name))


def variations(painter: Painter, count: int) -> Iterator[float]:
    """The mean pixel difference between four pictures of one prompt, 0–255."""
    for one in asked("development", "two", count):
        four = [painter.paint(one.prompt, seed).pixels for seed in range(4)]
        pairs = (np.abs(a - b).mean() for a, b in combinations(four, 2))
        yield float(255 * np.mean(list(pairs)))


def measured(count: int, edits: int, *, draft: bool, threads: int, halves: Sequence[str]) -> Found:
    """Everything, for some halves of the prompts."""
    found, recogniser = Found(), shipped()
    renderer = renderer_of(draft=draft, threads=threads)
    painter = Painter(renderer)
    found.ceilings = ceilings(Painter(renderer_of(draft=True, threads=1)), recogniser, 200)
    for half in halves:
        rows = found.rows[half] = Rows(painter, recogniser)
        rows.measure(half, count, KINDS)
        with opened(renderer) as parts:
            found.edits[half] = EditRows(parts, recogniser)
            found.edits[half].measure(half, edits)
    found.variations = list(variations(painter, min(max(1, count // 5), MOST_VARIED)))
    return found


def failures(found: Found) -> Iterator[str]:
    """What went wrong, of the half that may be looked at."""
    half = "development"
    of_edits = found.edits[half].tallies if half in found.edits else {}
    of_rows = found.rows[half].tallies if half in found.rows else {}
    for name, one in (*of_rows.items(), *of_edits.items()):
        yield from (f"{name.strip()} | {why}" for why in one.wrong if why)


def main(
    painted: Annotated[bool, typer.Option("--painted/--draft", help="With the denoiser.")] = False,
    count: Annotated[int, typer.Option(help="Prompts of each kind and half.")] = 104,
    edits: Annotated[int, typer.Option(help="Stories of seven edits in each half.")] = 100,
    threads: Annotated[int, typer.Option(help="Threads of the denoiser.")] = 1,
    half: Annotated[list[str] | None, typer.Option(help="Only this half.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write figures here.")] = None,
    faults: Annotated[Path | None, typer.Option(help="Write what went wrong here.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="Write a sheet of edits here.")] = None,
) -> None:
    """Measures the embedded painter and prints a table."""
    halves = tuple(half or HALVES)
    found = measured(count, edits, draft=not painted, threads=threads, halves=halves)
    rows = list(figures(found))
    Console(width=120).print(table(rows, halves))
    if json_file is not None:
        json_file.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    if faults is not None:
        faults.write_text("\n".join(failures(found)) + "\n", encoding="utf-8")
    if sheet is not None:
        save(sheet, found.edits[halves[0]].kept)


if __name__ == "__main__":
    typer.run(main)
