"""Every caption is said in every language with the same braces, and none is code."""

import html
import json
import re
from string import Formatter

import pytest

from t2i_chat.app import UNPACKING
from t2i_chat.ui import controller
from t2i_chat.ui.starters import FIRST, words_of
from t2i_chat.ui.translations import (
    CAPTIONS,
    LANGUAGES,
    attributes,
    caption,
    known,
    marked,
    phrase,
    preferred,
)

SPOKEN = "en es de fr pt zh ja hi ar".split()


def braces(words):
    """What a caption is to be filled with."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def test_nine_languages_are_spoken():
    assert list(CAPTIONS) == SPOKEN
    assert {"zh-CN", "pt-BR"} <= set(LANGUAGES.translations)


@pytest.mark.parametrize("language", SPOKEN)
def test_no_caption_is_missing(language):
    table = CAPTIONS[language]
    assert list(table) == list(CAPTIONS["en"])
    assert all(words.strip() == words != "" for words in table.values())
    assert "<" not in "".join(table.values())


@pytest.mark.parametrize("language", SPOKEN)
def test_every_language_says_every_number_and_name(language):
    for key, words in CAPTIONS[language].items():
        assert braces(words) == braces(CAPTIONS["en"][key]), key


def test_a_caption_that_is_not_there_is_found_out():
    with pytest.raises(KeyError):
        marked("nothing")
    with pytest.raises(KeyError):
        attributes(label="nothing")
    assert "paint" in caption("paint")


def test_what_stands_between_braces_is_data():
    nasty = '"><script>{n}</script>'
    shown = f"{marked('itisdeleted', title=nasty)}<i{attributes({'title': nasty}, label='saveit')}>"
    assert "<script" not in shown
    given = re.findall(r'data-i18n-args="([^"]*)"', shown)
    assert [json.loads(html.unescape(one)) for one in given] == [{"title": nasty}] * 2
    assert str(phrase("itisdeleted", title=nasty)) == f"“{nasty}” is deleted."


def test_a_sentence_from_below_the_page_is_known_by_its_english():
    assert known(UNPACKING).key == "unpacking"
    assert {known(controller._STOPPED).key, known(controller._BROKEN).key} == {
        "stopped",
        "sorry",
    }
    assert known("The painter is ill.") == "The painter is ill."


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"), ("fi-FI, pt-BR;q=0.9", "pt"), ("AR", "ar"),
        ("fi", "en"), ("", "en"), ("*", "en"), (";;,", "en"),
    ],
)  # fmt: skip
def test_the_first_language_we_speak_is_spoken(accepted, expected):
    assert preferred({"accept-language": accepted}) == expected


def test_the_first_pictures_are_said_in_the_words_they_were_painted_from():
    assert [words_of(place, "en") for place in range(len(FIRST))] == [one.words for one in FIRST]
