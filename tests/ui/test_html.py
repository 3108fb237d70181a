"""HTML is written in templates alone, and no template takes anybody's words for code."""

import ast
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from PIL import Image

from t2i_chat import ui
from t2i_chat.core.events import Strip, Tried, Turn, Watched
from t2i_chat.core.geometry import Size
from t2i_chat.core.protocols import Shared
from t2i_chat.core.recipe import Layout, Recipe, Version
from t2i_chat.ui import (
    attention_view,
    conversation_list,
    mask_panel,
    parameter_sweep,
    recent_conversations,
    share_panel,
)
from t2i_chat.ui.action_row import Here, deeds
from t2i_chat.ui.history_tree import shelf
from t2i_chat.ui.html import TEMPLATES, render
from t2i_chat.ui.recipe_view import how
from t2i_chat.ui.share_page import shared_page
from t2i_chat.ui.starters import first_pictures
from t2i_chat.ui.translations import attributes, marked
from t2i_chat.ui.turns import Pictures, blocks, chat_log, chips, said, told

FILES = sorted(Path(ui.__file__).parent.glob("*.py"))
MARKUP = re.compile(r"""</?[a-z!]|&#?\w+;|\s[\w-]+=["']""", re.IGNORECASE)
"""A tag, a character's name, or an attribute."""
HOSTILE = ("<img src=x onerror=1>", "\"'><script>")
IMAGE = Image.new("RGB", (8, 8))


# ── where HTML is written ────────────────────────────────────────────────────────────────────


def faults(source):
    """What in a module writes HTML, or lets it through unescaped."""
    tree = ast.parse(source)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in documents:
            found += MARKUP.findall(_text(node))
        elif isinstance(node, ast.ImportFrom) and node.module in {"html", "markupsafe"}:
            found += [one.name for one in node.names if one.name.startswith("escape")]
        elif isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name == "html"]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markup":
            found.append("Markup()")
    return found


def _text(node):
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    value = getattr(node, "value", None)
    return "x" if isinstance(node, ast.FormattedValue) else value if isinstance(value, str) else ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_only_templates_hold_html(file):
    assert file.stem == "html" or faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "a = '<b>'", "a = f'<{b}>'", "a = f'<p class={b}>'", "a = b + '</p>'",
        "a = f' alt=\"{b}\"'",
        "from html import escape", "import html", "a = Markup(b)", "a = '&quot;'",
    ],
)  # fmt: skip
def test_html_outside_of_templates_is_found_out(source):
    assert faults(source)


@pytest.mark.parametrize("source", ["'''`/s/<id>`'''", "a = f'< {b} %'", "a = b < c"])
def test_what_is_no_html_is_left_alone(source):
    assert faults(source) == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda file: file.stem)
def test_no_template_lets_anything_through_unescaped(template):
    assert not re.search(r"\|\s*safe\b|autoescape", template.read_text(encoding="utf-8"))


# ── what people write is text ────────────────────────────────────────────────────────────────


def version(words, number=1, kind="text-to-image", **more):
    recipe = Recipe(
        model=words, kind=kind, prompt=words, negative_prompt=words,
        layout=Layout(backdrop=words, regions=()), size=Size(width=8, height=8),
    )  # fmt: skip
    return Version(
        conversation="c" * 32, number=number, parent=None, caption=words, summary=words,
        recipe=recipe, sha256="0" * 64, receipt=None, created_at=datetime.now(UTC), **more,
    )  # fmt: skip


def turn(role, text, number=None, **detail):
    kept = json.dumps(detail) if detail else None
    return Turn(role=role, text=text, version=number, detail=kept, created_at=datetime.now(UTC))


def conversation(words, *turns):
    shown = Pictures({1: version(words)}, lambda _: words, Here(1), lambda _: [words])
    return chat_log(blocks(turns, shown))


class Left:
    """A conversation that was left; its picture is called by hostile words."""

    def __init__(self, words):
        self._version = version(words)
        self.current = self._version

    def show(self, _):
        """The conversation itself."""
        return self

    def address(self, shown):
        """An address made of the same words."""
        return shown.caption


def cards(words):
    told = conversation_list.deleted(words) + conversation_list.saved(words, words)
    return conversation_list.listed([conversation_list.Card(words, words, 1, words)], True, told)


def share(words):
    turns = (turn("user", words), turn("assistant", words, 1))
    shared = Shared(title=words, turns=turns, versions=(version(words),))
    return shared_page(shared, f"https://x.test/s/{words}")


def sweep(words):
    return parameter_sweep.figures(Strip(version(words), "steps", (Tried(8, IMAGE, None),)))


def look(words):
    seen = {words: Image.new("L", (8, 8))}
    return attention_view.frame(Watched(version(words), (IMAGE,), seen, same=True), 1, words)


RENDERED = {
    "a line": lambda words: told(words).html,
    "a problem": lambda words: told(words, "problem").html,
    "own words": lambda words: said(words, marked=True).html,
    "a caption": lambda words: marked("itisdeleted", title=words),
    "a caption as an attribute": lambda words: render(
        "attention_view.html", "frame",
        src=words, alt=attributes({"word": words}, alt="brightwhere"),
    ),
    "options": lambda words: chips([words], key="next"),
    "a turn": lambda words: conversation(words, turn("user", words), turn("assistant", words, 1)),
    "a plan": lambda words: conversation(words, turn("user", words), turn("plan", words)),
    "a prompt": lambda words: conversation(words, turn("plan", words, prompt=words)),
    "a question": lambda words: conversation(
        words,
        turn("assistant", words, options=[words], crops=[
            {"version": 1, "box": {"x0": 0, "y0": 0, "x1": 4, "y1": 4}}
        ]),
    ),
    "a recipe": lambda words: how(version(words), [words]),
    "a star": lambda words: shelf(
        [version(words, name=words, starred=True)], None, lambda _: words
    ),
    "things": lambda words: mask_panel._named([words]),
    "earlier conversations": lambda words: recent_conversations.earlier(Left(words), [words]),
    "first pictures": lambda words: first_pictures(lambda _: words),
    "the first screen": lambda words: render("welcome.html", first=words, earlier=words),
    "a list of conversations": cards,
    "a link": share_panel._link,
    "a shared page": share,
    "a word's map": look,
}  # fmt: skip
"""What draws hostile words, by what they are."""
WITHOUT_WORDS = {"a row of buttons": lambda words: deeds(version(words), Here(1)), "a sweep": sweep}
"""What draws a picture that is called by them, without saying them."""


class Parsed(HTMLParser):
    """The tags of a piece of HTML, its attributes' names, and all it says in words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.names, self.words, self.sources = [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Notes a tag and what it holds."""
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.words += [value or "" for _, value in attrs]
        self.sources += [value for name, value in attrs if (tag, name) == ("img", "src")]

    def handle_data(self, data):
        """Notes a text."""
        self.words.append(data)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("draw", (RENDERED | WITHOUT_WORDS).values(), ids=RENDERED | WITHOUT_WORDS)
def test_hostile_words_add_no_tag_and_no_attribute(draw, hostile):
    harmless, page = Parsed(draw("word")), Parsed(draw(hostile))
    assert page.tags == harmless.tags
    assert page.names == harmless.names


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("draw", RENDERED.values(), ids=RENDERED)
def test_hostile_words_are_said_as_they_were_written(draw, hostile):
    page = Parsed(draw(hostile))
    assert any(hostile in words for words in [*page.words, "".join(page.words)])
    assert "&lt;" in draw(hostile)
    assert hostile not in draw(hostile)


# ── a template that lacks something ──────────────────────────────────────────────────────────


def test_a_value_that_was_not_given_is_an_error():
    with pytest.raises(UndefinedError):
        render("share_panel.html", "link")
    with pytest.raises(UndefinedError):
        render("welcome.html", first="")
    with pytest.raises(UndefinedError):
        render("parameter_sweep.html", "figure", one=object())
