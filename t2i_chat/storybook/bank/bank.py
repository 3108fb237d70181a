"""Reads the bank: its index at once, its pictures one by one as they are asked for."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from t2i_chat.storybook.bank.drawings import Drawing, Match, Style
from t2i_chat.storybook.bank.find import Finder, read_nearest

FOLDER = Path(__file__).parent
INDEX = "index.json"
_DATA = frozenset([".json", ".zip"])


class Bank:
    """All drawings, found by noun, and nouns found by words."""

    def __init__(self, drawings: Iterable[Drawing], finder: Finder, folder: Path) -> None:
        """`folder` holds one zip of pictures per style: soft.zip, flat.zip, noto.zip."""
        self._by_noun: dict[str, list[Drawing]] = {}
        for drawing in drawings:
            self._by_noun.setdefault(drawing.noun, []).append(drawing)
        self._finder = finder
        self._folder = folder

    @property
    def revision(self) -> str:
        """A hash of all its files: the same revision has the same drawings."""
        digest = hashlib.sha256()
        for file in sorted(path for path in self._folder.iterdir() if path.suffix in _DATA):
            digest.update(file.name.encode())
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
        return digest.hexdigest()

    def nouns(self) -> frozenset[str]:
        """Return every noun that is drawn: English singulars, lower case."""
        return frozenset(self._by_noun)

    def drawings(self, noun: str, style: Style | None = None) -> tuple[Drawing, ...]:
        """Return the drawings of a noun, best first: whole figures, then soft, flat and noto ones.

        The tuple is empty if the noun has none, or none in that style.
        """
        return tuple(
            one for one in self._by_noun.get(noun, ()) if style is None or one.style == style
        )

    def image(self, drawing: Drawing) -> Image.Image:
        """Return the picture, RGBA with straight alpha, cropped. Raises KeyError if it has none."""
        return _decoded(self._folder / f"{drawing.style}.zip", _member(drawing.name)).copy()

    def find(self, words: str, language: str = "en") -> Match | None:
        """Return what a noun phrase is drawn as; None if the bank has nothing near to it.

        It may be singular or plural and have adjectives, but no article. `language` is a code such
        as "de"; where that language has no such word, English and then all others are asked.
        """
        return self._finder.find(words, language)


@cache
def load_bank() -> Bank:
    """Read the index that is shipped, once; no picture is decoded."""
    return read_bank(FOLDER)


def read_bank(folder: Path) -> Bank:
    """Read the bank of a folder; raises FileNotFoundError if it holds no index."""
    index: Mapping[str, Any] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    drawings = [_drawing(row) for row in index["drawings"]]
    nouns = frozenset(drawing.noun for drawing in drawings)
    near = read_nearest(FOLDER / "nearest.csv")
    return Bank(drawings, Finder(nouns, index["synonyms"], near, index["keywords"]), folder)


def _drawing(row: Mapping[str, Any]) -> Drawing:
    anchors = {name: (x, y) for name, (x, y) in row["anchors"].items()}
    return Drawing(**{**row, "places": tuple(row["places"]), "anchors": anchors})


def _member(name: str) -> str:
    return f"{name.partition(':')[2]}.webp"


@lru_cache(maxsize=64)
def _decoded(shard: Path, member: str) -> Image.Image:
    with zipfile.ZipFile(shard) as pictures, pictures.open(member) as file:
        return Image.open(io.BytesIO(file.read())).convert("RGBA")
