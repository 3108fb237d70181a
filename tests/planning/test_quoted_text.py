"""Lettering requests keep their text letter for letter; nothing else is taken for one."""

import pytest

from t2i_chat.core.actions import Letter
from t2i_chat.planning.quoted_text import read


@pytest.mark.parametrize(
    ("message", "text", "where"),
    [
        ("Write HAPPY BIRTHDAY on the sign", "HAPPY BIRTHDAY", "on the sign"),
        ("please write HAPPY BIRTHDAY on the sign, please!", "HAPPY BIRTHDAY", "on the sign"),
        ('write "Fin" at the bottom', "Fin", "at the bottom"),
        ("write “Café «Zoé» 24/7” across the sky.", "Café «Zoé» 24/7", "across the sky"),
        ("put the words LOVE IS IN THE AIR in the sky", "LOVE IS IN THE AIR", "in the sky"),
        ("put the words love is in the air on the sign", "love is in the air", "on the sign"),
        (
            "add the text 'i'm home' on the door of the house",
            "i'm home",
            "on the door of the house",
        ),
        ("print OPEN", "OPEN", None),
        ('write: "Hello, world!"', "Hello, world!", None),
        ("make the sign say WELCOME", "WELCOME", "on the sign"),
        ('the sign should read "No Entry"', "No Entry", "on the sign"),
        ("could you write MIA IS 7 on her cake?", "MIA IS 7", "on her cake"),
        ("write ПРИВЕТ in the sky", "ПРИВЕТ", "in the sky"),
    ],
)
def test_words_to_be_written_are_taken_as_they_are(message, text, where):
    assert read(message) == Letter(text=text, target=where)


@pytest.mark.parametrize(
    ("message", "text", "where", "ink"),
    [
        ("write Happy Birthday Oma at the top in yellow letters",
         "Happy Birthday Oma", "at the top", "yellow"),
        ("write 'open' in golden letters on the door", "open", "on the door", "gold"),
        ('write "Fin" in red', "Fin", None, "red"),
        ('write "in red letters" on the sign', "in red letters", "on the sign", None),
    ],
)  # fmt: skip
def test_their_colour_is_taken_too(message, text, where, ink):
    assert read(message) == Letter(text=text, target=where, ink=ink)


@pytest.mark.parametrize(
    "message",
    [
        "paint the house in red", "put the dog in black and white", "add a dog in red letters",
        "a red house under a blue sky", "add a dog on the left", "write a poem", "paint it red",
        "put the dog on the table", "add a sign", "make the sky darker", "make the dog bark",
        "PAINT A DOG", "what did you write?", 'write ""', f'write "{"x" * 121}"',
    ],
)  # fmt: skip
def test_everything_else_is_left_to_others(message):
    assert read(message) is None
