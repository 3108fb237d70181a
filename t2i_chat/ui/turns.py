"""HTML of the chat: stored turns, and the running one with preview, queue and progress.

A conversation is drawn from its turns alone, so that it looks the same while it happens and after
a reload. What only passes by (previews, waiting) is drawn apart, below the last line.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import Any, Literal

from markupsafe import Markup
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
from t2i_chat.ui.action_row import NOWHERE, Here, deeds
from t2i_chat.ui.corrections import is_local
from t2i_chat.ui.html import NOTHING, joined, render
from t2i_chat.ui.recipe_view import how
from t2i_chat.ui.retract import Amendment, amendment
from t2i_chat.ui.translations import Translated, phrase

_PARTS = {
    "pictures": "partof", "tries": "oncemore", "steps": "stepsat", "guidance": "hguidance",
}  # fmt: skip
"""The captions of one of several paintings."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the chat as HTML, said by the person ("you") or by the program ("me")."""

    side: Literal["you", "me"]
    html: Markup
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
    words = _lines(text) if text else _lines(phrase("apicture")) if picture else NOTHING
    return Block("you", words + (_lines(phrase("inmark"), "quiet") if marked else NOTHING))


def told(text: str | Translated, kind: str = "", button: Markup = NOTHING) -> Block:
    """The program's words; `kind` is "quiet", "problem" or nothing, `button` stands behind them."""
    return Block("me", _lines(text, kind, button))


def _lines(text: str | Translated, kind: str = "", button: Markup = NOTHING) -> Markup:
    return render("turns.html", "line", text=text, kind=kind, button=button)


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
        drawn.extend(_drawn(turn, plan, pictures, amend))
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


def _drawn(turn: Turn, plan: str, pictures: Pictures, amend: Amendment | None) -> Iterable[Block]:
    version = pictures.versions.get(turn.version or 0)
    if turn.role == "user":
        if turn.text:
            yield said(turn.text, marked=bool(_detail(turn).get("marked")))
    elif not (version and turn.text == plan):
        yield told(turn.text, _kind(turn), _button(turn, amend))
    if version is not None:
        yield _deleted(version) if version.hidden else _figure(version, pictures)


def _button(turn: Turn, amend: Amendment | None) -> Markup:
    """What changes the painted words or takes the plan back, behind the line that tells them."""
    if prompt := _detail(turn).get("prompt"):
        return render("turns.html", "edit", prompt=str(prompt))
    if amend and turn is amend.plan:
        return render("turns.html", "otherwise", amend=amend)
    return NOTHING


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
    return Block("me", render("turns.html", "deleted", number=version.number))


def _figure(version: Version, pictures: Pictures) -> Block:
    here = pictures.here if version.number == pictures.here.current else NOWHERE
    before = pictures.versions.get(version.parent or 0)
    tokens = tuple(pictures.tokens(version))
    return Block(
        "me", _drawn_figure(version, before, pictures.address(version), here, tokens), picture=True
    )


@lru_cache(maxsize=4096)
def _drawn_figure(
    version: Version, before: Version | None, address: str, here: Here, tokens: tuple[str, ...]
) -> Markup:
    """A figure's HTML, drawn once: each event of a conversation shows all its pictures again."""
    return render(
        "turns.html",
        "figure",
        version=version,
        address=address,
        note=note(version),
        measured=receipt(version),
        is_local=is_local(version, before),
        deeds=deeds(version, here, before),
        how=how(version, tokens),
    )


def _crop(shown: Mapping[str, Any], pictures: Pictures) -> Markup:
    """A square part of a version's picture, seen small; nothing when the version is gone."""
    version = pictures.versions.get(shown["version"])
    if version is None:
        return NOTHING
    box, size = Box.model_validate(shown["box"]), version.recipe.size
    wide, high = size.width / box.width, size.height / box.height
    left, top = _percent(box.x0, size.width - box.width), _percent(box.y0, size.height - box.height)
    style = (
        f"background-image:url('{pictures.address(version)}');"
        f"background-size:{wide:.2%} {high:.2%};background-position:{left} {top}"
    )
    return render("turns.html", "crop", style=style)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "0%"


def chips(options: Iterable[str], crops: Iterable[Markup] = (), key: str = "") -> Markup:
    """Sentences to click instead of typing them, each after a small picture where there is one.

    The caption `key` says what they are for.
    """
    both = list(zip_longest(options, crops, fillvalue=NOTHING))
    return render("turns.html", "chips", options=both, key=key)


# ── what passes by ───────────────────────────────────────────────────────────────────────────


def passing(event: ChatEvent, located: Located | None = None) -> list[Block]:
    """What stands below the last line while `event` lasts; `located` tells where it paints."""
    match event:
        case Understood() | Enriched():
            return [working(phrase("brushes"))]
        case Located():
            return [_growing(event.image, phrase("located"), event)]
        case Waiting(position=0) if located is not None:
            return [_growing(located.image, _waiting(event), located)]
        case Waiting():
            return [working(_waiting(event))]
        case Progress():
            return [_growing(event.image, _progress(event), located)]
    return []


def _waiting(event: Waiting) -> Markup:
    seconds = _seconds(event, "left" if event.position == 0 else "")
    return render("turns.html", "waiting", position=event.position, seconds=seconds)


def _progress(event: Progress) -> Markup:
    return render(
        "turns.html",
        "progress",
        event=event,
        share=percent(event.step / event.total),
        part=_part(event.part) if event.part else None,
        seconds=_seconds(event, "left"),
    )


def _seconds(event: Waiting | Progress, left: str) -> Translated | None:
    return None if event.seconds is None else _about(event.seconds, left)


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
    return told(text, "working")


def _growing(image: Image.Image, told: Translated | Markup, located: Located | None) -> Block:
    edge = _edge(located) if located else NOTHING
    drawn = render("turns.html", "growing", image=image, src=data_url(image), told=told, edge=edge)
    return Block("me", drawn, picture=True)


def _edge(located: Located) -> Markup:
    """The edge of a region, to lie over the picture."""
    region = located.region
    return render("turns.html", "edge", size=region.size, path=path(region))


def data_url(image: Image.Image) -> str:
    """A picture as the address of itself, for what only passes by."""
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


# ── the whole ────────────────────────────────────────────────────────────────────────────────


def talk(drawn: Iterable[Block]) -> Markup:
    """Blocks as one piece of HTML: those of one side together, pictures next to each other."""
    return joined(_speech(side, group) for side, group in groupby(drawn, lambda b: b.side))


def chat_log(drawn: Iterable[Block]) -> Markup:
    """The kept lines, which a screen reader tells as they come."""
    return render("turns.html", "log", talk=talk(drawn))


def _speech(side: str, spoken: Iterable[Block]) -> Markup:
    runs = [
        (are_pictures, joined(block.html for block in run))
        for are_pictures, run in groupby(spoken, lambda block: block.picture)
    ]
    return render("turns.html", "speech", side=side, runs=runs)
