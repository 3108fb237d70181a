"""Killed in the middle of painting with the embedded model: what was finished stays, it goes on."""

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys

import pytest

from t2i_chat.core.recipe import pixels_sha256
from t2i_chat.store import SqlStore

pytestmark = [pytest.mark.weights, pytest.mark.slow]

CHAT = (sys.executable, "-u", "-m", "t2i_chat", "chat")


def killed_while_painting(data_dir):
    """Paints a picture, begins on four variations of it, and dies; returns the conversation."""
    command = [*CHAT, "--data-dir", str(data_dir), "--seed", "5"]
    talk = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **talk) as program:
        program.stdin.write("a castle at night\nfour variations\n")
        program.stdin.close()
        conversation = ""
        for line in program.stdout:
            conversation = conversation or line.removeprefix("conversation ").strip()
            if "more versions of this picture" in line:  # told just before they are painted
                break
        program.kill()
        program.stdout.read()
    assert program.returncode == -signal.SIGKILL
    return conversation


def require_sound(data_dir):
    with contextlib.closing(sqlite3.connect(data_dir / "conversations.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def hashes(data_dir, conversation):
    """The hashes of all versions, each checked against the pixels that are kept."""
    with SqlStore(data_dir) as store:
        versions = store.versions(conversation)
        assert [pixels_sha256(store.image(version)) for version in versions] == [
            version.sha256 for version in versions
        ]
        return [version.sha256 for version in versions]


def test_a_kill_in_the_middle_of_painting_loses_nothing_finished(tmp_path):
    conversation = killed_while_painting(tmp_path)
    require_sound(tmp_path)
    before = hashes(tmp_path, conversation)
    assert 1 <= len(before) < 5
    (tmp_path / "more.txt").write_text("make the sky darker\n")
    words = ["--script", tmp_path / "more.txt", "--out", tmp_path / "out", "--json"]
    done = subprocess.run(
        [*CHAT, "--data-dir", tmp_path, "--conversation", conversation, *words],
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (version,) = json.loads(done.stdout)["versions"]
    assert (version["number"], version["receipt"]["max_outside"]) == (len(before) + 1, 0)
    assert hashes(tmp_path, conversation) == [*before, version["sha256"]]
    assert len(list((tmp_path / "out").glob("00?.png"))) == len(before) + 1
    require_sound(tmp_path)
