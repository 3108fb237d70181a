"""Chooses the relation that a linking word means between two things of certain kinds."""

from __future__ import annotations

from typing import cast

from t2i_chat.storybook.describing.naming import Named
from t2i_chat.storybook.description import Relation

CARRIED = frozenset(["wearing", "holding", "riding"])
"""Relations that leave the subject in view: what follows tells of it, not of the object."""
SHARED = frozenset([*CARRIED, "with", "of", "between", "around", "around<", "filled"])
"""Links that hold for every thing of a list: "with a hat and a scarf"."""
RESTING = frozenset(["on", "in", "under"])
"""Relations whose objects may rest somewhere in turn: "on a plate on a table"."""


def bond(link: str, one: Named, other: Named) -> tuple[Relation, bool] | None:
    """The relation for a link, and whether it leads from the other to the one; None for none."""
    if link == "with":
        return _accompanied(one, other)
    if link in ("of", "filled"):
        return ("in", True) if link == "filled" or "container" in one.kinds else None
    if link in ("from", "ignored"):
        return None
    if link == "in" and "wearable" in other.kinds and not _is_lifeless(one):
        return "wearing", False
    if link == "on" and "mount" in other.kinds and not _is_lifeless(one):
        return "riding", False
    return cast("Relation", link.removesuffix("<")), link.endswith("<")


def _accompanied(one: Named, other: Named) -> tuple[Relation, bool] | None:
    """What "with" means: worn, held, lying on it or in it, or standing by."""
    if "container" in one.kinds:
        return "in", True
    if "surface" in one.kinds:
        return "on", True
    if "wearable" in other.kinds and "unhanded" not in one.kinds:
        return "wearing", False
    if "aloft" in other.kinds:
        return None
    if "held" in other.kinds and not _is_lifeless(one):
        return "holding", False
    return "beside", False


def meeting(part: str, one: Named) -> tuple[Relation, bool]:
    """How something meets a body at a part of it, and whether the body is what stands so to it."""
    if part == "hand":
        return "holding", True
    return ("wearing", True) if part == "head" and "wearable" in one.kinds else ("on", False)


def _is_lifeless(named: Named) -> bool:
    return not named.kinds.isdisjoint(("unhanded", "surface", "container", "wearable", "held"))
