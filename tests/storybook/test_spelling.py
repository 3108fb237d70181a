"""Typing errors in prompts are corrected; correct words are left alone."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from t2i_chat import app
from t2i_chat.storybook import spelling
from t2i_chat.storybook.spelling import known_words, mended, read_as, slips_of, taught_words
from t2i_chat.storybook.wording import StorybookLexicon
from t2i_chat.text.lexicon import Swap, told
from training.planner import word_lists

LEXICON = StorybookLexicon()
CASES = Path(__file__).parents[1] / "planner_cases.csv"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a bigg house", "a big house"), ("a yelow car", "a yellow car"),
        ("a horze on a medow", "a horse on a meadow"), ("Yelow stars", "Yellow stars"),
        ("three pengiuns", "three penguins"), ("a buterfly", "a butterfly"),
        ("a drgon over a casle", "a dragon over a castle"), ("a ferris weel", "a ferris wheel"),
        ("a dog adn a cta", "a dog adn a cta"),  # too short to tell
    ],
)  # fmt: skip
def test_a_slip_is_read_as_the_word_it_was_meant_to_be(typed, read):
    assert mended(typed)[0] == read
    assert mended(read) == (read, ())


@pytest.mark.parametrize(
    "words",
    [
        "a coat on a hose", "a wand, a gown and a wagon", "a nice mouse in a sack",
        "Rory the dog", "a house in Roma", "a car called Hors", "it's a brave new word",
        "a Horze", "x-ray of a hors-d'oeuvre", "a plan of a boar", "lila",
    ],
)  # fmt: skip
def test_what_is_a_word_or_a_name_stays(words):
    assert mended(words) == (words, ())


def test_of_two_words_equally_near_none_is_taken():
    assert {"bee", "bed"} <= set(slips_of("beed"))
    assert read_as("beed") is None


def test_no_known_word_is_read_as_another():
    assert not [word for word in known_words() if read_as(word)]


def test_no_word_of_the_planners_training_is_but_for_a_few():
    path = Path(word_lists.__file__).with_name("words.txt")
    lines = [ln for ln in path.read_text(encoding="utf-8").splitlines() if ln[:1] != "#"]
    words = set(re.findall(r"(?<![\w'’-])[a-z]+(?![\w'’-])", "\n".join(lines)))
    taken = {word for word in words if read_as(word)}
    assert len(words) > 2000
    assert taken == {"deco", "meth", "panna", "poly", "ramen"}


def test_of_what_people_say_only_what_is_misspelt_is():
    with CASES.open(encoding="utf-8") as file:
        said = " ".join(row["message"].lower() for row in csv.DictReader(file))
    words = set(re.findall(r"(?<![\w'’-])[a-z]+(?![\w'’-])", said))
    assert {word for word in words if read_as(word)} == {
        "backgroud", "darkr", "drgon", "hrose", "mkae", "nexto", "tracter", "vilage",
        "hinzu", "meth",  # these two wrongly: German, and a chemist's
    }  # fmt: skip


def test_most_slips_in_what_the_painter_was_taught_are_mended_and_none_wrongly():
    right = unclear = 0
    for word in sorted(taught_words()):
        if len(word) < spelling.SHORTEST + 1:
            continue
        lost = {word[:k] + word[k + 1 :] for k in range(1, len(word))}
        turned = {word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(1, len(word) - 1)}
        for typed in (lost | turned) - {word}:
            if spelling.is_word(typed) or (meant := read_as(typed)) is None:
                unclear += 1
            else:
                assert meant == word
                right += 1
    assert right > 0.8 * (right + unclear)


def test_it_is_said_and_painted_and_the_thing_is_known_by_it():
    reading = LEXICON.read("a yelow horze and a foxx")
    assert reading.prompt == "a yellow horse and a dog"
    assert reading.swaps[:2] == (
        Swap("yelow", "yellow", "spelling"), Swap("horze", "horse", "spelling"),
    )  # fmt: skip
    assert told(reading, new=True) == (
        "I read “yelow” as yellow.", "I read “horze” as horse.", "I read “foxx” as fox.",
        "I can't paint a fox yet, so I painted a dog.",
    )  # fmt: skip
    assert LEXICON.read(reading.prompt).swaps == ()
    assert app.hint("horze").name == "horse"


def test_of_what_is_left_out_the_rest_is_said_as_it_was_typed():
    assert LEXICON.read("a yelow car and a freedom").said == "a yelow car"
    both = LEXICON.read("a yelow car, a yellow sun and a freedom")
    assert both.said == "a yellow car, a yellow sun"


def test_every_lookalike_would_be_taken_for_a_slip():
    words = spelling.LOOKALIKES.read_text(encoding="utf-8").split()
    assert words == sorted(set(words))
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert not [word for word in words if spelling._meant(word) is None]
