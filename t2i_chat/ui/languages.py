"""The captions of the page in the languages of its visitors; the browser says which one it wants.

Gradio puts the captions of its own components in place; `page.js` those inside our HTML, which
carry a `data-i18n`. What is said in the conversation stays as it was said.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from html import escape
from pathlib import Path

import gradio as gr

TABLE = Path(__file__).with_name("languages.csv")
"""One caption a line: its key, then the languages."""
SPOKEN_AS = {"zh": ("zh", "zh-CN"), "pt": ("pt", "pt-BR")}
"""Under which names browsers ask for a language, where there is more than one."""


def captions() -> Mapping[str, Mapping[str, str]]:
    """The captions of each language, by their keys."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    languages = [name for name in rows[0] if name != "key"]
    return {name: {row["key"]: row[name] for row in rows} for name in languages}


CAPTIONS = captions()
LANGUAGES = gr.I18n(
    **{
        name: dict(table)
        for language, table in CAPTIONS.items()
        for name in SPOKEN_AS.get(language, (language,))
    }
)
"""What `launch` is given, and what a component's caption is asked of: `LANGUAGES("new")`."""


def caption(key: str) -> str:
    """A caption for an update of a component, which takes plain text only."""
    return str(LANGUAGES(key))


def marked(key: str) -> str:
    """A caption inside our own HTML, in English until the page knows better."""
    return f'<span data-i18n="{key}">{escape(CAPTIONS["en"][key])}</span>'
