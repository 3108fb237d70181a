"""Renders the Jinja2 templates with autoescape; the only module that makes Markup.

The templates lie in `templates/`, a file for each feature, a macro for each piece. Only what was
rendered here is put into another piece as it is; everything else, whoever said it, is text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")
"""The page's HTML."""
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
"""What all templates share; `translations` adds the captions, as `say` and `attributes`."""
NOTHING = Markup()
"""Where there is nothing to show."""


def render(template: str, piece: str = "", /, **values: object) -> Markup:
    """A template, or the macro `piece` of one, filled with values.

    Raises jinja2.UndefinedError when the template uses a value that was not given.
    """
    return Markup(_renderer(template, piece)(**values))  # noqa: S704  Jinja has escaped it


def joined(pieces: Iterable[Markup]) -> Markup:
    """Pieces one after the other."""
    return NOTHING.join(pieces)


@cache
def _renderer(template: str, piece: str) -> Callable[..., str]:
    """What fills a template or a macro of it; looked up once, as it is asked for very often."""
    found = ENVIRONMENT.get_template(template)
    macro: Callable[..., str] = getattr(found.module, piece) if piece else found.render
    return macro
