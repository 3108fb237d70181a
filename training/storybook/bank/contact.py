"""Contact sheets to check the bank by eye: `python -m training.storybook.bank.contact animal`.

Under each drawing stand its noun, whether it is a head, and where it looks; dots are its anchors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from PIL import Image, ImageDraw

from t2i_chat.storybook.bank import Bank, Drawing, load_bank

CELL = 132
COLUMNS, ROWS = 12, 8
DOTS = {
    "feet": "black", "head": "red", "seat": "blue", "hand": "green", "surface": "magenta",
    "neck": "orange", "face": "cyan",
}  # fmt: skip


def sheets(
    category: str,
    style: str = "soft",
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("runs/bank"),
) -> None:
    """Write PNG sheets of all drawings of a category in a style."""
    bank = load_bank()
    nouns = sorted(bank.nouns())
    drawings = [
        one
        for noun in nouns
        for one in bank.drawings(noun)
        if one.style == style and one.category == category
    ]
    for number, start in enumerate(range(0, len(drawings), COLUMNS * ROWS)):
        sheet = _sheet(drawings[start : start + COLUMNS * ROWS], bank)
        sheet.save(out / f"{category}-{style}-{number}.png")


def _sheet(drawings: list[Drawing], bank: Bank) -> Image.Image:
    sheet = Image.new("RGB", (COLUMNS * CELL, ROWS * (CELL + 14)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, drawing in enumerate(drawings):
        left, top = number % COLUMNS * CELL, number // COLUMNS * (CELL + 14)
        picture = bank.image(drawing)
        picture.thumbnail((CELL - 8, CELL - 8))
        sheet.paste(picture, (left + 4, top + 4), picture)
        for name, (x, y) in drawing.anchors.items():
            spot = (left + 4 + x * picture.width, top + 4 + y * picture.height)
            draw.circle(spot, 3, DOTS[name], "white")
        kind = "" if drawing.whole else "(head) "
        label = f"{drawing.noun} {kind}{drawing.faces[0]} {drawing.size:g}"
        draw.text((left + 2, top + CELL - 2), label, fill="black", font_size=10)
    return sheet


if __name__ == "__main__":
    typer.run(sheets)
