"""Reads what the language model is told from text files with $placeholders; knows no model."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

_HERE = Path(__file__).parent
FOLDERS = (_HERE / "templates", _HERE.parent / "prompts")
"""Where the files lie: beside the code when installed, at the top of a checkout otherwise."""


@cache
def read(name: str) -> str:
    """The text of prompts/<name>.txt. Raises FileNotFoundError when there is none."""
    for folder in FOLDERS:
        file = folder / f"{name}.txt"
        if file.is_file():
            return file.read_text(encoding="utf-8").strip()
    raise FileNotFoundError(f"no prompt file {name}.txt in {FOLDERS}")


def fill(name: str, **values: str) -> str:
    """The text with its placeholders filled. Raises KeyError when one is missing."""
    return Template(read(name)).substitute(values)
