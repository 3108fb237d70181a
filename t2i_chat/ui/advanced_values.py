"""The Advanced drawer's values (seed, steps, size, model), and their changes as a SetParam."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from t2i_chat.core.actions import SetParam
from t2i_chat.planning.validate import settable

SHAPES = {
    "anyshape": "", "square": "1:1", "landscape": "3:2", "wide": "16:9", "portrait": "2:3",
    "tall": "9:16",
}  # fmt: skip
"""The aspect ratios a person can choose from, by the keys of their captions."""
_FREE = {"seed": "random", "steps": "auto", "guidance": "auto", "aspect_ratio": "auto"}
"""What gives the choice back to the program when a field was emptied."""
_FIELDS = ("seed", "steps", "guidance", "shape", "negative")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The drawer's fields as they were filled in; "" where the program is to choose.

    `seed` is a locked one; `shape` an aspect ratio ("3:2") or a size in pixels ("512x384").
    """

    seed: str = ""
    steps: str = ""
    guidance: str = ""
    shape: str = ""
    negative: str = ""
    keep_my_words: bool = False

    @classmethod
    def read(cls, seed: object, lock: object, *drawer: object) -> Wishes:
        """The fields in their order, as widgets give them."""
        *fields, keep_my_words = (value or "" for value in (seed if lock else "", *drawer))
        words = {name: str(field).strip() for name, field in zip(_FIELDS, fields, strict=True)}
        return cls(**words, keep_my_words=bool(keep_my_words))

    @classmethod
    def kept(cls, params: Mapping[str, object], *, keep_my_words: bool = False) -> Wishes:
        """The drawer as a conversation's kept parameters fill it."""
        shaped = {**params, "shape": params.get("aspect_ratio") or params.get("size")}
        words = {name: _written(shaped.get(name)) for name in _FIELDS}
        return cls(**words, keep_my_words=keep_my_words)

    def changes(self, params: Mapping[str, object]) -> SetParam | None:
        """What has to be set so that `params` match the drawer; None when they already do.

        Raises BadParameter when something cannot be set.
        """
        before = Wishes.kept(params, keep_my_words=self.keep_my_words)
        said = {
            name: wish for name in _FIELDS if (wish := getattr(self, name)) != getattr(before, name)
        }
        if "guidance" in said:
            said["guidance"] = said["guidance"].replace(",", ".")
        if "shape" in said:
            said |= _shape(said.pop("shape"))
        said |= {name: free for name, free in _FREE.items() if said.get(name) == ""}
        return settable(**said) if said else None


def seed_field(locked: str, last: str) -> tuple[str, bool]:
    """What stands in the seed's field, and its lock: a locked seed, or the one used last."""
    return (locked, True) if locked else (last, False)


def _shape(words: str) -> dict[str, str]:
    bare = re.sub(r"\s", "", words.lower()).replace("×", "x")
    return {"size" if "x" in bare else "aspect_ratio": bare}


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str("" if value is None else value)
