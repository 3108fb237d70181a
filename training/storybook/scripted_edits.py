"""Evaluates edits: runs scripted edits through the real program and judges the results.

An edit counts if it is done and nothing else changed: every other thing that was recognised before
still is, sky and ground are the same, and no pixel outside the mask differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from t2i_chat.core.actions import Add, Generate, Inpaint, LocalEdit, Remove, Replace
from t2i_chat.storybook.judge import Sight
from t2i_chat.storybook.scenes import Scene, Thing, place_thing, sample_scene
from t2i_chat.storybook.vocabulary import Noun, load_vocabulary
from training.storybook.questions import FIRST, article, coloured, under, where
from training.storybook.studio import Pixels, Talk

EDITS = ("add", "remove", "replace", "recolour", "sky")
BAR, GONE = 0.85, 0.9
Rng = np.random.Generator


@dataclass(frozen=True)
class ScriptedEdit:
    """One change of a picture: the action, the scene it should lead to, and when it is done.

    `target` is the thing it changes, which must be there to begin with; `others` must survive.
    """

    name: str
    action: LocalEdit
    after: Scene
    target: str | None
    others: tuple[str, ...]
    done: Callable[[Sight], bool]

    def harmless(self, before: Sight, after: Sight) -> bool:
        """Return whether everything else that was seen before is as it was."""
        kept = (noun for noun in self.others if before.sees(noun))
        things = all(before.colours(noun) == after.colours(noun) for noun in kept)
        around = self.name == "sky" or (before.sky, before.ground) == (after.sky, after.ground)
        return things and around


@dataclass(frozen=True)
class Story:
    """A held-out prompt, the scene that answers it, and one edit of each kind to try on it."""

    prompt: str
    before: Scene
    edits: tuple[ScriptedEdit, ...]


def stories(count: int) -> Iterator[Story]:
    """Yield the first `count` stories: the same ones every time."""
    seed, found = FIRST + 50_000_000, 0
    while found < count:
        story = _story(sample_scene(seed), np.random.default_rng(seed))
        seed += 1
        if story is not None:
            found += 1
            yield story


def _story(scene: Scene, rng: Rng) -> Story | None:
    """Return the story of a scene with two things, one in a colour that can be another one."""
    words = load_vocabulary()
    if len(scene.things) != 2 or scene.ground == "room" or scene.sky == "night":
        return None
    painted = [thing for thing in scene.things if thing.colour]
    if not painted or scene.things[0].noun == scene.things[1].noun:
        return None
    one = painted[0]
    other = next(thing for thing in scene.things if thing is not one)
    added = _beside(scene, scene.things, other.place, rng)
    instead = _beside(scene, (one,), other.place, rng, but=other.noun)
    if added is None or instead is None:
        return None
    prompt = f"{coloured(one)} and {article(other.noun)} {where(scene, words)}{under(scene, words)}"
    return Story(prompt, scene, _edits(scene, one, other, added, instead, rng))


def _beside(
    scene: Scene, things: tuple[Thing, ...], place: str, rng: Rng, but: str = ""
) -> Thing | None:
    """Return something else in such a place, where it fits beside `things`."""
    taken = {but, *(thing.noun for thing in things)}
    nouns = [noun for noun in load_vocabulary().nouns.values() if _fits(noun, place, taken)]
    noun = nouns[rng.integers(len(nouns))]
    return place_thing(rng, scene, noun, noun.default_colour, noun.places[0], "usual", things)


def _fits(noun: Noun, place: str, taken: set[str]) -> bool:
    special = {"sun", "moon", "star", "rainbow", "mountain"}
    return noun.places[0] == place and noun.noun not in taken | special


def _edits(
    scene: Scene, one: Thing, other: Thing, added: Thing, instead: Thing, rng: Rng
) -> tuple[ScriptedEdit, ...]:
    colours = [c for c in load_vocabulary().nouns[one.noun].colours if c != one.colour]
    colour = colours[rng.integers(len(colours))]
    red = replace(one, colour=colour)
    a, b, new, next_ = one.noun, other.noun, added.noun, instead.noun
    return (
        ScriptedEdit("add", Add(result=article(new)), _with(scene, one, other, added), None, (a, b),
             lambda sight: sight.sees(new)),
        ScriptedEdit("remove", Remove(target=f"the {b}"), _with(scene, one), b, (a,),
             lambda sight: not sight.sees(b)),
        ScriptedEdit("replace", Replace(target=f"the {b}", result=article(next_)),
             _with(scene, one, instead), b, (a,),
             lambda sight: sight.sees(next_) and not sight.sees(b)),
        ScriptedEdit("recolour", Inpaint(target=f"the {a}", result=coloured(red)),
             _with(scene, red, other), a, (b,), lambda sight: sight.colours(a) == {colour}),
        ScriptedEdit("sky", Inpaint(target="the sky", result="a starry night sky"),
             replace(scene, sky="night"), None, (a, b), lambda sight: sight.sky == "night"),
    )  # fmt: skip


def _with(scene: Scene, *things: Thing) -> Scene:
    return replace(scene, things=tuple(sorted(things, key=lambda thing: thing.box[3])))


@dataclass(frozen=True)
class Outcome:
    """What came of an edit: the picture, or None when the program painted none.

    `untouched` tells that no pixel outside the mask differs.
    """

    pixels: Pixels | None
    untouched: bool


def begin(talk: Talk, story: Story, seed: int) -> Pixels:
    """Paint version 1 of a story and return it. Raises RuntimeError if the program does not."""
    version = talk.perform(Generate(prompt=story.prompt, seed=seed))
    if version is None:
        raise RuntimeError(f"the program painted nothing for “{story.prompt}”")
    return talk.pixels(version)


def carry_out(talk: Talk, edit: ScriptedEdit) -> Outcome:
    """ScriptedEdit version 1 of a conversation."""
    version = talk.perform(edit.action.model_copy(update={"of": 1}))
    if version is None:
        return Outcome(None, untouched=True)
    clean = version.receipt is not None and version.receipt.max_outside == 0
    return Outcome(talk.pixels(version), clean)
