"""One JSON object a message: what was understood, painted and said, and where it lies."""

import threading

import pytest

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.cli.record import Record, lines_of
from t2i_chat.core.actions import Clarify, Inpaint, Plan, Remove, Undo, Variation
from t2i_chat.core.events import Message, Said
from t2i_chat.core.geometry import Box
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.store import SqlStore
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter

TABLE = {
    "darker": Plan(actions=(Inpaint(target="the sky", result="a darker sky"),)),
    "two more": Plan(actions=(Variation(count=2),)),
    "undo": Plan(actions=(Undo(),)),
    "ghost": Plan(actions=(Remove(target="the ghost"),)),
    "which": Plan(actions=(Clarify(question="Which tree?", options=("left", "right")),)),
}


@pytest.fixture
def session(tmp_path):
    parts = Parts(
        planner=FakePlanner(TABLE, added=("soft light",)),
        segmenter=FakeSegmenter({"the sky": Box(x0=0, y0=0, x1=256, y1=120)}),
        renderer=FakeRenderer(),
        store=SqlStore(tmp_path),
        facts=facts_for("storybook"),
        settings=Settings(data_dir=tmp_path),
        draw_seed=lambda: 11,
    )
    return ChatSession(parts, parts.store.new_conversation())


def say(session, text):
    record = Record(text)
    for event in session.reply(Message(text=text), threading.Event()):
        record.add(event)
    record.end()
    return record


def test_a_new_picture_is_recorded_whole(session):
    row = say(session, "a house").row()
    (version,) = row["versions"]
    assert row["message"] == "a house"
    assert row["actions"] == [{"action": "generate", "prompt": "a house", "count": 1}]
    assert row["reply"] == "I understood: generate.\nI added: soft light."
    assert row["seconds"] > 0
    assert version.pop("sha256") == session.parts.store.versions(session.conversation)[0].sha256
    assert version == {
        "number": 1,
        "parent": None,
        "seed": 11,
        "prompt": "a house, soft light",
        "image": "001.png",
        "mask": None,
        "receipt": None,
    }


def test_a_local_edit_names_its_mask_and_its_receipt(session):
    say(session, "a house")
    (version,) = say(session, "darker").row()["versions"]
    assert (version["image"], version["mask"], version["parent"]) == ("002.png", "002-mask.png", 1)
    assert set(version["receipt"]) == {"changed_fraction", "max_outside"}
    assert version["receipt"]["max_outside"] == 0


def test_only_what_the_message_painted_is_among_its_versions(session):
    say(session, "a house")
    assert [v["number"] for v in say(session, "two more").row()["versions"]] == [2, 3]
    row = say(session, "undo").row()
    assert (row["versions"], row["reply"]) == ([], "Here is version 1 again.")


def test_a_question_is_said_with_its_options_and_is_no_problem(session):
    say(session, "a house")
    asked = say(session, "which")
    assert asked.reply == "Which tree? left / right"
    assert not asked.problem


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (Said("It says how.", options=("more like this",)), ["It says how."]),
        (Said("Which?", options=("left", "right"), tone="question"), ["Which? left / right"]),
    ],
)
def test_where_nothing_follows_only_questions_are_told_with_their_options(said, lines):
    record = Record("x", goes_on=False)
    record.add(said)
    assert record.words == lines


@pytest.mark.parametrize("text", ["ghost", "  "])
def test_a_problem_is_one(session, text):
    say(session, "a house")
    lost = say(session, text)
    assert lost.problem
    assert lost.row()["versions"] == []


def test_a_finished_picture_is_told_on_the_terminal_with_its_proof(session):
    say(session, "a house")
    events = list(session.reply(Message(text="darker"), threading.Event()))
    lines = [line for event in events for line in lines_of(event)]
    assert lines[0] == "I understood: inpaint."
    assert lines[1] == "version 2: seed 11, max_outside 0"
    assert lines[2].startswith("sha256 ")
