"""Asks which of several like things is meant ("the left tree"), with a thumbnail of each.

"Remove the tree" in a picture of two trees is a question. Side words, ordinals and plurals answer
it in advance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from t2i_chat.core.actions import Action, Goto, Inpaint, LocalEdit, Plan, Remove, Replace
from t2i_chat.core.errors import UserError
from t2i_chat.core.events import Crop, Said
from t2i_chat.core.geometry import Box, Size
from t2i_chat.editing.requests import Source
from t2i_chat.imaging import components, masks
from t2i_chat.text import captions
from t2i_chat.text.plurals import plural

ALIKE = 0.25
"""Minimum area of every component relative to the largest; smaller ones are parts of a thing."""
MOST = 5
"""Up to this many instances all are offered; of more, the outermost ones and all of them."""
_NTH = ("first", "second", "third", "fourth")
_UNCOUNTED = captions.SURROUNDINGS | set("cloud clouds star stars hair water smoke glass".split())
"""Things that count as one however many components they have."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One of several things: its name ("the left tree") and its box in pixels."""

    name: str
    box: Box


def question(
    plan: Plan,
    words: str,
    base_of: Callable[[int | None], Source],
    find: Callable[[LocalEdit, Source], Image.Image],
    known_of: Callable[[Source, LocalEdit], Sequence[Box]] = lambda *_: (),
    *,
    literal: bool,
) -> Said | None:
    """The question to ask before a plan is carried out; None when nothing is ambiguous.

    `words` is the message, which each option repeats with the full name. `literal`: the model
    paints no more of a thing than its caption counts. `known_of` gives the boxes of things that are
    known from a layout, which are used instead of the segmenter's.
    """
    for action, base in _edits(plan, base_of):
        caption = base.version.caption if literal else ""
        if captions.is_plural(action.target) or _counts_one(caption, action.target):
            continue
        try:
            # As for a removal, which gives the thing's own mask; a replacement adds room.
            found = instances(
                action.target, find(Remove(target=action.target), base), known_of(base, action)
            )
        except UserError:  # reported when the edit itself runs
            continue
        if found:
            return _asked(action.target, found, words, plan, base)
    return None


def instances(target: str, region: Image.Image, known: Sequence[Box] = ()) -> tuple[Instance, ...]:
    """The things of one name in an 8-bit mask, and "all of them"; () when there is only one.

    They are the mask's connected components, or the boxes in `known` if there are several. Ordered
    from left to right, or from top to bottom where two stand one above the other.
    """
    wanted = components.read_target(target)
    thing = captions.strip_article(wanted.thing)
    chosen = wanted.side is not None or wanted.order is not None
    if chosen or captions.is_plural(target) or captions.head_noun(thing) in _UNCOUNTED:
        return ()
    boxes = sorted(known, key=_x) if len(known) > 1 else _apart(region)
    if len(boxes) < 2:
        return ()
    every = _around(boxes)
    together = f"{'both' if len(boxes) == 2 else 'all the'} {_many(thing)}"
    return (*_named(thing, boxes), Instance(together, every))


def _edits(
    plan: Plan, base_of: Callable[[int | None], Source]
) -> Iterator[tuple[Inpaint | Remove | Replace, Source]]:
    """The edits of named things that start from an existing picture."""
    here: int | None = None
    for action in plan.actions:
        if isinstance(action, Goto):
            here = action.version
        elif isinstance(action, Inpaint | Remove | Replace):
            try:
                yield action, base_of(action.of or here)
            except UserError:
                return
        else:
            return


def _counts_one(caption: str, target: str) -> bool:
    """Whether a caption names a thing once, in the singular."""
    phrases = [part for part in captions.phrases(caption) if captions.names(part, target)]
    return len(phrases) == 1 and not captions.is_plural(phrases[0])


def _apart(region: Image.Image) -> list[Box]:
    """The boxes of the components; () if some are so small that they may be parts of one thing."""
    found = components.pieces(components.despeckled(masks.binary(region)))
    areas = [int(piece.sum()) for piece in found]
    boxes = [box for piece in found if (box := masks.box_of(masks.from_array(piece)))]
    overlap = any(_overlap(one, two) for at, one in enumerate(boxes) for two in boxes[:at])
    return [] if overlap or min(areas, default=0) < ALIKE * max(areas, default=0) else boxes


def _overlap(one: Box, two: Box) -> bool:
    across = min(one.x1, two.x1) > max(one.x0, two.x0)
    return across and min(one.y1, two.y1) > max(one.y0, two.y0)


def _named(thing: str, boxes: list[Box]) -> list[Instance]:
    first, last = boxes[0], boxes[-1]
    if len(boxes) == 2 and abs(_y(first) - _y(last)) > abs(_x(first) - _x(last)):
        upper, lower = sorted(boxes, key=_y)
        return [Instance(f"the upper {thing}", upper), Instance(f"the lower {thing}", lower)]
    inner = list(zip(_NTH[1:], boxes[1:-1], strict=False)) if len(boxes) <= MOST else []
    return [
        Instance(f"the left {thing}", first),
        *(Instance(f"the {nth} {thing}", box) for nth, box in inner),
        Instance(f"the right {thing}", last),
    ]


def _x(box: Box) -> int:
    return box.x0 + box.x1


def _y(box: Box) -> int:
    return box.y0 + box.y1


def _around(boxes: list[Box]) -> Box:
    return Box(
        x0=min(box.x0 for box in boxes),
        y0=min(box.y0 for box in boxes),
        x1=max(box.x1 for box in boxes),
        y1=max(box.y1 for box in boxes),
    )


def _many(thing: str) -> str:
    *before, noun = thing.split()
    return " ".join((*before, _IRREGULAR.get(noun) or plural(noun)))


_IRREGULAR = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "wolf": "wolves",
    "sheep": "sheep", "deer": "deer", "leaf": "leaves", "mouse": "mice",
}  # fmt: skip


def _asked(
    target: str, found: tuple[Instance, ...], words: str, plan: Plan, base: Source
) -> Said | None:
    options = tuple(_said_anew(words, target, one.name) for one in found)
    if not all(options):
        options = tuple(_sentence(plan, target, one.name) for one in found)
    if not all(options):
        return None
    number = base.version.number
    size = Size(width=base.image.width, height=base.image.height)
    crops = tuple(Crop(number, _squared(one.box, size)) for one in found)
    noun = captions.head_noun(target)
    return Said(f"Which {noun}?", options=options, tone="question", crops=crops)


def _said_anew(words: str, target: str, name: str) -> str:
    """The message with the full name in place of "the thing"; "" if it does not contain it."""
    thing = re.escape(captions.strip_article(target))
    short = re.compile(rf"\b(?:the|that|this|a|an)\s+{thing}\b", re.IGNORECASE)
    return short.sub(lambda _: name, words.strip(), count=1) if short.search(words) else ""


def _sentence(plan: Plan, target: str, name: str) -> str:
    """A message that asks for the plan, with the thing's full name; "" if there is none."""
    clauses = [_clause(action, target, name) for action in plan.actions]
    return " and ".join(clauses) if all(clauses) else ""


def _clause(action: Action, unclear: str, name: str) -> str:
    match action:
        case Goto(version=number):
            return f"go back to version {number}"
        case Remove(target=target):
            return f"remove {name if target == unclear else target}"
        case Replace(target=target, result=result):
            now = captions.with_article(result)
            return f"replace {name if target == unclear else target} with {now}"
        case Inpaint(target=target, result=result):
            now = captions.describe_result(target, result)
            return f"change {name if target == unclear else target} to {now}"
    return ""


def _squared(box: Box, size: Size) -> Box:
    """A square around a box with some margin, clipped to the picture."""
    side = min(round(1.2 * max(box.width, box.height)), size.width, size.height)
    x0 = min(max(0, (_x(box) - side) // 2), size.width - side)
    y0 = min(max(0, (_y(box) - side) // 2), size.height - side)
    return Box(x0=x0, y0=y0, x1=x0 + side, y1=y0 + side)
