"""Turns a prompt into a layout: the empty scene and, for each thing, its words and its box.

A small denoiser asked for a whole picture paints things twice and where it likes; asked for one
thing in a hole it paints that one, there. So the words decide first what stands where, as in
Lian et al., "LLM-grounded Diffusion" (2023), with plain code in place of the language model: of
many random arrangements the one is taken that suits the words best. It paints nothing.
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
"""Where the ground begins, about: an empty scene says where only when it is painted."""
TRIES = 300
"""Arrangements among which one is chosen."""
MOST = 8
"""How many things are placed at most."""
ANYWHERE = ("meadow", "meadow", "meadow", "lake", "autumn")
ANY_TIME = ("clear", "clear", "clear", "dawn", "sunset")
"""Grounds and skies of which one is drawn when the words name none."""


@dataclass(frozen=True)
class Placed:
    """A thing in its place, and which of those wanted it is one of."""

    thing: Thing
    wanted: int


def arrange(prompt: str, size: Size, seed: int) -> Layout | None:
    """Return where a prompt's things go in a picture of `size`; None when it names no thing."""
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
    """Return the layout under the sky or on the ground of the words; None if they name neither.

    Nor may they name a thing, which would be more than another setting.
    """
    said = said_in(f"{words}, at {words}")  # a time of day may be said without its "at"
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
    """What a region's words say of its thing, its surroundings left out."""
    thing, noun, _ = region.prompt.partition(region.noun)
    return f"{thing}{noun}"


def _scene(said: ParsedScene, rng: Rng, seed: int) -> Scene:
    """The empty scene: what the words say of it, and for the rest something that suits."""
    nouns = {wanted.noun.noun for wanted in said.things}
    wet = any(wanted.noun.places == ("water",) for wanted in said.things)
    ground = said.ground or ("sea" if wet else ANYWHERE[rng.integers(len(ANYWHERE))])
    sky = said.sky or ("night" if nouns & {"moon", "star"} else None)
    sky = sky or ("clear" if nouns & {"sun", "rainbow"} else ANY_TIME[rng.integers(len(ANY_TIME))])
    return Scene(SIZE, seed, sky, ground, HORIZON, hills=False, things=())


def _placed(said: ParsedScene, scene: Scene, rng: Rng) -> list[Placed]:
    """All that is wanted in random places, as far as there is room."""
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
    """How badly an arrangement suits the words, and how badly it is composed."""
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
    """How much the boxes cover each other, in shares of the smaller one."""
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
    """How far from the middle the things lie on the whole, and how many touch the border."""
    if not boxes:
        return 0.0
    middle = sum(box.x0 + box.x1 for box in boxes) / (2 * len(boxes))
    touching = sum(min(box.x0, SIZE - box.x1, box.y0) < ROOM for box in boxes)
    return abs(middle - SIZE / 2) / SIZE + 0.5 * touching


def _roomy(thing: Thing) -> Box:
    """A thing's box with its surroundings, on the grid of latents."""
    left, top, right, bottom = thing.box
    box = Box(x0=left, y0=top, x1=right, y1=bottom).roomy(ROOM)
    return box.clipped(Size(width=SIZE, height=SIZE))


def _region(wanted: Wanted, thing: Thing, scene: Scene, size: Size) -> Region:
    """A thing's words and box; places are a square scene's, things keep their size in pixels."""
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
