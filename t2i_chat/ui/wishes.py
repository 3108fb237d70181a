"""What stands in the Advanced drawer, and how it differs from what is kept; sets nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from t2i_chat.errors import BadParameter
from t2i_chat.plan import SetParam
from t2i_chat.settings import MAX_SEED, MAX_STEPS

SHAPES = (
    ("Automatic", ""),
    ("Square 1:1", "1:1"),
    ("Landscape 3:2", "3:2"),
    ("Wide 16:9", "16:9"),
    ("Portrait 2:3", "2:3"),
    ("Tall 9:16", "9:16"),
)
"""Names and aspect ratios a person can choose from."""
_FREE = {"seed": "random", "steps": "auto", "guidance": "auto", "aspect_ratio": "auto"}
"""What gives the choice back to the program when a field was emptied."""
_FIELDS = ("seed", "steps", "guidance", "aspect_ratio", "negative")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The drawer's fields as they were filled in; "" where the program is to choose."""

    seed: str = ""
    steps: str = ""
    guidance: str = ""
    aspect_ratio: str = ""
    negative: str = ""
    keep_my_words: bool = False

    @classmethod
    def read(cls, *drawer: object) -> Wishes:
        """The fields in their order, as widgets give them."""
        *fields, keep_my_words = (value or "" for value in drawer)
        words = {name: str(field).strip() for name, field in zip(_FIELDS, fields, strict=True)}
        return cls(**words, keep_my_words=bool(keep_my_words))

    @classmethod
    def kept(cls, params: Mapping[str, object], *, keep_my_words: bool = False) -> Wishes:
        """The drawer as a conversation's kept parameters fill it."""
        words = {name: _written(params.get(name)) for name in _FIELDS}
        return cls(**words, keep_my_words=keep_my_words)

    def changes(self, params: Mapping[str, object]) -> SetParam | None:
        """What has to be set so that `params` match the drawer; None when they already do.

        Raises BadParameter when a number cannot be set.
        """
        before = Wishes.kept(params, keep_my_words=self.keep_my_words)
        said = {
            name: wish for name in _FIELDS if (wish := getattr(self, name)) != getattr(before, name)
        }
        if "guidance" in said:
            said["guidance"] = said["guidance"].replace(",", ".")
        said |= {name: free for name, free in _FREE.items() if said.get(name) == ""}
        return _set(said) if said else None


def _set(said: Mapping[str, object]) -> SetParam:
    try:
        return SetParam.model_validate(said)
    except ValidationError:
        raise BadParameter(
            f"Under “Advanced”, the seed must be a whole number up to {MAX_SEED}, "
            f"steps lie between 1 and {MAX_STEPS}, and guidance between 0 and 30."
        ) from None


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str("" if value is None else value)
