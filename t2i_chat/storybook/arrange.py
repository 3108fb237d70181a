"""Prompt → layout for regional prompting: backdrop, and a box and prompt for each thing.

A small UNet asked for a whole picture paints things twice and anywhere; asked for one thing in a
hole it paints that. So boxes are chosen first, as in Lian et al., "LLM-grounded Diffusion" (2023),
with plain code in place of the language model: the best of many random arrangements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import ROOM, Layout, Region
from t2i_chat.storybook import english
from t2i_chat.storybook.scene_parser import ParsedScene, Wanted, said_in
from t2i_chat.storybook.scenes import SIZE, WATER, Scene, Thing, back_to_front, place_thing
from t2i_chat.storybook.vocabulary import Place, load_vocabulary

Rng = np.random.Generator

HORIZON = SIZE // 2
"""Approximate row of the horizon; a backdrop fixes it only when it is painted."""
TRIES = 300
"""Number of random arrangements."""
MOST = 8
"""Maximum number of things."""
ANYWHERE = ("meadow", "meadow", "meadow", "lake", "autumn")
ANY_TIME = ("clear", "clear", "clear", "dawn", "sunset")
"""Skies to draw from when the prompt names none."""


@dataclass(frozen=True)
class Placed:
    """A thing with its box, and which of the wanted ones it is."""

    thing: Thing
    wanted: int


def arrange(prompt: str, size: Size, seed: int) -> Layout | None:
    """Returns the layout of a prompt for a picture of `size`; None if it names no thing."""
    said = said_in(prompt)
    if not said.things:
        return None
    rng = np.random.default_rng(seed)
    scene = _scene(said, rng, seed)
    tried = (_placed(said, scene, rng) for _ in range(TRIES))
    best = min(tried, key=lambda placed: _faults(said, scene, placed))
    ordered = sorted(best, key=lambda placed: back_to_front(placed.thing))
    regions = (_region(said.things[p.wanted], p.thing, scene, size) for p in ordered)
    return Layout(backdrop=_backdrop(scene), regions=tuple(regions))


def resettle(layout: Layout, words: str) -> Layout | None:
    """Returns the layout with the sky or ground of `words`; None if they name neither.

    None also if they name a thing, which would be more than another setting.
    """
    said = said_in(f"{words}, at {words}")  # so that a time of day is recognised without its "at"
    before = said_in(layout.backdrop or "")
    if said.things or not (said.sky or said.ground) or not (before.sky or before.ground):
        return None
    ground, sky = said.ground or before.ground or "meadow", said.sky or before.sky or "clear"
    scene = Scene(SIZE, 0, sky, ground, HORIZON, hills=False, things=())
    regions = (
        region.model_copy(update={"prompt": f"{_before(region)}{_setting(scene)}"})
        for region in layout.regions
    )
    said_anew = {"backdrop": _backdrop(scene), "regions": tuple(regions)}
    return layout.model_copy(update=said_anew)


def _before(region: Region) -> str:
    """The words of a region's prompt about its thing, without its surroundings."""
    thing, noun, _ = region.prompt.partition(region.noun)
    return f"{thing}{noun}"


def _scene(said: ParsedScene, rng: Rng, seed: int) -> Scene:
    """The empty scene: what the prompt says of it, the rest drawn to match."""
    nouns = {wanted.noun.noun for wanted in said.things}
    wet = any(wanted.noun.places == ("water",) for wanted in said.things)
    ground = said.ground or ("sea" if wet else ANYWHERE[rng.integers(len(ANYWHERE))])
    sky = said.sky or ("night" if nouns & {"moon", "star"} else None)
    sky = sky or ("clear" if nouns & {"sun", "rainbow"} else ANY_TIME[rng.integers(len(ANY_TIME))])
    return Scene(SIZE, seed, sky, ground, HORIZON, hills=False, things=())


def _placed(said: ParsedScene, scene: Scene, rng: Rng) -> list[Placed]:
    """All wanted things at random places, as far as there is room."""
    placed: list[Placed] = []
    aloft = {r.one for r in said.relations if r.relation == "above"}
    for index, wanted in enumerate(said.things):
        place = _place(wanted, scene, aloft=index in aloft)
        for _ in range(min(wanted.count, MOST - len(placed))):
            others = [each.thing for each in placed]
            thing = place_thing(rng, scene, wanted.noun, None, place, wanted.scale, others)
            if thing is not None:
                placed.append(Placed(replace(thing, colour=wanted.colour), index))
    return placed


def _place(wanted: Wanted, scene: Scene, *, aloft: bool) -> Place:
    places = wanted.noun.places
    if aloft or wanted.aloft:
        return "sky"
    if scene.ground == "sea" and "water" in places:
        return "water"
    dry = [place for place in places if place != "water" or scene.ground in WATER]
    return dry[0] if dry else "ground"


def _faults(said: ParsedScene, scene: Scene, placed: Sequence[Placed]) -> float:
    """The cost of an arrangement: mismatch with the prompt, and bad composition."""
    wanted = min(MOST, sum(each.count for each in said.things))
    wrong = sum(
        position is not None and scene.position(each.thing) != position
        for each in placed
        if (position := said.things[each.wanted].position)
    )
    unlike = sum(
        scene.relation(one.thing, other.thing) != said_so.relation
        for said_so in said.relations
        for one in placed
        if one.wanted == said_so.one
        for other in placed
        if other.wanted == said_so.other
    )
    boxes = [_roomy(each.thing) for each in placed]
    return 20 * (wanted - len(placed)) + 4 * wrong + 3 * unlike + _crowding(boxes) + _lean(boxes)


def _crowding(boxes: Sequence[Box]) -> float:
    """Total overlap of the boxes, as shares of the smaller one."""
    return sum(
        8 * shared / min(one.width * one.height, other.width * other.height)
        for k, one in enumerate(boxes)
        for other in boxes[:k]
        if (shared := _shared(one, other))
    )


def _shared(one: Box, other: Box) -> int:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(0, wide) * max(0, high)


def _lean(boxes: Sequence[Box]) -> float:
    """Distance of the boxes' centre of mass from the middle, and how many touch the border."""
    if not boxes:
        return 0.0
    middle = sum(box.x0 + box.x1 for box in boxes) / (2 * len(boxes))
    touching = sum(min(box.x0, SIZE - box.x1, box.y0) < ROOM for box in boxes)
    return abs(middle - SIZE / 2) / SIZE + 0.5 * touching


def _roomy(thing: Thing) -> Box:
    """A thing's box with context, aligned to the latent grid."""
    left, top, right, bottom = thing.box
    box = Box(x0=left, y0=top, x1=right, y1=bottom).roomy(ROOM)
    return box.clipped(Size(width=SIZE, height=SIZE))


def _region(wanted: Wanted, thing: Thing, scene: Scene, size: Size) -> Region:
    """A thing's prompt and box, scaled from a square scene; things keep their size in pixels."""
    box = _roomy(thing)
    x = _stretched(box.x0, box.x1, size.width)
    y = _stretched(box.y0, box.y1, size.height)
    moved = Box(x0=x, y0=y, x1=x + box.width, y1=y + box.height).clipped(size)
    prompt = f"{_named(wanted)}{_setting(scene)}"
    return Region(prompt=prompt, box=moved, noun=wanted.noun.noun)


def _stretched(start: int, end: int, side: int) -> int:
    """Where a box begins whose middle lies as far along a side as it does in a square scene."""
    room = max(0, side - (end - start))
    spare = SIZE - (end - start)
    return round(start * room / spare / ROOM) * ROOM if spare else 0


def _named(wanted: Wanted) -> str:
    scale = None if wanted.scale == "usual" else wanted.scale
    words = " ".join(filter(None, [scale, wanted.colour, wanted.noun.noun]))
    return f"{english.article(words)} {words}"


def _setting(scene: Scene) -> str:
    words = load_vocabulary()
    ground = f" {words.grounds[scene.ground].phrases[0]}"
    return ground if scene.ground == "room" else f"{ground} under {_sky(scene)}"


def _backdrop(scene: Scene) -> str:
    ground = load_vocabulary().grounds[scene.ground].nouns[0]
    bare = f"{english.article(ground)} {ground}"
    return bare if scene.ground == "room" else f"{bare} under {_sky(scene)}"


def _sky(scene: Scene) -> str:
    sky = load_vocabulary().skies[scene.sky].phrases[0]
    return f"{english.article(sky)} {sky}"
