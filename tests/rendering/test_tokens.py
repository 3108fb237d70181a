"""The tokens shown for a prompt are those of the model's own tokenizer."""

import pytest

from t2i_chat.rendering.tokens import tokens

pytestmark = pytest.mark.weights


def test_the_embedded_model_reads_words_it_knows_whole_and_others_in_pieces():
    assert [piece.strip() for piece in tokens("storybook", "a lighthouse, sunset")] == [
        "a", "lighthouse", ",", "sunset"
    ]  # fmt: skip
    assert len(tokens("storybook", "zyzzyva")) > 1


def test_what_is_too_long_is_not_read():
    assert len(tokens("storybook", "house " * 100)) == 38


def test_a_model_that_is_not_here_tells_nothing():
    assert tokens("no/such-model", "a house") == ()
    assert tokens("sdxl", "a house") == ()
