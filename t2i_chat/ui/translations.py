"""What the page says in the languages of its visitors; the browser says which one it wants.

Gradio puts the captions of its own components in place; `page.js` those inside our HTML, which
carry a `data-i18n` (words), `data-i18n-label`, `-title`, `-alt` or `-placeholder` (attributes), and
what stands between their braces as `data-i18n-args`. What is said in the conversation stays as it
was said.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gradio as gr
from markupsafe import Markup

from t2i_chat.ui.html import ENVIRONMENT, render

TABLE = Path(__file__).with_name("translations.csv")
"""One caption a line: its key, then the languages."""
SPOKEN_AS = {"zh": ("zh", "zh-CN"), "pt": ("pt", "pt-BR")}
"""Under which names browsers ask for a language, where there is more than one."""
FROM_THE_RIGHT = ("ar",)
"""Languages that are read from right to left."""
_ATTRIBUTES = {"label": "aria-label", "title": "title", "alt": "alt", "placeholder": "placeholder"}


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
_KEYS = {words: key for key, words in CAPTIONS["en"].items()}


@dataclass(frozen=True, slots=True)
class Translated:
    """A caption and what stands between its braces; in English until the page knows better."""

    key: str
    args: Mapping[str, object]

    def __str__(self) -> str:
        return self.words

    def __html__(self) -> Markup:
        return self.html

    @property
    def words(self) -> str:
        """The phrase in English."""
        return CAPTIONS["en"][self.key].format_map(self.args)

    @property
    def json(self) -> str:
        """What stands between its braces, as `page.js` reads it."""
        return json.dumps(self.args, ensure_ascii=False, default=str)

    @property
    def html(self) -> Markup:
        """The phrase inside our own HTML."""
        if not self.args:
            return _without_braces(self.key)
        return render("captions.html", "words", caption=self)


@cache
def _without_braces(key: str) -> Markup:
    """A caption that is the same every time; a picture's row of buttons has a dozen of them."""
    return render("captions.html", "words", caption=Translated(key, {}))


def phrase(key: str, **args: object) -> Translated:
    """A caption with its braces filled."""
    return Translated(key, args)


def known(sentence: str) -> Translated | str:
    """A sentence from below the page: the caption it is in English, or else itself."""
    return Translated(_KEYS[sentence], {}) if sentence in _KEYS else sentence


def caption(key: str) -> str:
    """A caption for an update of a component, which takes plain text only."""
    return str(LANGUAGES(key))


def marked(key: str, **args: object) -> Markup:
    """A caption inside our own HTML, in English until the page knows better."""
    return Translated(key, args).html


def attributes(args: Mapping[str, object] | None = None, **keys: str) -> Markup:
    """Captions as attributes, a blank before each: `attributes({"n": 3}, label="version")`."""
    return _attributes(keys, args) if args else _attributes_without_braces(**keys)


@cache
def _attributes_without_braces(**keys: str) -> Markup:
    return _attributes(keys, {})


def _attributes(keys: Mapping[str, str], args: Mapping[str, object]) -> Markup:
    captions = [(_ATTRIBUTES[place], place, Translated(key, args)) for place, key in keys.items()]
    return render("captions.html", "attributes", captions=captions)


def preferred(headers: Mapping[str, str]) -> str:
    """The first of our languages that a browser accepts, by what it sent; else English."""
    for wanted in headers.get("accept-language", "").lower().split(","):
        language = wanted.partition(";")[0].strip().partition("-")[0]
        if language in CAPTIONS:
            return language
    return "en"


ENVIRONMENT.globals.update(say=phrase, attributes=attributes)
"""How a template says a caption: `{{ say("undo") }}`, and `<b{{ attributes(title="undo") }}>`."""
