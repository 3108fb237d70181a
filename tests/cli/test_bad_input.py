"""Whatever a person sends, the real conversation answers in a sentence and goes on."""

import errno
import io
import sqlite3
import threading
from dataclasses import replace

import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from t2i_chat.chat.session import ChatSession
from t2i_chat.core.actions import Generate, Plan, SetParam
from t2i_chat.core.events import Message, Painted, Said
from t2i_chat.store import SqlStore
from t2i_chat.store import atomic_files as store_files
from tests.program import run

pytestmark = pytest.mark.weights


def encoded(image, kind="PNG", **how):
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


ANIMATED = encoded(
    Image.new("RGB", (96, 64), "red"), "GIF", save_all=True,
    append_images=[Image.new("RGB", (96, 64), "blue")],
)  # fmt: skip


@pytest.fixture
def session(embedded, tmp_path):
    """A conversation with the embedded models, in which one small picture is painted."""
    with SqlStore(tmp_path / "kept") as store:
        held = ChatSession(replace(embedded, store=store), store.new_conversation())
        quick = SetParam(seed=7, steps=1, size="96x64")
        list(held.perform(Plan(actions=(quick,)), threading.Event()))
        painting = Plan(actions=(Generate(prompt="a red house under a blue sky"),))
        list(held.perform(painting, threading.Event()))
        yield held


def say(session, text, upload=None):
    return list(session.reply(Message(text=text, upload=upload), threading.Event()))


def versions(session):
    return len(session.parts.store.versions(session.conversation))


def goes_on(session):
    before = versions(session)
    assert isinstance(say(session, "another version please")[-1], Painted)
    assert versions(session) == before + 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Tell me what to paint"),
        (" \t\u200b", "Tell me what to paint"),
        ("word " * 4000, "That is too long for me"),
        ("remove the elephant", "I couldn't find the elephant in version 1"),
        ("make the dragon blue", "I couldn't find the dragon in version 1"),
        ("go to version 99", "There is no version 99"),
        ("undo 7", "nothing to undo"),
        ("paint it with 0 steps", "Steps go from 1 to 150"),
        ("use 10,000 steps", "Steps go from 1 to 150"),
        ("set the seed to banana", "A seed is a whole number"),
        ("seed 99999999999", "A seed is a whole number"),
        ("make it 9000x9000", "can't be painted"),
        ("make it 1x1", "can't be painted"),
    ],
)
def test_a_message_that_cannot_be_done_is_answered_and_the_conversation_goes_on(
    session, text, sentence
):
    said = say(session, text)[-1]
    assert isinstance(said, Said)
    assert (said.tone, sentence in said.text) == ("problem", True)
    assert versions(session) == 1
    goes_on(session)


def test_emoji_beside_a_picture_are_asked_about(session):
    said = say(session, "🐱🌲")[-1]
    assert (said.tone, said.options) == ("question", ("paint cat, evergreen tree",))
    goes_on(session)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "can't read that file"),
        (b"\x00\xff not a picture", "can't read that file"),
        (encoded(Image.effect_noise((64, 64), 50))[:-900], "damaged"),
        (encoded(Image.new("RGB", (1, 1))), "only 1×1 pixels"),
        (encoded(Image.new("1", (9000, 9000))), "more than I can hold"),
        (b"x" * 20_000_001, "larger than 20 MB"),
    ],
    ids=["empty", "no picture", "cut off", "one pixel", "huge", "heavy"],
)
def test_an_upload_that_is_of_no_use_is_told(session, content, sentence):
    said = say(session, "make the sky darker", upload=content)[-1]
    assert (said.tone, sentence in said.text) == ("problem", True)
    assert versions(session) == 1
    goes_on(session)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (ANIMATED, "first frame"),
        (encoded(Image.new("RGBA", (96, 64), (0, 0, 0, 0))), "see-through"),
        (encoded(Image.new("RGB", (3000, 200))), "I work on it at"),
    ],
    ids=["animated", "transparent", "large"],
)
def test_an_upload_that_had_to_be_changed_is_taken_and_told(session, content, sentence):
    said, painted = say(session, "", upload=content)
    assert sentence in said.text
    assert (painted.version.number, painted.version.recipe.kind) == (2, "upload")


def test_a_full_disk_is_told_and_loses_nothing(session, monkeypatch):
    with monkeypatch.context() as patched:
        full_disk(patched)
        said = say(session, "another version please")[-1]
    assert (said.tone, "The disk is full." in said.text) == ("problem", True)
    assert versions(session) == 1
    goes_on(session)


# The same from the command line: a sentence, and a non-zero exit.


def full_disk(patch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    patch.setattr(store_files, "_write", full)


def full_memory(patch):
    def full(*_, **__):
        torch.empty(10**16)

    patch.setattr(StableDiffusionPipeline, "to", full)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (full_disk, "The disk is full. Make room in /"),
        (full_memory, "The model “storybook” needs more memory than this machine's cpu has."),
    ],
)
def test_a_picture_that_cannot_be_painted_or_kept_ends_in_a_sentence(
    tmp_path, monkeypatch, fault, sentence
):
    fault(monkeypatch)
    words = ("generate", "a house", "--no-enrich", "--steps", "1", "--device", "cpu")
    done = run(*words, "--out", "x.png", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("words", [["chat"], ["serve", "--port", "0"]])
def test_a_store_of_a_newer_version_ends_in_a_sentence(tmp_path, words):
    SqlStore(tmp_path).close()
    with sqlite3.connect(tmp_path / "conversations.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    done = run(*words, "--data-dir", str(tmp_path), folder=tmp_path)
    assert done.returncode == 1
    assert "newer version of this program. Please update it." in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_script_with_a_problem_is_run_to_its_end_and_exits_with_one(tmp_path):
    (tmp_path / "script.txt").write_text("remove the tree\n\nwhat can you do?\n")
    words = ("chat", "--script", "script.txt", "--out", "out", "--json", "--data-dir", "kept")
    done = run(*words, folder=tmp_path)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 3
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["Message 1", "Message 2"]
    assert (tmp_path / "out" / "conversation.json").exists()
