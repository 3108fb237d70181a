"""Finds the mask of an earlier edit, so that a person can correct it with the brush."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from PIL import Image

from t2i_chat.core.protocols import VersionStore
from t2i_chat.core.recipe import Version


@dataclass(frozen=True, slots=True)
class RegionOfEdit:
    """A local edit: the version `before` it, its 8-bit mask, and the message that asked for it."""

    before: int
    region: Image.Image
    words: str


def is_local(version: Version, before: Version | None) -> bool:
    """Whether a version differs from the one before it in a region of its own size."""
    marked = version.recipe.mask_sha256 is not None
    return marked and before is not None and _size(before) == _size(version)


def is_whole(version: Version, before: Version | None) -> bool:
    """Whether all of a version was painted anew over a picture of its size."""
    anew = version.receipt is not None and version.receipt.max_outside is None
    return anew and before is not None and _size(before) == _size(version)


def _size(version: Version) -> tuple[int, int]:
    return version.recipe.size.width, version.recipe.size.height


def edit_of(store: VersionStore, conversation: str, number: int) -> RegionOfEdit | None:
    """The edit that made a version; None where it was none. Raises UnknownVersion."""
    version = store.version(conversation, number)
    before = store.version(conversation, version.parent) if version.parent else None
    region = version.recipe.mask_sha256
    if before is None or region is None or not is_local(version, before):
        return None
    return RegionOfEdit(before.number, store.blob(region), _words(store, conversation, number))


def _words(store: VersionStore, conversation: str, number: int) -> str:
    """What a person had said last when a version was made."""
    until = takewhile(lambda turn: turn.version != number, store.turns(conversation))
    said = [turn.text for turn in until if turn.role == "user"]
    return said[-1] if said else ""
