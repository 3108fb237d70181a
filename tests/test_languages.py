"""Every caption is said in every language, and none is code."""

import pytest

from t2i_chat.ui.languages import CAPTIONS, LANGUAGES, caption, marked

SPOKEN = "en es de fr pt zh ja hi ar".split()


def test_nine_languages_are_spoken():
    assert list(CAPTIONS) == SPOKEN
    assert {"zh-CN", "pt-BR"} <= set(LANGUAGES.translations)


@pytest.mark.parametrize("language", SPOKEN)
def test_no_caption_is_missing(language):
    table = CAPTIONS[language]
    assert list(table) == list(CAPTIONS["en"])
    assert all(words.strip() == words != "" for words in table.values())
    assert "<" not in "".join(table.values())


def test_a_caption_that_is_not_there_is_found_out():
    with pytest.raises(KeyError):
        marked("nothing")
    assert "paint" in caption("paint")
