"""Draw an exported conversation as a strip: every picture, and above it the words it came from."""  # noqa: INP001  a script beside the pictures it makes, not a package

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image, ImageDraw, ImageFont

SIDE, GAP, HEAD = 300, 14, 64
INK, BUBBLE = "#1f1d1a", "#fae6dd"


def strip(
    folder: Annotated[Path, typer.Argument(help="What `t2i-chat chat --out` wrote.")],
    out: Annotated[Path, typer.Argument(help="The PNG to write.")],
) -> None:
    """Draw the pictures of a conversation side by side."""
    told = _told(json.loads((folder / "conversation.json").read_text(encoding="utf-8")))
    sheet = Image.new("RGB", (len(told) * (SIDE + GAP) - GAP, HEAD + SIDE), "white")
    draw, letters = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for place, (words, name) in enumerate(told):
        left = place * (SIDE + GAP)
        draw.rounded_rectangle((left, 4, left + SIDE - 1, HEAD - 8), 12, fill=BUBBLE)
        lines = textwrap.wrap(f"“{words}”", 38)[:2]
        draw.multiline_text((left + 12, 10), "\n".join(lines), fill=INK, font=letters, spacing=5)
        with Image.open(folder / name) as picture:
            sheet.paste(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, HEAD))
    sheet.save(out, optimize=True)


def _told(kept: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    """What the person had said when each picture was painted, and that picture's file."""
    names = {version["number"]: version["image"] for version in kept["versions"]}
    words, told = "", {}
    for turn in kept["turns"]:
        if turn["role"] == "user":
            words = turn["text"]
        elif turn["version"] in names:
            told.setdefault(turn["version"], (words, names[turn["version"]]))
    return [told[number] for number in sorted(told)]


if __name__ == "__main__":
    typer.run(strip)
