"""Captions for synthetic scenes, in many phrasings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from t2i_chat.storybook.scenes import Scene, Thing
from t2i_chat.storybook.vocabulary import Vocabulary, load_vocabulary

Rng = np.random.Generator

OPENINGS = (
    "a picture of ",
    "an illustration of ",
    "a painting of ",
    "there is ",
    "a drawing of ",
    "draw ",
    "paint ",
    "a storybook scene with ",
    "a scene with ",
)
OVER = (" under ", " under ", " beneath ", " below ", " with ", ", ")


def caption(scene: Scene, rng: Rng) -> str:
    """Return one of the many captions of `scene`, lower case; parts may be left unsaid."""
    words = load_vocabulary()
    things = _thing_phrases(scene, rng, words)
    ground = _ground(scene, rng, words)
    if scene.ground == "room":
        return _enrich(_indoors(rng, things, ground), rng, words)
    sky = _sky(scene, rng, words)
    if not things or rng.random() < 0.03:
        return _empty(rng, sky, ground)
    style = rng.random()
    if style < 0.25:
        text = _terse(rng, things, sky, ground)
    elif style < 0.32:
        text = f"{sky[0]} over {_join(things, rng)}"
    else:
        text = _sentence(rng, things, sky, ground)
    return _enrich(text, rng, words)


def region_caption(scene: Scene, rng: Rng, thing: Thing | None = None) -> str:
    """Return what an edit names that paints one thing (or none) into `scene`, and some setting."""
    words = load_vocabulary()
    sky, ground = _sky(scene, rng, words), _ground(scene, rng, words)
    indoors = scene.ground == "room"
    tails = [" " + ground[1]] if rng.random() < 0.5 else []
    if not indoors and rng.random() < 0.6:
        tails.append(_pick(rng, OVER) + sky[0])
    if thing is not None:
        return _thing_phrase(scene, [thing], False, rng, words) + "".join(tails)
    return ground[0] if indoors else _empty(rng, sky, ground)


def sky_caption(scene: Scene, rng: Rng) -> str:
    """Return what an edit names that paints another sky, at times with what lies under it."""
    words = load_vocabulary()
    ground = " " + _ground(scene, rng, words)[1] if rng.random() < 0.3 else ""
    return _sky(scene, rng, words)[0] + ground


def _sentence(
    rng: Rng, things: Sequence[str], sky: tuple[str, str], ground: tuple[str, str]
) -> str:
    text = _join(things, rng)
    if rng.random() < 0.2:
        text = _pick(rng, OPENINGS) + text
    tails = []
    if rng.random() < 0.55:
        tails.append(" " + ground[1])
    if rng.random() < 0.72:
        tails.append(" " + sky[1] if rng.random() < 0.3 else _pick(rng, OVER) + sky[0])
    if rng.random() < 0.4:
        tails.reverse()
    return text + "".join(tails)


def _indoors(rng: Rng, things: Sequence[str], ground: tuple[str, str]) -> str:
    """Return a caption of a room, which has no sky to speak of."""
    if not things:
        return ground[0]
    return f"{_join(things, rng)} {ground[1]}" if rng.random() < 0.9 else _join(things, rng)


def _terse(rng: Rng, things: Sequence[str], sky: tuple[str, str], ground: tuple[str, str]) -> str:
    parts = [t.removeprefix("a ").removeprefix("an ") for t in things]
    if rng.random() < 0.75:
        parts.append(sky[0].removeprefix("a "))
    if rng.random() < 0.5:
        parts.append(ground[0].removeprefix("a "))
    if rng.random() < 0.5:
        parts = [parts[i] for i in rng.permutation(len(parts))]
    return (", " if rng.random() < 0.85 else " ").join(parts)


def _empty(rng: Rng, sky: tuple[str, str], ground: tuple[str, str]) -> str:
    return _pick(
        rng,
        (
            sky[0],
            ground[0],
            f"{ground[0]} under {sky[0]}",
            f"{sky[0]} over {ground[0]}",
            f"an empty scene {ground[1]} {sky[1]}",
            f"{ground[0]}, {sky[0]}",
            f"just {ground[0]} {sky[1]}",
        ),
    )


def _enrich(text: str, rng: Rng, words: Vocabulary) -> str:
    if rng.random() < 0.3:
        count = int(rng.integers(1, 4))
        extra = [_pick(rng, words.details) for _ in range(count)]
        if rng.random() < 0.6:
            extra[0] = _pick(rng, words.styles)
        text = ", ".join([text, *extra])
    elif rng.random() < 0.08:
        text = f"{_pick(rng, words.styles)} of {text}"
    return text


def _thing_phrases(scene: Scene, rng: Rng, words: Vocabulary) -> list[str]:
    groups: dict[tuple[str, str | None], list[Thing]] = {}
    for thing in scene.things:
        groups.setdefault((thing.noun, thing.colour), []).append(thing)
    keys = list(groups)
    order = [keys[i] for i in rng.permutation(len(keys))]
    if len(order) > 1 and rng.random() < 0.08:
        order.pop()
    if rng.random() < 0.7 and (related := _related(scene, [groups[k] for k in order], rng, words)):
        return related
    placed = rng.random() < 0.4
    return [_thing_phrase(scene, groups[key], placed, rng, words) for key in order]


def _related(
    scene: Scene, groups: Sequence[Sequence[Thing]], rng: Rng, words: Vocabulary
) -> list[str]:
    """Return one thing told by how it stands to another, then the rest; nothing if none does."""
    single = [group for group in groups if len(group) == 1]
    for one in single:
        for other in single:
            relation = None if one is other else scene.relation(one[0], other[0])
            if relation is not None:
                first, second = (_thing_phrase(scene, g, False, rng, words) for g in (one, other))
                rest = [g for g in groups if g is not one and g is not other]
                pair = f"{first} {_pick(rng, words.relations[relation])} {second}"
                return [pair, *(_thing_phrase(scene, g, False, rng, words) for g in rest)]
    return []


def _thing_phrase(
    scene: Scene, things: Sequence[Thing], placed: bool, rng: Rng, words: Vocabulary
) -> str:
    noun = words.nouns[things[0].noun]
    many = len(things) > 1
    name = noun.plural if many else noun.noun
    if not many and noun.synonyms and rng.random() < 0.3:
        name = _pick(rng, noun.synonyms)
    phrase = " ".join([*_looks(things[0], rng, words), name])
    if many:
        return f"{_pick(rng, words.numbers[str(min(4, len(things)))])} {phrase}"
    article = "the " if rng.random() < 0.06 else "an " if phrase[0] in "aeiou" else "a "
    if placed:
        where = _pick(rng, words.positions[scene.position(things[0])])
        phrase = f"{phrase} {where}"
    return article + phrase


def _looks(thing: Thing, rng: Rng, words: Vocabulary) -> list[str]:
    """Return the words before a thing's name: an unusual size or colour is nearly always said."""
    noun, before = words.nouns[thing.noun], []
    if thing.scale != "usual" and rng.random() < 0.95:
        before.append(_pick(rng, words.sizes[thing.scale]))
    elif rng.random() < 0.12:
        before.append(_pick(rng, words.adjectives))
    plain = thing.colour == noun.default_colour
    if thing.colour and rng.random() < (0.4 if plain else 0.96):
        tone = words.colours[thing.colour]
        synonym = tone.synonyms and rng.random() < 0.12
        before.append(_pick(rng, tone.synonyms) if synonym else thing.colour)
    elif noun.natural_colours and rng.random() < 0.15:
        before.append(_pick(rng, noun.natural_colours))
    return before


def _sky(scene: Scene, rng: Rng, words: Vocabulary) -> tuple[str, str]:
    sky = words.skies[scene.sky]
    phrase = _pick(rng, sky.phrases)
    if phrase.endswith("sky") and rng.random() < 0.8:
        phrase = ("the " if rng.random() < 0.15 else "a ") + phrase
    return phrase, _pick(rng, sky.times)


def _ground(scene: Scene, rng: Rng, words: Vocabulary) -> tuple[str, str]:
    ground = words.grounds[scene.ground]
    return "a " + _pick(rng, ground.nouns), _pick(rng, ground.phrases)


def _join(things: Sequence[str], rng: Rng) -> str:
    if len(things) == 1:
        return things[0]
    last = _pick(rng, (" and ", " and ", " with ", " next to ", ", "))
    return ", ".join(things[:-1]) + last + things[-1]


def _pick(rng: Rng, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
