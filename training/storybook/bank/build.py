"""Builds the folder of the bank: an index, and a zip of WebP pictures for each style."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from PIL import Image

from t2i_chat.storybook.bank.bank import FOLDER, INDEX
from t2i_chat.storybook.bank.drawings import Drawing, Style
from t2i_chat.storybook.oklch import main_tone
from training.storybook.bank.anchors import anchors, anchors_with_body
from training.storybook.bank.bodies import COATS, WITHOUT, whole_figure
from training.storybook.bank.nouns import Row, load_rows
from training.storybook.bank.pictures import Pictures, cropped
from training.storybook.bank.words import Words

RECOLOURED = 0.45
"""Share of the pixels that the main tone has to have for a drawing to be recoloured."""
QUALITY = 88
STYLES: tuple[Style, ...] = ("soft", "flat", "noto")
_EPOCH = (1980, 1, 1, 0, 0, 0)

Cache = Annotated[Path, typer.Option(help="Where downloaded packages are kept.")]
Out = Annotated[Path, typer.Option(help="The folder to write to.")]


def build(cache: Cache = Path("runs/bank"), out: Out = FOLDER) -> None:
    """Fetch the packages and write the bank."""
    out.mkdir(parents=True, exist_ok=True)
    rows = load_rows()
    pictures = Pictures(cache)
    drawn = [(row, style) for row in rows for style in pictures.styles(row.icon)]
    drawings: list[Drawing] = []
    for style in STYLES:
        with zipfile.ZipFile(out / f"{style}.zip", "w", zipfile.ZIP_STORED) as shard:
            for row in (row for row, its in drawn if its == style):
                for one, cut in _figures(row, style, pictures):
                    member = f"{one.name.partition(':')[2]}.webp"
                    shard.writestr(zipfile.ZipInfo(member, _EPOCH), _webp(cut))
                    drawings.append(one)
    words = Words(rows, pictures.codes, cache)
    synonyms = words.synonyms()
    index = {
        "drawings": [asdict(drawing) for drawing in _best_first(drawings)],
        "synonyms": synonyms,
        "keywords": words.keywords(synonyms),
    }
    (out / INDEX).write_text(_lines(index), encoding="utf-8")


def _figures(row: Row, style: Style, pictures: Pictures) -> Iterator[tuple[Drawing, Image.Image]]:
    """The drawing of a row, and if it is a head that has a body, the whole figure."""
    cut = pictures.cut(row.icon, style)
    drawing = _drawing(row, style, cut)
    yield drawing, cut
    if row.whole or row.icon in WITHOUT or not (row.category == "person" or row.icon in COATS):
        return
    figure, shown = whole_figure(cut, row.icon, style)
    figure = cropped(figure)
    yield (
        replace(
            drawing,
            name=f"{drawing.name}-figure",
            whole=True,
            width=figure.width,
            height=figure.height,
            anchors=anchors_with_body(drawing.anchors, figure, shown),
        ),
        figure,
    )


def _drawing(row: Row, style: Style, cut: Image.Image) -> Drawing:
    return Drawing(
        name=f"{style}:{row.icon}",
        noun=row.noun,
        style=style,
        category=row.category,
        places=row.places,
        size=row.size,
        whole=row.whole,
        width=cut.width,
        height=cut.height,
        anchors=anchors(row, cut),
        recolours=_recolours(row, cut),
        faces=row.faces,
    )


def _recolours(row: Row, cut: Image.Image) -> bool:
    """Whether one tone fills most of it; people's is their skin."""
    if row.category in ("person", "sky"):
        return False
    pixels = np.asarray(cut, np.float64) / 255
    return main_tone(pixels[..., :3], pixels[..., 3]).share > RECOLOURED


def _best_first(drawings: list[Drawing]) -> Iterator[Drawing]:
    """Whole figures before heads, then by style; the table's order otherwise."""
    yield from sorted(drawings, key=lambda one: (not one.whole, STYLES.index(one.style)))


def _webp(cut: Image.Image) -> bytes:
    file = io.BytesIO()
    cut.save(file, "WEBP", quality=QUALITY, alpha_quality=95, method=4)
    return file.getvalue()


def _lines(index: Mapping[str, Any]) -> str:
    """JSON with one drawing and one language a line, so that a change shows as one."""
    rows = ",\n".join(_compact(row) for row in index["drawings"])
    tables = [f'"{key}":{_table(index[key])}' for key in ("synonyms", "keywords")]
    return f'{{"drawings":[\n{rows}\n],\n' + ",\n".join(tables) + "}\n"


def _table(by_language: Mapping[str, Any]) -> str:
    rows = (f"{_compact(language)}:{_compact(words)}" for language, words in by_language.items())
    return "{\n" + ",\n".join(rows) + "\n}"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
