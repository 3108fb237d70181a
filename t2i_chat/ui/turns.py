"""Kept lines and passing events as what is seen in the chat; pure, and knows nothing of Gradio.

A conversation is drawn from its turns alone, so that it looks the same while it happens and after
a reload. What only passes by (previews, waiting) is drawn apart, below the last line.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby, zip_longest
from typing import Any, Literal

from PIL import Image

from t2i_chat.core.eta import rounded
from t2i_chat.core.events import (
    ChatEvent,
    Enriched,
    Located,
    Part,
    Progress,
    Turn,
    Understood,
    Waiting,
)
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import Version
from t2i_chat.imaging.contours import path
from t2i_chat.planning.suggest import next_edits
from t2i_chat.ui.action_row import NOWHERE, Here, copy_seed, deeds, downloads, show_where
from t2i_chat.ui.corrections import is_local
from t2i_chat.ui.recipe_view import how
from t2i_chat.ui.retract import Amendment, amendment
from t2i_chat.ui.translations import Translated, attributes, marked, phrase

_PARTS = {
    "pictures": "partof", "tries": "oncemore", "steps": "stepsat", "guidance": "hguidance",
}  # fmt: skip
"""The captions of one of several paintings."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the chat as HTML, said by the person ("you") or by the program ("me")."""

    side: Literal["you", "me"]
    html: str
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Pictures:
    """The versions turns speak of, by number, each PNG's address, and where one stands.

    `tokens` are the pieces in which a version's prompt was read.
    """

    versions: Mapping[int, Version]
    address: Callable[[Version], str]
    here: Here = NOWHERE
    tokens: Callable[[Version], Sequence[str]] = lambda _: ()


# ── words ────────────────────────────────────────────────────────────────────────────────────


def note(version: Version) -> Translated:
    """The line under a picture: "Version 3 · seed 1234"."""
    called = f"{version.number}" + (f" · {version.name}" if version.name else "")
    if version.recipe.kind == "upload":
        return phrase("noteyours", n=called)
    return phrase("note", n=called, seed=version.recipe.seed)


def receipt(version: Version) -> Translated | None:
    """What was measured about a local edit, as one friendly line; None when there was none."""
    if version.receipt is None:
        return None
    share = percent(version.receipt.changed_fraction)
    if version.receipt.max_outside is None:
        return phrase("looksdifferent", share=share)
    if version.receipt.max_outside == 0:
        return phrase("isnew", share=share)
    return phrase("moved", share=share, most=version.receipt.max_outside)


def percent(share: float) -> str:
    """A share in whole percent; what is less than one is not called none."""
    return "< 1 %" if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def said(text: str, *, picture: bool = False, marked: bool = False) -> Block:
    """The person's own words, as they typed them; `picture` when they sent one along.

    `marked` when they meant a part of the picture that they had painted over.
    """
    words = _lines(text) if text else _lines(phrase("apicture")) if picture else ""
    return Block("you", words + (_lines(phrase("inmark"), "quiet") if marked else ""))


def told(text: str | Translated, kind: str = "") -> Block:
    """The program's words; `kind` is "quiet", "problem" or nothing."""
    return Block("me", _lines(text, kind))


def _lines(text: str | Translated, kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    return f"<p{css}>{_html(text)}</p>".replace("\n", "<br>")


def _html(text: str | Translated) -> str:
    return text.html if isinstance(text, Translated) else escape(text.strip())


# ── kept lines ───────────────────────────────────────────────────────────────────────────────


def blocks(turns: Iterable[Turn], pictures: Pictures) -> list[Block]:
    """All lines of a conversation; only the last one's options can still be clicked.

    An answer that asks nothing is followed by edits that would fit the current picture. The last
    plan can be taken back, together with what came of it.
    """
    turns = list(turns)
    drawn: list[Block] = []
    plan = ""
    last: Turn | None = None
    amend = amendment(turns, pictures.here)
    for turn in turns:
        drawn.extend(_drawn(turn, plan, pictures))
        if amend and turn is amend.plan:
            drawn[-1] = replace(drawn[-1], html=_with_button(drawn[-1].html, _otherwise(amend)))
        plan = turn.text if turn.role == "plan" and not _detail(turn) else plan
        last = turn
    if last and (options := _detail(last).get("options")):
        crops = [_crop(shown, pictures) for shown in _detail(last).get("crops", ())]
        drawn.append(Block("me", chips(options, crops)))
    elif last and last.role == "assistant":
        drawn.extend(_next(pictures))
    return drawn


def _next(pictures: Pictures) -> Iterable[Block]:
    version = pictures.versions.get(pictures.here.current or 0)
    if version is not None:
        yield Block("me", chips(next_edits(version.caption), key="next"))


def _drawn(turn: Turn, plan: str, pictures: Pictures) -> Iterable[Block]:
    version = pictures.versions.get(turn.version or 0)
    if turn.role == "user":
        if turn.text:
            yield said(turn.text, marked=bool(_detail(turn).get("marked")))
    elif not (version and turn.text == plan):
        line = told(turn.text, _kind(turn))
        prompt = _detail(turn).get("prompt")
        yield replace(line, html=_with_button(line.html, _edit(str(prompt)))) if prompt else line
    if version is not None:
        yield _deleted(version) if version.hidden else _figure(version, pictures)


def _with_button(line: str, button: str) -> str:
    return line.removesuffix("</p>") + f" {button}</p>"


def _edit(prompt: str) -> str:
    """A button that puts the painted words into the box, to be changed and sent."""
    return (
        f'<button type="button" class="edit" data-edit="{escape(prompt)}" '
        f'title="{escape(prompt)}">{marked("editwords")}</button>'
    )


def _otherwise(amend: Amendment) -> str:
    """A button that takes a plan back, and puts the person's words into the box again."""
    back = f'data-deed="undo" data-version="{amend.undoes}" ' if amend.undoes else ""
    return (
        f'<button type="button" class="edit" {back}data-again="{escape(amend.words)}">'
        f"{marked('notmeant')}</button>"
    )


def _kind(turn: Turn) -> str:
    detail = _detail(turn)
    if turn.role == "plan" and "prompt" in detail:
        return "quiet"
    return "problem" if detail.get("tone") == "problem" else ""


def _detail(turn: Turn) -> dict[str, Any]:
    detail = json.loads(turn.detail) if turn.detail else {}
    return detail if isinstance(detail, dict) else {}


def _deleted(version: Version) -> Block:
    """What stands in place of a deleted picture, with the way to have it again."""
    undo = (
        f'<button type="button" class="edit" data-deed="goto" data-version="{version.number}">'
        f"{marked('undo')}</button>"
    )
    return Block("me", f'<p class="quiet">{marked("isdeleted", n=version.number)} {undo}</p>')


def _figure(version: Version, pictures: Pictures) -> Block:
    size, address = version.recipe.size, pictures.address(version)
    before = pictures.versions.get(version.parent or 0)
    measured = receipt(version)
    proof = measured.html if measured else ""
    if proof and is_local(version, before):
        proof += f" {show_where(version)}"
    lines = filter(None, [f"{note(version).html}{copy_seed(version)}", proof])
    return Block(
        "me",
        f'<figure><img src="{escape(address)}" alt="{escape(version.caption)}" '
        f'width="{size.width}" height="{size.height}">'
        f"<figcaption>{'<br>'.join(lines)}</figcaption>{deeds(version, pictures.here, before)}"
        f'<div class="more">{how(version, pictures.tokens(version))}'
        f"{downloads(version, address)}</div></figure>",
        picture=True,
    )


def _crop(shown: Mapping[str, Any], pictures: Pictures) -> str:
    """A square part of a version's picture, seen small; "" when the version is gone."""
    version = pictures.versions.get(shown["version"])
    if version is None:
        return ""
    box, size = Box.model_validate(shown["box"]), version.recipe.size
    wide, high = size.width / box.width, size.height / box.height
    left, top = _percent(box.x0, size.width - box.width), _percent(box.y0, size.height - box.height)
    style = (
        f"background-image:url('{pictures.address(version)}');"
        f"background-size:{wide:.2%} {high:.2%};background-position:{left} {top}"
    )
    return f'<span class="crop" aria-hidden="true" style="{escape(style)}"></span>'


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "0%"


def chips(options: Iterable[str], crops: Iterable[str] = (), key: str = "") -> str:
    """Sentences to click instead of typing them, each after a small picture where there is one.

    The caption `key` says what they are for.
    """
    buttons = "".join(
        f'<button type="button" data-say="{escape(option)}">{crop or ""}{escape(option)}</button>'
        for option, crop in zip_longest(options, crops)
    )
    if not key:
        return f'<div class="chips">{buttons}</div>'
    return (
        f'<div class="chips {key}" role="group" aria-labelledby="{key}">'
        f'<b id="{key}">{marked(key)}</b>{buttons}</div>'
    )


# ── what passes by ───────────────────────────────────────────────────────────────────────────


def passing(event: ChatEvent, located: Located | None = None) -> list[Block]:
    """What stands below the last line while `event` lasts; `located` tells where it paints."""
    match event:
        case Understood() | Enriched():
            return [working(phrase("brushes"))]
        case Located():
            return [_growing(event.image, marked("located"), event)]
        case Waiting(position=0) if located is not None:
            return [_growing(located.image, _waiting(event), located)]
        case Waiting():
            return [Block("me", f'<p class="working">{_waiting(event)}</p>')]
        case Progress():
            return [_growing(event.image, _progress(event), located)]
    return []


def _waiting(event: Waiting) -> str:
    if event.position == 0:
        return f"{marked('startpainting')} {_left(event.seconds)}".strip()
    before = marked("onewaits" if event.position == 1 else "manywait", n=event.position)
    if event.seconds is None:
        return before
    return f"{before}, {_about(event.seconds).html}"


def _progress(event: Progress) -> str:
    bar = f'<progress{attributes(label="progress")} value="{event.step}" max="{event.total}">'
    share = percent(event.step / event.total)
    far = f"{_part(event.part).html}… {share}" if event.part else ""
    told = filter(None, [far or marked("painting", share=share), _left(event.seconds)])
    return f"{bar}</progress>{', '.join(told)}"


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return _about(seconds, "left").html


def _about(seconds: float, left: str = "") -> Translated:
    """Seconds as a person says them: "a few seconds", "about 20 s", "about 2 minutes"."""
    told = rounded(seconds)
    if told == 0:
        return phrase(f"fewseconds{left}")
    if told < 60:
        return phrase(f"seconds{left}", n=told)
    return phrase(f"aminute{left}") if told == 60 else phrase(f"minutes{left}", n=told // 60)


def _part(part: Part) -> Translated:
    return phrase(_PARTS[part.of], n=f"{part.n:g}", all=part.all)


def working(text: str | Translated) -> Block:
    """A line saying that something is going on."""
    return Block("me", _lines(text, "working"))


def _growing(image: Image.Image, told: str, located: Located | None) -> Block:
    return Block(
        "me",
        f'<figure class="growing"><div><img src="{data_url(image)}"'
        f'{attributes(alt="growing")} width="{image.width}" height="{image.height}">'
        f"{_edge(located) if located else ''}</div>"
        f'<figcaption class="working">{told}</figcaption></figure>',
        picture=True,
    )


def _edge(located: Located) -> str:
    """The edge of a region, to lie over the picture."""
    wide, high = located.region.size
    return (
        f'<svg class="edge" viewBox="0 0 {wide} {high}" preserveAspectRatio="none" '
        f'aria-hidden="true"><path d="{path(located.region)}"/></svg>'
    )


def data_url(image: Image.Image) -> str:
    """A picture as the address of itself, for what only passes by."""
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


# ── the whole ────────────────────────────────────────────────────────────────────────────────


def talk(drawn: Iterable[Block]) -> str:
    """Blocks as one piece of HTML: those of one side together, pictures next to each other."""
    return "".join(_speech(side, list(group)) for side, group in groupby(drawn, lambda b: b.side))


def chat_log(drawn: Iterable[Block]) -> str:
    """The kept lines, which a screen reader tells as they come."""
    return f'<div role="log"{attributes(label="conversation")}>{talk(drawn)}</div>'


def _speech(side: str, spoken: list[Block]) -> str:
    runs = groupby(spoken, lambda block: block.picture)
    inner = "".join(
        f'<div class="pictures">{html}</div>' if picture else html
        for picture, html in ((picture, "".join(b.html for b in run)) for picture, run in runs)
    )
    who = attributes(label="you" if side == "you" else "answer")
    return f'<article class="{side}"{who}>{inner}</article>'
