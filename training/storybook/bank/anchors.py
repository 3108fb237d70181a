"""Anchor points of a cut-out: guessed from its alpha, and corrected by a table (anchors.csv)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.storybook.bank.nouns import Row

PATH = Path(__file__).with_name("anchors.csv")
Point = tuple[float, float]
Points = Mapping[str, Point]
_BAND = 0.03
"""Share of the height that counts as the lowest or the highest row."""
_SHOULDERS = 0.6
"""Share of the width that the lowest run of a bust has; a head alone is narrower there."""
_BUST = {"face": (0.5, 0.4), "neck": (0.5, 0.62), "hand": (0.85, 0.85)}
_FACE = {"face": (0.5, 0.55), "neck": (0.5, 0.97)}
_RIDDEN = 0.6
"""Animals from this size in metres have a back that is sat on."""


def anchors(row: Row, cut: Image.Image) -> Mapping[str, Point]:
    """Return the points of a drawing as shares (x, y) of it, from its upper left."""
    opaque = _opaque(cut)
    points = {"feet": _feet(opaque), "head": _head(opaque, row), **_guessed(opaque, row)}
    return _rounded({**points, **checked().get(row.icon, {})})


def anchors_with_body(head: Mapping[str, Point], whole: Image.Image, shown: float) -> Points:
    """Return the points of a head that was given a body.

    `head` are those of the head alone, and `shown` is the share of the height that it takes up.
    """
    hand = (0.8, shown + 0.4 * (1 - shown))
    points = {name: (x, y * shown) for name, (x, y) in head.items()}
    return _rounded({"hand": hand} | points | {"feet": _feet(_opaque(whole))})


def _rounded(points: Points) -> Points:
    return {name: (round(x, 3), round(y, 3)) for name, (x, y) in points.items()}


def _opaque(cut: Image.Image) -> NDArray[np.bool_]:
    return np.asarray(cut.getchannel("A")) > 127


@cache
def checked() -> Mapping[str, Mapping[str, Point]]:
    """Read the points that were set by hand, by icon and anchor."""
    table: dict[str, dict[str, Point]] = {}
    for row in csv.DictReader(PATH.read_text(encoding="utf-8").splitlines()):
        point = (float(row["x"]), float(row["y"]))
        table.setdefault(row["icon"], {})[row["anchor"]] = point
    return table


def _guessed(opaque: NDArray[np.bool_], row: Row) -> dict[str, Point]:
    """What animals and people offer besides feet and head."""
    if not row.whole and row.category in ("animal", "person"):
        return dict(_BUST if _lowest_run(opaque) > _SHOULDERS else _FACE)
    if row.category == "animal" and row.faces != "front" and row.size >= _RIDDEN:
        x = 0.58 if row.faces == "left" else 0.42
        return {"seat": (x, _top(opaque, x))}
    if row.category == "person":
        right = int(np.flatnonzero(opaque[len(opaque) // 2]).max(initial=0))
        return {"face": (0.5, 0.12), "hand": (right / opaque.shape[1], 0.5), "neck": (0.5, 0.24)}
    return {}


def _feet(opaque: NDArray[np.bool_]) -> Point:
    """The middle of the lowest run."""
    rows = np.flatnonzero(opaque.any(axis=1))
    lowest = int(rows.max(initial=len(opaque) - 1))
    band = opaque[max(0, lowest - round(_BAND * len(opaque))) : lowest + 1]
    return _middle(band), (lowest + 1) / len(opaque)


def _head(opaque: NDArray[np.bool_], row: Row) -> Point:
    """The middle of the highest run, sought on the side an animal looks to."""
    half = opaque.shape[1] // 2
    first, last = {"left": (0, half), "right": (half, 2 * half), "front": (0, opaque.shape[1])}[
        row.faces if row.category == "animal" else "front"
    ]
    side = opaque[:, first:last]
    rows = np.flatnonzero(side.any(axis=1))
    highest = int(rows[0]) if len(rows) else 0
    band = side[highest : highest + 1 + round(_BAND * len(opaque))]
    return (first + _middle(band) * side.shape[1]) / opaque.shape[1], highest / len(opaque)


def _top(opaque: NDArray[np.bool_], x: float) -> float:
    column = np.flatnonzero(opaque[:, min(opaque.shape[1] - 1, int(x * opaque.shape[1]))])
    return (float(column[0]) if len(column) else len(opaque) / 2) / len(opaque)


def _lowest_run(opaque: NDArray[np.bool_]) -> float:
    """The width of the lowest run as a share of the whole width."""
    rows = np.flatnonzero(opaque.any(axis=1))
    return float(opaque[rows.max(initial=0)].mean())


def _middle(band: NDArray[np.bool_]) -> float:
    columns = np.flatnonzero(band.any(axis=0))
    if not len(columns):
        return 0.5
    return float((columns.min() + columns.max() + 1) / 2 / band.shape[1])
