"""The table of nouns (nouns.csv): which drawings there are and what is known of each by hand.

A noun may have several rows; the first is its best drawing and says what kind of thing it is.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from t2i_chat.storybook.bank.drawings import Faces, Place

PATH = Path(__file__).with_name("nouns.csv")


@dataclass(frozen=True, slots=True)
class Row:
    """An icon of the emoji packages, the noun it draws, and the noun's other names.

    `size` is the longer side of the whole thing in metres; `whole` is False if only its head or
    bust is drawn.
    """

    icon: str
    noun: str
    synonyms: tuple[str, ...]
    category: str
    places: tuple[Place, ...]
    size: float
    whole: bool
    faces: Faces


def load_rows(path: Path = PATH) -> tuple[Row, ...]:
    """Read the table."""
    return tuple(map(_row, csv.DictReader(path.read_text(encoding="utf-8").splitlines())))


def _row(row: dict[str, str]) -> Row:
    return Row(
        row["icon"],
        row["noun"],
        tuple(filter(None, row["synonyms"].split("/"))),
        row["category"],
        cast("tuple[Place, ...]", tuple(row["places"].split("/"))),
        float(row["size"]),
        row["figure"] == "whole",
        cast("Faces", row["faces"]),
    )
