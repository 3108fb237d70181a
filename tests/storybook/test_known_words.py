"""Closed vocabulary in a conversation: prompts are mapped, captions keep the person's words."""

import threading

import pytest
from PIL import Image

from t2i_chat import app
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Add, Generate, Inpaint, Plan, Remove, Replace, Restyle, Variation
from t2i_chat.core.events import Enriched, Message, Painted, Said
from t2i_chat.core.geometry import Box
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.planning.style_presets import storybook_additions
from t2i_chat.planning.suggest import next_edits
from t2i_chat.store import SqlStore
from t2i_chat.storybook.bank_lexicon import BankLexicon
from t2i_chat.storybook.vocabulary import load_vocabulary
from t2i_chat.storybook.wording import StorybookLexicon
from t2i_chat.text.lexicon import AnyWords, InKnownWords, Reading
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter

DOG = Box(x0=20, y0=150, x1=90, y1=240)
LANDSCAPE = StorybookLexicon.landscape
TABLE = {
    "a wolf": Plan(actions=(Add(result="a wolf"),)),
    "no fox": Plan(actions=(Remove(target="the fox"),)),
    "fox to lion": Plan(actions=(Replace(target="the fox", result="a lion"),)),
    "fox to zorgon": Plan(actions=(Replace(target="the fox", result="zorgon"),)),
    "turquoise fox": Plan(actions=(Inpaint(target="the fox", result="turquoise"),)),
    "watercolour": Plan(actions=(Restyle(result="watercolour"),)),
    "no zorgon": Plan(actions=(Remove(target="the zorgon"),)),
    "fox to dog with zorgon": Plan(
        actions=(Replace(target="the fox", result="a dog with a zorgon"),)
    ),
    "more": Plan(actions=(Variation(),)),
    "two lions": Plan(actions=(Generate(prompt="a lion"), Add(result="a lion"))),
}


@pytest.fixture
def parts(tmp_path):
    lexicon = StorybookLexicon()
    return Parts(
        planner=FakePlanner(TABLE, added=("soft light",)),
        segmenter=InKnownWords(FakeSegmenter({"the dog": DOG, "dog": DOG}), lexicon),
        renderer=FakeRenderer(),
        store=SqlStore(tmp_path),
        facts=facts_for("storybook"),
        settings=Settings(data_dir=tmp_path),
        hint=app.hint,
        lexicon=lexicon,
    )


@pytest.fixture
def session(parts):
    return ChatSession(parts, parts.store.new_conversation())


def say(session, text, **how):
    return list(session.reply(Message(text=text, **how), threading.Event()))


def painted(events):
    return [event.version for event in events if isinstance(event, Painted)]


def told(events):
    return [event.text for event in events if isinstance(event, Said)]


def test_what_was_painted_instead_is_told_after_the_picture(session):
    events = say(session, "a fox in a kitchen")
    (version,) = painted(events)
    assert version.recipe.prompt == "a dog in a room, soft light"
    assert version.caption == "a fox in a kitchen"
    assert events[-1] == Said(
        "I can't paint a fox yet, so I painted a dog. "
        "I can't paint a kitchen yet, so I painted a room."
    )


def test_the_words_shown_as_enriched_are_those_that_are_painted(session):
    events = say(session, "a fox")
    (shown,) = [event for event in events if isinstance(event, Enriched)]
    assert shown.prompt == painted(events)[0].recipe.prompt == "a dog, soft light"


def test_words_that_are_known_are_told_nothing_about(session):
    assert told(say(session, "a red house under a blue sky")) == []


def test_each_swap_is_told_once_a_message(session):
    events = say(session, "two lions")
    assert len(painted(events)) == 2
    assert told(events) == ["I can't paint a lion yet, so I painted a tiger."]
    assert told(say(session, "a wolf")) == ["I can't paint a wolf yet, so I painted a dog."]


def test_an_added_thing_is_painted_as_the_nearest(session):
    say(session, "a fox at twilight")
    events = say(session, "a wolf")
    (version,) = painted(events)
    assert version.recipe.prompt.startswith("a dog")
    assert "twilight" not in version.recipe.prompt
    assert version.caption == "a fox at twilight with a wolf"
    assert told(events) == ["I can't paint a wolf yet, so I painted a dog."]


def test_a_thing_is_looked_for_as_what_was_painted(session):
    say(session, "a fox in a meadow")
    events = say(session, "no fox")
    assert len(painted(events)) == 1
    assert told(events) == []


def test_a_replacement_and_a_colour_are_said_in_known_words(session):
    say(session, "a fox in a meadow")
    (version,) = painted(say(session, "turquoise fox"))
    assert version.recipe.prompt == "a blue dog in a meadow"
    (version,) = painted(say(session, "fox to lion"))
    assert version.recipe.prompt == "a tiger in a meadow"


def test_what_cannot_be_painted_at_all_changes_nothing(session, parts):
    say(session, "a fox in a meadow")
    events = say(session, "fox to zorgon")
    assert painted(events) == []
    assert told(events) == ["I can't paint a zorgon yet, so I changed nothing."]
    assert len(parts.store.versions(session.conversation)) == 1


def test_what_was_left_out_is_never_said_to_be_there(session):
    events = say(session, "a wolf cub with a zorgon under a blue sky")
    (version,) = painted(events)
    assert version.caption == "a wolf cub under a blue sky"
    assert "I can't paint a zorgon yet, so I left it out." in told(events)[-1]
    assert not any("zorgon" in edit for edit in next_edits(version.caption))
    (sentence,) = told(say(session, "no zorgon"))
    assert sentence.endswith("To me it shows: a wolf cub under a blue sky.")


def test_what_is_left_out_of_an_edit_is_in_no_caption(session):
    say(session, "a fox in a meadow")
    (version,) = painted(say(session, "fox to dog with zorgon"))
    assert version.caption == "a dog in a meadow"
    assert version.recipe.prompt == "a dog in a meadow"


def test_a_variation_is_painted_from_the_same_words(session):
    (first,) = painted(say(session, "a fox", enrich=False))
    events = say(session, "more")
    assert painted(events)[0].recipe.prompt == first.recipe.prompt == "a dog"
    assert told(events) == []


def test_a_new_manner_keeps_the_nearest_words(session):
    say(session, "a fox in a meadow")
    assert painted(say(session, "watercolour"))[0].recipe.prompt == "a dog in a meadow, watercolour"


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("a zorgon", "I can't paint a zorgon yet, so I painted a landscape."),
        ("freedom", "I can't paint any of that yet, so I painted a landscape."),
    ],
)
def test_a_picture_of_nothing_known_is_a_landscape(session, words, reply):
    events = say(session, words, enrich=False)
    assert painted(events)[0].recipe.prompt == painted(events)[0].caption == LANDSCAPE
    assert told(events) == [reply]


def test_a_wish_without_a_thing_in_it_is_a_landscape(session):
    events = say(session, "a picture of something nice", enrich=False)
    assert painted(events)[0].recipe.prompt == LANDSCAPE
    assert painted(say(session, " ")) == []  # nothing was said: that is asked about instead


def test_a_painter_of_any_words_is_given_them_as_they_are(parts):
    parts = Parts(**{name: getattr(parts, name) for name in Parts.__slots__ if name != "lexicon"})
    session = ChatSession(parts, parts.store.new_conversation())
    events = say(session, "a fox and freedom", enrich=False)
    assert painted(events)[0].recipe.prompt == "a fox and freedom"
    assert told(events) == []
    assert painted(say(ChatSession(parts, parts.store.new_conversation()), "")) == []


def test_only_the_embedded_painter_has_few_words():
    assert isinstance(app.lexicon_for("storybook"), BankLexicon)
    assert isinstance(app.lexicon_for("sdxl"), AnyWords)


def test_a_near_thing_is_as_large_and_where_its_nearest_is():
    assert app.hint("dachshund") == app.hint("dog")
    assert app.hint("a submarine").zone == "water"


def test_a_target_of_no_known_words_is_looked_for_as_it_was_said():
    fake = FakeSegmenter()
    image = Image.new("RGB", (64, 64))
    segmenter = InKnownWords(fake, StorybookLexicon())
    for target in ("the lion on the left", "the zorgon", "two wolves"):
        segmenter.segment(image, target)
    assert fake.targets == ["the tiger on the left", "the zorgon", "two dogs"]


def test_what_enrichment_adds_is_made_of_known_words():
    lexicon = StorybookLexicon()
    added = storybook_additions(load_vocabulary().decorations)
    for words in (*added.times, *added.moods, *added.palettes, *added.styles):
        assert lexicon.read(f"a house, {words}") == Reading(f"a house, {words}")
