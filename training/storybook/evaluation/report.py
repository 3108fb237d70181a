"""The table that people read: each figure with its bar, both halves, its ceiling and its count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: values by half of the prompts; shares are per cent where `unit` is "%".

    `ceiling` is what the measure itself can reach. A `part` is a part of the row above it.
    """

    name: str
    values: dict[str, float]
    counts: dict[str, int]
    bar: str = ""
    ceiling: float | None = None
    unit: str = "%"

    @property
    def part(self) -> bool:
        """Whether it is a part of another row."""
        return self.name.startswith("  ")


def table(figures: Iterable[Figure], halves: Iterable[str]) -> Table:
    """The figures as a table, a column for each half."""
    halves = tuple(halves)
    shown = Table("figure", "bar", *halves, "ceiling", "n")
    for one in figures:
        values = [_said(one.values.get(half), one.unit) for half in halves]
        count = " + ".join(str(one.counts[half]) for half in halves if half in one.counts)
        shown.add_row(one.name, one.bar, *values, _said(one.ceiling, one.unit), count)
    return shown


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{100 * value:.1f}" if unit == "%" else f"{value:.3g} {unit}"
