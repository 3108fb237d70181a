"""Resizes, moves and recounts things of a layout: "make the dog bigger", "three trees".

What an edit says of a thing is parsed with a closed list of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import ROOM, Region
from t2i_chat.editing.placement import SizePrior, place, side_named, standing
from t2i_chat.imaging import masks
from t2i_chat.text import captions

Hints = Callable[[str], SizePrior]

_SCALES = ("small", "", "big")
"""Size words in a region's prompt, in ascending order ("" is the usual size)."""
_STEP = 1.4
"""How many times as large a thing becomes by one size."""
_LARGER = re.compile(r"\b(?:bigger|larger|taller|big|large|huge|giant|enormous|twice|double)\b")
_SMALLER = re.compile(r"\b(?:smaller|shorter|small|little|tiny|half)\b")
_SIDE = re.compile(
    r"\b(?:on|at|in|to|towards?) (?:the |its )?(?:far )?"
    r"(?:left|right|middle|cent(?:er|re)|top|bottom)\b"
)


def resized(region: Region, result: str, size: Size, hint: Hints) -> Region | None:
    """The region one size up or down with the same foot point; None if no size word was said.

    A thing that already has the largest size stays as it is.
    """
    step = 1 if _LARGER.search(result) else -1 if _SMALLER.search(result) else 0
    if not step:
        return None
    words = region.prompt.split()
    now = _SCALES.index(words[1]) if len(words) > 1 and words[1] in _SCALES else 1
    scale = _SCALES[min(max(now + step, 0), len(_SCALES) - 1)]
    middle, foot = (region.box.x0 + region.box.x1) // 2, region.box.y1 - ROOM
    box = standing(size, _times(region, _STEP**step, size, hint), middle=middle, foot=foot)
    said = [scale, *words[1 if now == 1 else 2 :]]
    prompt = captions.with_article(" ".join(word for word in said if word))
    changed = {"prompt": prompt, "box": box.roomy(ROOM).clipped(size)}
    return region.model_copy(update=changed)


def _times(region: Region, times: float, size: Size, hint: Hints) -> SizePrior:
    """The size of a region's thing, so many times as large."""
    high, wide = region.box.height - 2 * ROOM, region.box.width - 2 * ROOM
    zone = hint(region.noun).zone
    return SizePrior(height=times * high / size.height, aspect=wide / max(1, high), zone=zone)


def moved(
    region: Region, result: str, others: Sequence[Region], size: Size, hint: Hints
) -> Region | None:
    """The region on the named side, in the place with most room; None if no side was named."""
    said = _SIDE.search(result)
    if not said:
        return None
    thing = SizePrior(
        height=(region.box.height - 2 * ROOM) / size.height,
        aspect=(region.box.width - 2 * ROOM) / (region.box.height - 2 * ROOM),
        zone=hint(region.noun).zone,
    )
    there = _placed(region.prompt, region.noun, thing, others, size, side_named(said.group()))
    return region.model_copy(update={"box": there.box})


def recounted(
    regions: Sequence[Region], result: str, others: Sequence[Region], size: Size, hint: Hints
) -> tuple[Region, ...] | None:
    """The regions in the number that was said, keeping the first ones; None if none was."""
    count = captions.count_of(result)
    if count is None or count == len(regions):
        return None
    kept, first = list(regions[:count]), regions[0]
    while len(kept) < count:
        around = (*others, *kept)
        kept.append(_placed(first.prompt, first.noun, hint(first.noun), around, size))
    return tuple(kept)


def several(
    one: Region, result: str, others: Sequence[Region], size: Size, hint: Hints
) -> tuple[Region, ...]:
    """The regions of a new thing, as many as its words count; `one` is the first, in the plural."""
    if captions.count_of(result) in {None, 1}:
        return (one,)
    many = captions.head_noun(one.prompt)
    before, _, after = one.prompt.partition(many)
    looks = " ".join([*before.split()[1:], one.noun])
    single = one.model_copy(update={"prompt": f"{captions.with_article(looks)}{after}"})
    return recounted([single], result, others, size, hint) or (single,)


def _placed(
    prompt: str,
    noun: str,
    thing: SizePrior,
    others: Sequence[Region],
    size: Size,
    side: str | None = None,
) -> Region:
    occupied = masks.boxes_mask([other.box for other in others], size)
    box = place(size, thing, occupied=occupied, side=side)
    return Region(prompt=prompt, box=box.roomy(ROOM).clipped(size), noun=noun)
