"""The whole way on the embedded models: twelve messages do what they say, exactly, and again."""

import random
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from t2i_chat.chat import ChatSession
from t2i_chat.messages import Message, Moved, Painted, Said
from t2i_chat.replay import replay
from t2i_chat.settings import MAX_SEED
from t2i_chat.store import SqlStore

pytestmark = pytest.mark.weights

TWELVE = (Path(__file__).parent / "twelve.txt").read_text(encoding="utf-8").splitlines()


def seeded(parts, store, seed=2):
    draw = random.Random(seed)
    return replace(parts, store=store, draw_seed=lambda: draw.randrange(MAX_SEED + 1))


def hold(parts):
    """The conversation's session, and what each message made of the tree."""
    session = ChatSession(parts, parts.store.new_conversation())
    return session, [
        [
            event
            for event in session.reply(Message(text=text), threading.Event())
            if isinstance(event, Painted | Moved | Said)
        ]
        for text in TWELVE
    ]


@pytest.fixture(scope="module")
def held(embedded, tmp_path_factory):
    parts = seeded(embedded, SqlStore(tmp_path_factory.mktemp("twelve")))
    return parts, *hold(parts)


def painted(events):
    return [event.version for event in events if isinstance(event, Painted)]


def test_every_message_does_what_it_says(held):
    _, _, answers = held
    counts = [len(painted(events)) for events in answers]
    assert counts == [1, 1, 0, 0, 1, 1, 1, 1, 2, 1, 0, 1]
    assert not [e.text for events in answers for e in events if getattr(e, "tone", "") == "problem"]


def test_the_tree_is_the_one_that_was_spoken_of(held):
    _, _, answers = held
    parents = [version.parent for events in answers for version in painted(events)]
    assert parents == [None, 1, 2, 3, 4, 5, 5, 5, 1, 1]
    moves = [e.version.number for events in answers for e in events if isinstance(e, Moved)]
    assert moves == [1, 2, 1]


def test_local_edits_change_nothing_outside_their_region(held):
    _, _, answers = held
    receipts = [
        version.receipt
        for events in answers
        for version in painted(events)
        if version.recipe.kind == "inpaint"
    ]
    assert len(receipts) >= 5
    assert {receipt.max_outside for receipt in receipts} == {0}
    assert all(receipt.changed_fraction > 0.005 for receipt in receipts)


def test_the_seed_is_told_and_set(held):
    parts, session, answers = held
    versions = parts.store.versions(session.conversation)
    assert str(versions[0].recipe.seed) in answers[10][-1].text
    assert versions[-1].recipe.seed == 7


def test_replaying_gives_the_same_pictures(held):
    parts, session, _ = held
    report = replay(parts.store, session.conversation, parts.renderer)
    assert report.ok, str(report)


def test_the_same_script_and_seed_give_the_same_hashes(held, embedded, tmp_path):
    parts, session, _ = held
    again_parts = seeded(embedded, SqlStore(tmp_path))
    again, _ = hold(again_parts)

    def hashes(kept, conversation):
        return [version.sha256 for version in kept.versions(conversation)]

    assert hashes(parts.store, session.conversation) == hashes(
        again_parts.store, again.conversation
    )


def test_a_darker_sky_is_darker(held):
    parts, session, _ = held
    first, second = (
        parts.store.image(parts.store.version(session.conversation, number)).crop((0, 0, 256, 60))
        for number in (1, 2)
    )
    brightness = [
        sum(p.convert("L").histogram()[v] * v for v in range(256)) for p in (first, second)
    ]
    assert brightness[1] < 0.9 * brightness[0]
