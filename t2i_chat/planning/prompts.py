"""Templates of the language model's prompts (templates/*.txt) with $placeholders."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).with_name("templates")


@cache
def read(name: str) -> str:
    """The text of templates/<name>.txt. Raises FileNotFoundError when there is none."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip()


def fill(name: str, **values: str) -> str:
    """The text with its placeholders filled. Raises KeyError when one is missing."""
    return Template(read(name)).substitute(values)
