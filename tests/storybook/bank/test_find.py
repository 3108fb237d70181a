"""Words to nouns: names, synonyms, other languages, and the nearest there is."""

from __future__ import annotations

import csv
import json

import pytest

from t2i_chat.storybook.bank import Match, load_bank
from t2i_chat.storybook.bank.bank import FOLDER
from t2i_chat.storybook.bank.inflect import singulars
from t2i_chat.storybook.vocabulary import load_vocabulary


def found(words: str, language: str = "en") -> tuple[str, str] | None:
    match = load_bank().find(words, language)
    return None if match is None else (match.noun, match.how)


@pytest.mark.parametrize(
    ("words", "noun"),
    [
        ("cat", "cat"), ("cats", "cat"), ("Wolves", "wolf"), ("mice", "mouse"), ("T-Rex", "t-rex"),
        ("bull", "bull"), ("teddy-bear", "teddy bear"), ("hot air balloons", "hot air balloon"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_singular_and_plural(words: str, noun: str) -> None:
    assert load_bank().find(words) == Match(noun, "name", 1.0)


@pytest.mark.parametrize(
    ("words", "noun"),
    [("puppy", "dog"), ("aeroplanes", "aeroplane"), ("bunnies", "rabbit"), ("dolphins", "dolphin")],
)
def test_a_synonym_is_the_thing_itself(words: str, noun: str) -> None:
    match = load_bank().find(words)
    assert match is not None
    assert (match.noun, match.score) == (noun, 1.0)
    assert match.how != "nearest"


@pytest.mark.parametrize(
    ("words", "noun"),
    [
        ("labrador", "dog"), ("oak", "tree"), ("tabby cat", "cat"), ("oak tree", "tree"),
        ("knights", "guard"), ("slice of melon", "melon"), ("dragn", "dragon"),
    ],
)  # fmt: skip
def test_the_nearest_is_said_to_be_so(words: str, noun: str) -> None:
    match = load_bank().find(words)
    assert match is not None
    assert match.noun == noun
    assert (match.how == "nearest") == (match.score < 1)


def test_a_quality_leaves_a_thing_what_it_is() -> None:
    assert found("wooden chair") == ("chair", "name")
    assert found("sleepy old cats") == ("cat", "name")
    assert found("man with a very big red hat") == ("man", "nearest")


@pytest.mark.parametrize("words", ["", "  ", "democracy", "bridgework", "xyzzy", "of", "?!"])
def test_nothing_is_found_for_what_is_nothing_like_it(words: str) -> None:
    assert load_bank().find(words) is None


@pytest.mark.parametrize("word", ["harpy", "leave", "morose", "knaves", "poets", "scanners"])
def test_a_correct_word_is_not_taken_for_a_slip(word: str) -> None:
    match = load_bank().find(word)
    assert match is None or match.score > 0.5


@pytest.mark.parametrize(
    ("words", "language", "noun"),
    [
        ("Katzen", "de", "cat"), ("Häuser", "de", "house"), ("perros", "es", "dog"),
        ("chevaux", "fr", "horse"), ("cães", "pt", "dog"), ("猫", "zh", "cat"), ("猫", "ja", "cat"),
        ("बिल्ली", "hi", "cat"), ("قطة", "ar", "cat"),
    ],
)  # fmt: skip
def test_other_languages_find_the_same_nouns(words: str, language: str, noun: str) -> None:
    match = load_bank().find(words, language)
    assert match is not None
    assert match.noun == noun
    assert match.how == "synonym"


def test_another_language_is_found_where_english_has_nothing() -> None:
    assert found("Hund") == ("dog", "synonym")
    assert found("gift") == ("gift", "name")


def test_all_words_of_the_tables_stand_for_nouns_of_the_bank() -> None:
    nouns = load_bank().nouns()
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    for table in ("synonyms", "keywords"):
        assert set(index[table]) == {"en", "es", "de", "fr", "pt", "zh", "ja", "hi", "ar"}
        for words in index[table].values():
            assert set(words.values()) <= nouns
    rows = csv.DictReader((FOLDER / "nearest.csv").read_text(encoding="utf-8").splitlines())
    assert {row["nearest"] for row in rows} <= nouns


def test_every_noun_finds_itself() -> None:
    bank = load_bank()
    assert [noun for noun in bank.nouns() if bank.find(noun) != Match(noun, "name", 1.0)] == []


def test_the_nouns_the_model_was_taught_are_all_drawn() -> None:
    bank = load_bank()
    lost = [n for n in load_vocabulary().nouns if (m := bank.find(n)) is None or m.how == "nearest"]
    assert lost == []


def test_a_long_text_is_read_from_its_end() -> None:
    assert found("word " * 10_000 + "cat") == ("cat", "nearest")


def test_singulars_of_other_languages() -> None:
    assert "apfel" in singulars("äpfel", "de")
    assert "flor" in singulars("flores", "es")
    assert "balão" in singulars("balões", "pt")
