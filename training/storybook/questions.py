"""Held-out evaluation prompts, each with a matching scene and what must be visible.

The scenes' seeds differ from all training seeds, and the wording is the evaluation's own: short, as
people type. Each can be judged on its composed scene as well, which gives the judge's upper bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from t2i_chat.storybook.judge import Sight
from t2i_chat.storybook.scenes import HELD_OUT, Relation, Scene, Thing, sample_scene
from t2i_chat.storybook.vocabulary import Vocabulary, load_vocabulary

FIRST = 2 * HELD_OUT
"""Seeds from here on belong to the evaluation alone."""
APART = 1_000_000
"""Seeds between the kinds of question."""
NUMBERS = ("a", "two", "three", "four")
PLACES = {"left": "on the left", "middle": "in the middle", "right": "on the right"}


@dataclass(frozen=True)
class Question:
    """A prompt, a composed scene that answers it, the nouns in it, and whether a sight does."""

    prompt: str
    scene: Scene
    nouns: tuple[str, ...]
    answered: Callable[[Sight], bool]


Maker = Callable[[Scene, int, Vocabulary], Question | None]


@dataclass(frozen=True)
class Kind:
    """A figure of the evaluation, the share it should reach, and how to ask about a scene."""

    name: str
    bar: float | None
    ask: Maker


def questions(kind: Kind, count: int) -> Iterator[Question]:
    """Yield the first `count` questions of a kind: the same ones every time."""
    words, seed, found = load_vocabulary(), FIRST + APART * KINDS.index(kind), 0
    while found < count:
        question = kind.ask(sample_scene(seed), found, words)
        seed += 1
        if question is not None:
            found += 1
            yield question


def article(phrase: str) -> str:
    """Return `phrase` with "a" or "an" before it."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def coloured(thing: Thing) -> str:
    """Return a thing by its colour and name, with an article."""
    return article(f"{thing.colour} {thing.noun}" if thing.colour else thing.noun)


def where(scene: Scene, words: Vocabulary) -> str:
    """Return the ground of a scene as a phrase: "on the beach"."""
    return words.grounds[scene.ground].phrases[0]


def under(scene: Scene, words: Vocabulary) -> str:
    """Return the sky of a scene as a phrase: "under a starry sky"; a room has none."""
    return "" if scene.ground == "room" else f" under a {words.skies[scene.sky].phrases[0]}"


def _pair(scene: Scene) -> tuple[Thing, Thing] | None:
    """Return the two things of a scene of exactly two kinds of thing."""
    things = scene.things
    if len(things) != 2 or things[0].noun == things[1].noun:
        return None
    return things[0], things[1]


def _one(scene: Scene, _: int, words: Vocabulary) -> Question | None:
    if len(scene.things) != 1:
        return None
    noun = scene.things[0].noun
    prompt = f"{article(noun)} {where(scene, words)}"
    return Question(prompt, scene, (noun,), lambda sight: sight.sees(noun))


def _two(scene: Scene, _: int, words: Vocabulary) -> Question | None:
    pair = _pair(scene)
    if pair is None:
        return None
    one, other = (thing.noun for thing in pair)
    prompt = f"{article(one)} and {article(other)} {where(scene, words)}"
    return Question(
        prompt, scene, (one, other), lambda sight: sight.sees(one) and sight.sees(other)
    )


def _colours(scene: Scene, _: int, __: Vocabulary) -> Question | None:
    pair = _pair(scene)
    if pair is None or not all(thing.colour for thing in pair) or pair[0].colour == pair[1].colour:
        return None
    one, other = pair

    def bound(sight: Sight) -> bool:
        return all(sight.colours(thing.noun) == {thing.colour} for thing in (one, other))

    prompt = f"{coloured(one)} and {coloured(other)}"
    return Question(prompt, scene, (one.noun, other.noun), bound)


def _position(scene: Scene, number: int, words: Vocabulary) -> Question | None:
    place = list(PLACES)[number % len(PLACES)]
    if len(scene.things) != 1 or scene.position(scene.things[0]) != place:
        return None
    noun = scene.things[0].noun
    prompt = f"{article(noun)} {PLACES[place]}, {where(scene, words)}"
    return Question(prompt, scene, (noun,), lambda sight: sight.positions(noun) == {place})


def _count(scene: Scene, number: int, words: Vocabulary) -> Question | None:
    wanted = 1 + number % len(NUMBERS)
    nouns = {thing.noun for thing in scene.things}
    if len(scene.things) != wanted or len(nouns) != 1:
        return None
    (noun,) = nouns
    named = article(noun) if wanted == 1 else f"{NUMBERS[wanted - 1]} {words.nouns[noun].plural}"
    prompt = f"{named} {where(scene, words)}"
    return Question(prompt, scene, (noun,), lambda sight: sight.count(noun) == wanted)


def _surroundings(scene: Scene, number: int, words: Vocabulary) -> Question | None:
    sky = list(words.skies)[number % len(words.skies)]
    if len(scene.things) != 1 or scene.sky != sky:
        return None
    noun = scene.things[0].noun
    prompt = f"{article(noun)} {where(scene, words)}{under(scene, words)}"

    def right(sight: Sight) -> bool:
        return sight.ground == scene.ground and (scene.ground == "room" or sight.sky == sky)

    return Question(prompt, scene, (noun,), right)


def _relation(scene: Scene, _: int, words: Vocabulary) -> Question | None:
    pair = _pair(scene)
    if pair is None:
        return None
    for one, other in (pair, pair[::-1]):
        relation = scene.relation(one, other)
        if relation is not None:
            return _related(scene, one.noun, relation, other.noun, words)
    return None


def _related(scene: Scene, one: str, relation: Relation, other: str, words: Vocabulary) -> Question:
    prompt = f"{article(one)} {words.relations[relation][0]} {article(other)}"
    return Question(prompt, scene, (one, other), lambda sight: sight.related(one, relation, other))


KINDS = (
    Kind("one object present", 0.95, _one),
    Kind("two objects both present", 0.88, _two),
    Kind("colour bound to the right object", 0.88, _colours),
    Kind("position as said", 0.88, _position),
    Kind("count 1 to 4 as said", 0.75, _count),
    Kind("sky and ground as said", 0.95, _surroundings),
    Kind("next to, in front of, above", None, _relation),
)
"""Every figure about new pictures, with the bar it is held against."""
