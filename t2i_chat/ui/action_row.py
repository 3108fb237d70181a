"""What can be done with one picture, as a row of quiet buttons under it; pure, does none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from t2i_chat.core.actions import Action, Goto, Redo, Undo, Variation
from t2i_chat.core.recipe import Version
from t2i_chat.ui.corrections import is_whole
from t2i_chat.ui.translations import attributes, marked

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


def deeds(version: Version, here: Here, before: Version | None = None) -> str:
    """The buttons for a version; `before` is the one it was made from.

    The brush, undo and redo stand under the current picture; from any other one the way is on
    from there.
    """
    row = "".join(_row(version, here, before))
    called = attributes({"n": version.number}, label="version")
    return f'<div class="deeds" role="group"{called}>{row}</div>'


def _row(version: Version, here: Here, before: Version | None) -> Iterator[str]:
    number = version.number
    yield _button("mark" if number == here.current else "goto", number)
    if version.recipe.is_of_noise or (version.recipe.kind == "upload" and version.recipe.prompt):
        yield _button("vary", number)
    if is_whole(version, before):
        yield _button("part", number)
    if number > 1:
        yield _button("compare", number)
    if number == here.current:
        if here.can_undo:
            yield _button("undo", number)
        if here.can_redo:
            yield _button("redo", number)
    yield _rare(version)


def _rare(version: Version) -> str:
    """What is seldom wanted, behind one button, so that the row fits on a phone."""
    number = version.number
    link = _button("link", number, "linkto")
    rare = (_star(version), _button("name", number), link, _button("delete", number))
    return (
        f'<details class="rare"><summary{attributes(title="more")}>{icon("more")}{marked("more")}'
        f"</summary><div>{''.join(rare)}</div></details>"
    )


def downloads(version: Version, address: str) -> str:
    """The picture as a PNG that carries its recipe, and as a JPEG that carries nothing."""
    number, png = version.number, escape(address)
    return (
        f'<a href="{png}" download="picture-{number}.png"{attributes(title="aspng")}>'
        f"{icon('download')}{marked('download')}</a>"
        f'<button type="button" data-jpeg="{png}" data-name="picture-{number}.jpg"'
        f"{attributes(title='asjpeg')}>{icon('jpeg')}<span>JPEG</span></button>"
    )


def _star(version: Version) -> str:
    """A button that stays pressed while the version has its star."""
    row = _button("star", version.number)
    return row.replace("<button ", f'<button aria-pressed="{str(version.starred).lower()}" ', 1)


def _button(deed: str, number: int, key: str = "") -> str:
    key = key or deed
    return (
        f'<button type="button" data-deed="{deed}" data-version="{number}"'
        f"{attributes(title=key)}>{icon(deed)}{marked(key)}</button>"
    )


def show_where(version: Version) -> str:
    """The button beside a local edit's receipt that shows where it was made."""
    return (
        f'<button type="button" class="edit" data-deed="where" data-version="{version.number}">'
        f"{marked('where')}</button>"
    )


def copy_seed(version: Version) -> str:
    """The button beside a seed that takes it along; nothing for what was not painted."""
    if version.recipe.kind == "upload":
        return ""
    return (
        f'<button type="button" class="copy" data-copy="{version.recipe.seed}"'
        f"{attributes(title='copyseed', label='copyseed')}>{icon('copy')}</button>"
    )


def icon(name: str) -> str:
    """One of the small drawings that came with the page's title."""
    return f'<svg class="icon" aria-hidden="true"><use href="#icon-{name}"></use></svg>'
