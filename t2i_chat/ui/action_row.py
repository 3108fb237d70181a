"""HTML of the action row under a picture: undo, brush, variations, upscale and more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from t2i_chat.core.actions import Action, Goto, Redo, Undo, Variation
from t2i_chat.core.recipe import Version
from t2i_chat.ui.corrections import is_whole
from t2i_chat.ui.html import render

VARIATIONS = 4
"""How many pictures a press on "4 variations" paints."""

ACTIONS: Mapping[str, Callable[[int], Action]] = {
    "vary": lambda number: Variation(of=number, count=VARIATIONS),
    "undo": lambda _: Undo(),
    "redo": lambda _: Redo(),
    "goto": lambda number: Goto(version=number),
}
"""What a button asks for, by its name in the page, for the version it stands under."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where one stands: the current version, and whether undo and redo lead anywhere from it."""

    current: int | None = None
    can_undo: bool = False
    can_redo: bool = False


NOWHERE = Here()
"""Before there is a picture."""


def deeds(version: Version, here: Here, before: Version | None = None) -> Markup:
    """The buttons for a version; `before` is the one it was made from.

    The brush, undo and redo stand under the current picture; from any other one the way is on
    from there. What can be done with every picture stands last, behind "More".
    """
    offered = list(_offered(version, here, before))
    return render("action_row.html", "deeds", version=version, offered=offered)


def _offered(version: Version, here: Here, before: Version | None) -> Iterator[str]:
    number = version.number
    yield "mark" if number == here.current else "goto"
    if version.recipe.is_of_noise or (version.recipe.kind == "upload" and version.recipe.prompt):
        yield "vary"
    if is_whole(version, before):
        yield "part"
    if number > 1:
        yield "compare"
    if number == here.current:
        if here.can_undo:
            yield "undo"
        if here.can_redo:
            yield "redo"
