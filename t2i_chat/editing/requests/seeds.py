"""Seeds: drawn at random, set by a person, kept by an edit, and the next ones for variations."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from t2i_chat.core.params import Params
from t2i_chat.core.settings import MAX_SEED
from t2i_chat.editing.requests.values import Source


def draw_seed() -> int:
    """A random seed."""
    return secrets.randbelow(MAX_SEED + 1)


def first_seed(asked: int | None, params: Params, drawn: int) -> int:
    """The seed of a new picture: the message's, or else the one that was set, or else `drawn`."""
    return next(seed for seed in (asked, params.seed, drawn) if seed is not None)


def edit_seed(base: Source, params: Params) -> int:
    """The seed of an edit: the one that was set, or that of the picture it starts from."""
    return base.version.recipe.seed if params.seed is None else params.seed


def consecutive_seeds(first: int, count: int) -> list[int]:
    """`count` seeds from `first` on, wrapping around at the maximum."""
    return [(first + offset) % (MAX_SEED + 1) for offset in range(count)]


def unused_seeds(count: int, used: Iterable[int], least: int = 0) -> list[int]:
    """`count` consecutive seeds from `least` on, all above the `used` ones."""
    return consecutive_seeds(max((least, *(seed + 1 for seed in used))), count)


def next_seed(seed: int) -> int:
    """The seed after another one."""
    return consecutive_seeds(seed, 2)[1]
