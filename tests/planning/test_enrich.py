"""Prompt enrichment adds only what was left open and keeps every word."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2i_chat import app
from t2i_chat.core.errors import BadSetting
from t2i_chat.planning.enrich import (
    by_words,
    choice_grammar,
    enrich,
    keeps,
    tokens,
    with_model,
)
from t2i_chat.planning.style_presets import PLAIN, presets, storybook_additions
from t2i_chat.storybook.vocabulary import load_vocabulary

PROMPTS = (
    "three red houses by a lake",
    "a cat",
    "two boats on the sea under a starry sky",
    "Ein Haus am See",
    "a dog, watercolour, calm mood",
)


class FakeWriter:
    """Says one prepared text and keeps the seeds it was asked with."""

    def __init__(self, said):
        self.said = said
        self.seeds = []

    def continue_text(self, text, *, grammar, seed, max_tokens=40):
        """The prepared text."""
        self.seeds.append(seed)
        return self.said


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_word_survives_in_its_order(prompt):
    made = enrich(prompt)
    assert made.kept
    assert made.prompt.startswith(prompt)
    assert made.prompt == ", ".join([prompt, *made.added])


@given(st.text(min_size=1, max_size=60))
def test_whatever_is_said_survives(prompt):
    assert keeps(prompt, enrich(prompt).prompt)


def test_what_was_said_is_not_said_twice():
    added = enrich("two boats under a starry night sky, watercolour").added
    assert not set(added) & set(PLAIN.times)
    assert not set(added) & set(PLAIN.styles)


def test_a_detailed_prompt_is_left_alone():
    prompt = " ".join(f"word{number}" for number in range(40))
    assert enrich(prompt).prompt == prompt


def test_the_same_prompt_is_enriched_the_same():
    assert enrich("a lighthouse") == enrich("a lighthouse")


def test_an_addition_that_loses_a_word_is_dropped():
    assert not keeps("two red boats", "red boats, soft light")
    assert not keeps("a house and a tree", "a tree and a house")
    assert keeps("two red boats", "Two red boats, soft light")


def test_what_is_added_fits_what_the_painter_reads():
    prompt = " ".join(["lighthouse"] * 24)
    short = enrich(prompt, replace(PLAIN, token_limit=60))
    long = enrich(prompt, replace(PLAIN, token_limit=300))
    assert len(short.added) < len(long.added) == 4
    assert tokens(short.prompt) <= 60
    assert enrich(prompt, replace(PLAIN, token_limit=10)).prompt == prompt


@pytest.mark.parametrize("name", sorted(presets()))
def test_a_preset_adds_its_words_where_no_style_was_said(name):
    in_style = PLAIN.in_style(name)
    assert enrich("a lighthouse", in_style).prompt.endswith(presets()[name])
    assert presets()[name] not in enrich("a lighthouse, watercolour", in_style).prompt


def test_a_preset_is_one_of_those_there_are():
    assert len(presets()) >= 10
    with pytest.raises(KeyError):
        PLAIN.in_style("macramé")


def test_the_style_that_was_set_is_added_by_a_painter_that_has_styles():
    assert app.additions_for("sdxl-turbo", "comic").styles == (presets()["comic"],)
    assert app.additions_for("storybook", "comic") == app.additions_for("storybook")
    with pytest.raises(BadSetting, match="no style 'baroque'; there are: photograph, "):
        app.additions_for("sdxl-turbo", "baroque")


def test_the_embedded_painter_knows_every_added_word():
    words = load_vocabulary()
    taught = {*words.details, *words.styles, *(t for s in words.skies.values() for t in s.times)}
    additions = storybook_additions(words.decorations)
    groups = (additions.times, additions.moods, additions.palettes)
    assert all(groups)
    assert additions.styles == ()
    assert {word for group in groups for word in group} <= taught


def test_no_addition_names_a_thing_a_colour_or_a_number():
    words = load_vocabulary()
    forbidden = {*words.nouns, *words.colours, "one", "two", "three", "four"}
    for additions in (PLAIN, storybook_additions(words.decorations)):
        for group in (additions.times, additions.moods, additions.palettes, additions.styles):
            assert all(forbidden.isdisjoint(phrase.split()) for phrase in group)


def test_the_model_chooses_among_the_additions():
    writer = FakeWriter(" golden hour light, calm mood, warm palette, sharp focus")
    made = enrich("a cat", PLAIN, with_model(writer))
    assert made.added == ("golden hour light", "calm mood", "warm palette", "sharp focus")
    enrich("a dog", PLAIN, with_model(writer))
    enrich("a cat", PLAIN, with_model(writer))
    assert writer.seeds[0] == writer.seeds[2] != writer.seeds[1]


@pytest.mark.parametrize("said", ["", "a dragon", "calm mood", "calm mood, x, y, z"])
def test_a_model_that_says_something_else_is_not_heard(said):
    made = enrich("a cat", PLAIN, with_model(FakeWriter(said)))
    assert made == enrich("a cat", PLAIN, by_words)


def test_the_grammar_offers_one_of_each_group():
    assert choice_grammar([["a", "b"], ["c"]]) == 'root ::= ("a" | "b") ", " ("c")'
