"""Fills the {slots} of a request template, in the message and in the plan."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from training.planner.contexts import (
    THINGS,
    ContextThing,
    Situation,
    a_thing,
    scene,
    target,
    thing,
    wearable,
)
from training.planner.word_lists import CountedNoun, foreign, noun, pick


@dataclass(frozen=True, slots=True)
class Draw:
    """What a filler is drawn from: the dice and the conversation."""

    rng: random.Random
    here: Situation


class NoFit(LookupError):
    """The conversation has nothing for this slot; try another one."""


@dataclass(frozen=True, slots=True)
class Filler:
    """One filled slot: `said` stands in the message, `meant` in the answer."""

    said: str
    meant: str
    noun: CountedNoun | None = None


LISTED = {
    "colour": "colours",
    "adj": "adjectives",
    "comp": "comparatives",
    "material": "materials",
    "style": "styles",
    "tone": "tones",
    "time": "times",
    "weather": "weathers",
    "raining": "raining",
    "season": "seasons",
    "place": "places",
    "spot": "spots",
    "rel": "relations",
    "pose": "poses",
    "do": "commands_to_pose",
    "camera": "camera",
    "era": "eras",
    "quality": "qualities",
    "text": "texts",
    "carrier": "text_carriers",
    "lookalike": "lookalikes",
    "event": "events",
    "mood": "moods",
    "artist": "artists",
    "photo": "photo_words",
    "unsafe_act": "unsafe_acts",
    "unsafe_gore": "unsafe_gore",
    "unsafe_hate": "unsafe_hate",
    "unsafe_other": "unsafe_other",
}
NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
SHORT_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th", "6th")
RATIOS = (
    ("16:9", "16:9"),
    ("16:9", "16:9"),
    ("widescreen", "16:9"),
    ("16 by 9", "16:9"),
    ("desktop wallpaper", "16:9"),
    ("square", "1:1"),
    ("square", "1:1"),
    ("1:1", "1:1"),
    ("portrait", "2:3"),
    ("2:3", "2:3"),
    ("landscape", "3:2"),
    ("3:2", "3:2"),
    ("4:3", "4:3"),
    ("3:4", "3:4"),
    ("vertical", "9:16"),
    ("9:16", "9:16"),
    ("phone wallpaper", "9:16"),
    ("story", "9:16"),
    ("21:9", "21:9"),
    ("panorama", "21:9"),
    ("cinema", "21:9"),
    ("4:5", "4:5"),
    ("5:4", "5:4"),
    ("2:1", "2:1"),
    ("horizontal", "3:2"),
    ("4x3", "4:3"),
    ("tall", "2:3"),
)
DIRECTIONS = (
    ("the left", "left"),
    ("the left side", "left"),
    ("left", "left"),
    ("the right", "right"),
    ("the right side", "right"),
    ("right", "right"),
    ("the top", "up"),
    ("top", "up"),
    ("the bottom", "down"),
    ("bottom", "down"),
    ("all sides", "all"),
    ("both sides", "all"),
    ("every side", "all"),
    ("the right edge", "right"),
    ("the left edge", "left"),
)


def fill(name: str, draw: Draw) -> Filler:
    """A filler for the slot of that name (a trailing digit only tells it apart). Raises NoFit."""
    language, _, foreign_kind = name.partition(":")
    if foreign_kind and language in foreign():
        return _foreign(language, foreign_kind, draw.rng)
    base = name.rstrip("0123456789")
    if base in LISTED:
        return _same(pick(draw.rng, LISTED[base]))
    return _MAKERS[base](draw)


def _same(words: str, what: CountedNoun | None = None) -> Filler:
    return Filler(words, words, what)


def _foreign(language: str, kind: str, rng: random.Random) -> Filler:
    words = foreign()[language]
    if kind == "colour":
        said, english = rng.choice(words["colour"])
        return Filler(said, english)
    said, english = rng.choice(words["noun"])
    definite, indefinite = said.split("/")
    if kind == "the":
        return Filler(definite, f"the {english}", CountedNoun(english))
    if kind == "a":
        return Filler(indefinite, CountedNoun(english).indefinite(), CountedNoun(english))
    place, where = rng.choice(words["place"])
    return Filler(f"{indefinite} {place}", f"{CountedNoun(english).indefinite()} {where}")


Maker = Callable[[Draw], Filler]


def _the(draw: Draw) -> Filler:
    said, what, _ = target(draw.rng, draw.here)
    return _same(said, what)


def _who(draw: Draw) -> Filler:
    living = [thing for thing in draw.here.things if thing.alive]
    focus = living[0] if len(living) == 1 else draw.here.focus
    if focus is not None and focus.alive and draw.rng.random() < 0.4:
        return Filler(_pronoun(focus, draw.rng), focus.definite, focus.noun)
    if not draw.here.things and draw.rng.random() < 0.45:
        said, word = draw.rng.choice(
            (
                ("him", "man"),
                ("her", "woman"),
                ("them", "person"),
                ("the person", "person"),
                ("the guy", "guy"),
            )
        )
        return _same(said, CountedNoun(word))
    said, what, _ = target(draw.rng, draw.here, alive=True)
    return _same(said, what)


def _owner(draw: Draw) -> Filler:
    if draw.rng.random() < 0.4 or not draw.here.things:
        said = draw.rng.choice(("his", "her", "their", "the man's", "the woman's", "the girl's"))
        return _same(said)
    who = _who(draw)
    return _same(f"{who.meant}'s", who.noun)


def _pronoun(what: ContextThing, rng: random.Random) -> str:
    if what.noun.plural:
        return "them"
    if what.kind == "people":
        return rng.choice(("him", "her", "them"))
    return rng.choice(("it", "it", "him", "her")) if what.kind == "animals" else "it"


def _it(draw: Draw) -> Filler:
    if draw.here.focus is None or draw.here.focus.noun.uncounted:
        raise NoFit("it")
    return Filler(
        _pronoun(draw.here.focus, draw.rng), draw.here.focus.definite, draw.here.focus.noun
    )


def _its(draw: Draw) -> Filler:
    it = _it(draw)
    said = {"him": "his", "her": "her", "them": "their"}.get(it.said, "its")
    return Filler(said, f"{it.meant}'s", it.noun)


def _new_thing(draw: Draw) -> Filler:
    what = a_thing(draw.rng)
    words = what.indefinite
    if what.alive and draw.rng.random() < 0.15:
        words += f" {pick(draw.rng, 'poses')}"
    elif draw.rng.random() < 0.08:
        words += (
            f" with {noun(pick(draw.rng, 'thing_parts')).indefinite(pick(draw.rng, 'colours'))}"
        )
    return _same(words, what.noun)


def _bare(draw: Draw) -> Filler:
    if draw.here.things and draw.rng.random() < 0.5:
        what = draw.rng.choice(draw.here.things)
    else:
        what = thing(draw.rng, plain=1.0)
    return _same(what.noun.word, what.noun)


def _many(draw: Draw) -> Filler:
    filler = _bare(draw)
    words = (filler.noun or CountedNoun(filler.said)).many()
    return _same(words, CountedNoun(words, plural=True))


def _many_new(draw: Draw) -> Filler:
    words = a_thing(draw.rng)
    adjective = f"{words.adjective} " if words.adjective else ""
    return _same(f"{adjective}{words.noun.many()}", CountedNoun(words.noun.many(), plural=True))


def _of_list(name: str) -> Maker:
    def maker(draw: Draw) -> Filler:
        what = noun(pick(draw.rng, name))
        return _same(what.word, what)

    return maker


def _part(draw: Draw) -> Filler:
    what = noun(pick(draw.rng, draw.rng.choice(("thing_parts", "animal_parts"))))
    return _same(what.word, what)


def _wearable(draw: Draw) -> Filler:
    words = wearable(draw.rng)
    plain = words.removeprefix("an ").removeprefix("a ")
    return _same(words, CountedNoun(plain, plural=words == plain))


def _number(low: int, high: int) -> Maker:
    def maker(draw: Draw) -> Filler:
        value = draw.rng.randint(low, high)
        said = NUMBERS.get(value, str(value)) if draw.rng.random() < 0.5 else str(value)
        return Filler(said, str(value))

    return maker


def _count(draw: Draw) -> Filler:
    value = draw.rng.choice((2, 3, 3, 4, 5, 6))
    return _same(NUMBERS[value] if draw.rng.random() < 0.6 else str(value))


def _digits(*values: str) -> Maker:
    return lambda draw: _same(draw.rng.choice(values))


IN_WORDS = {
    "5": "five", "8": "eight", "10": "ten", "12": "twelve", "15": "fifteen", "20": "twenty",
    "25": "twenty five", "28": "twenty eight", "30": "thirty", "35": "thirty five", "40": "forty",
    "50": "fifty", "60": "sixty", "75": "seventy five", "100": "a hundred", "1": "one", "2": "two",
    "3": "three", "4": "four", "4.5": "four and a half", "6": "six", "7": "seven",
    "7.5": "seven and a half", "9": "nine", "42": "forty two", "99": "ninety nine",
}  # fmt: skip
"""Settings as they are said aloud."""


def _setting(*values: str) -> Maker:
    """A number of a setting, now and then in words."""

    def maker(draw: Draw) -> Filler:
        value = draw.rng.choice(values)
        return Filler(IN_WORDS[value] if draw.rng.random() < 0.2 else value, value)

    return maker


def _seed(draw: Draw) -> Filler:
    if draw.rng.random() < 0.06:
        value = draw.rng.choice(("42", "99", "7", "5", "100", "12"))
        return Filler(IN_WORDS[value], value)
    top = draw.rng.choice((10, 100, 1000, 10_000, 1_000_000, 4_000_000_000))
    return _same(str(draw.rng.randrange(top)))


def _version(draw: Draw) -> Filler:
    if not draw.here.captions:
        raise NoFit("version")
    count = len(draw.here.captions)
    if draw.rng.random() < 0.2:
        ways = [
            *_FROM_THE_END[:1],
            *_FROM_THE_END[1 : 2 * (count > 1)],
            *_FROM_THE_END[2:][: count - 2],
        ]
        back, phrases = draw.rng.choice(ways)
        return Filler(draw.rng.choice(phrases), str(count - back))
    number = draw.rng.choice(list(draw.here.captions))
    ordinal, short = ORDINALS[number - 1], SHORT_ORDINALS[number - 1]
    said = draw.rng.choice(_NUMBERED).format(number, ordinal, short)
    return Filler(said, str(number))


_NUMBERED = (
    "v{0}", "version {0}", "v {0}", "number {0}", "#{0}", "no. {0}", "picture {0}", "image {0}",
    "the {1} one", "the {1} one", "the {1} one", "the {1} version", "the {2} one", "the {2}",
    "the {1} picture", "the {1}", "the {1} image", "pic {0}", "nr {0}", "your {1} version",
    "the very {1} one", "my {1} picture",
)  # fmt: skip
_FROM_THE_END = (
    (0, ("the last one", "the latest version", "the newest one", "the most recent one")),
    (1, ("the second last one", "the one before the last one", "the second to last version",
         "the penultimate one", "the next to last one")),
    (2, ("the third last one", "the third one from the end", "the third to last version")),
)  # fmt: skip
"""How versions are counted from the end: by how many back."""


def _description(draw: Draw) -> Filler:
    if not draw.here.marks or len(draw.here.captions) < 2:
        raise NoFit("description")
    number, mark = draw.rng.choice(list(draw.here.marks.items()))
    words = mark.removeprefix("a ").removeprefix("the ")
    return Filler(draw.rng.choice(_DESCRIBED).format(words), str(number))


_DESCRIBED = (
    "the one with the {}", "the one with the {}", "the one with the {}", "the {} one",
    "the {} version", "the {} picture", "the version with the {}", "the picture with the {}",
    "that {} one", "the one where there is {}", "the one that has the {}", "the {} image",
    "the one showing the {}", "the one where it has {}", "that picture with the {}",
    "the one you made with the {}", "the {} pic",
)  # fmt: skip


def _before(draw: Draw) -> Filler:
    """Named by what came after it: before the boat was there."""
    later = [(n, mark) for n, mark in draw.here.marks.items() if n > 1]
    if not later:
        raise NoFit("before")
    number, mark = draw.rng.choice(later)
    return Filler(mark.removeprefix("a ").removeprefix("the "), str(number - 1))


def _last(draw: Draw) -> Filler:
    """The thing the last request was about."""
    last = draw.here.last
    if last is None or last.noun is None:
        raise NoFit("last")
    return _same(f"the {last.noun.word}", last.noun)


def _last_word(draw: Draw) -> Filler:
    """The colour, look or thing the last request brought."""
    if draw.here.last is None:
        raise NoFit("lastword")
    return _same(draw.here.last.word)


def _twin(which: int) -> Maker:
    def maker(draw: Draw) -> Filler:
        if draw.here.twins is None:
            raise NoFit("twin")
        words = draw.here.twins[which]
        return _same(words, CountedNoun(words.removeprefix("the ")))

    return maker


def _twin_look(draw: Draw) -> Filler:
    """What tells the meant twin from the other: "small", "left"."""
    if draw.here.twins is None:
        raise NoFit("twin")
    words = draw.here.twins[1].removeprefix("the ")
    head = draw.here.twins[0].split()[-1]
    look = " ".join(word for word in words.split() if word != head)
    return Filler(look, look)


def _mark(draw: Draw) -> Filler:
    if not draw.here.marks or len(draw.here.captions) < 2:
        raise NoFit("mark")
    number, mark = draw.rng.choice(list(draw.here.marks.items()))
    return Filler(mark.removeprefix("a ").removeprefix("the "), str(number))


def _pair(pairs: tuple[tuple[str, str], ...]) -> Maker:
    return lambda draw: Filler(*draw.rng.choice(pairs))


def _scene(draw: Draw) -> Filler:
    return _same(scene(draw.rng))


def _someone(draw: Draw) -> Filler:
    who = noun(pick(draw.rng, "people"))
    return _same(who.indefinite(), who)


_MAKERS: dict[str, Maker] = {
    "the": _the,
    "the's": lambda draw: _same(f"{_the(draw).meant}'s"),
    "who": _who,
    "who's": _owner,
    "person.a": _someone,
    "it": _it,
    "it_": lambda _: _same("it"),
    "its": _its,
    "a": _new_thing,
    "thing": _bare,
    "plural": _many,
    "aplural": _many_new,
    "region": _of_list("regions"),
    "body": _of_list("body"),
    "wear": _of_list("wearables"),
    "part": _part,
    "wearable": _wearable,
    "n": _number(2, 4),
    "m": _number(2, 4),
    "count": _count,
    "years": _digits("5", "10", "20", "30", "ten", "twenty"),
    "seed": _seed,
    "steps": _setting("8", "10", "15", "20", "25", "28", "30", "35", "40", "50", "60", "75", "100"),
    "guidance": _setting("1", "2", "3", "4", "4.5", "5", "6", "7", "7.5", "8", "9", "10", "12"),
    "ratio": _pair(RATIOS),
    "dir": _pair(DIRECTIONS),
    "ver": _version,
    "desc": _description,
    "before": _before,
    "last": _last,
    "lastword": _last_word,
    "twinwrong": _twin(0),
    "twin": _twin(1),
    "twinlook": _twin_look,
    "mark": _mark,
    "scene": _scene,
    "long_scene": lambda draw: _same(scene(draw.rng, long=True)),
}
__all__ = ["THINGS", "Filler", "NoFit", "fill"]
