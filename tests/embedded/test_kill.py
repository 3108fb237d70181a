"""Killing the process at any moment loses no finished version and leaves the store whole."""

import contextlib
import itertools
import multiprocessing
import os
import random
import signal
import sqlite3
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy.engine.default import DefaultDialect

from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Recipe, Rendered, RenderRequest, pixels_sha256
from t2i_chat.store import SqlStore
from tests.fakes import FakeRenderer, box_mask

SIZE = Size(width=96, height=64)
MASK = box_mask((96, 64), Box(x0=10, y0=10, x1=60, y1=50))
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.embedded.test_kill"])
MOMENTS = {
    "before the first file is written": (os, "fsync", "before", 1),
    "before the first file has its name": (Path, "replace", "before", 1),
    "after the first file has its name": (Path, "replace", "after", 1),
    "before the picture has its name": (Path, "replace", "before", 3),
    "after the picture has its name": (Path, "replace", "after", 3),
    "before the row is kept": (DefaultDialect, "do_commit", "before", 1),
    "after the row is kept": (DefaultDialect, "do_commit", "after", 1),
}
"""Which call, before or after it, kills the process; an edit keeps two inputs and a picture."""


def paint_next(store: SqlStore, conversation: str) -> int:
    """Paints the next version of a conversation: a picture, then one edit after the other."""
    base = store.current(conversation)
    if base is None:
        request = RenderRequest(recipe_for(1))
    else:
        image = store.image(base)
        inputs = {"image_sha256": store.put_blob(image), "mask_sha256": store.put_blob(MASK)}
        recipe = recipe_for(base.number + 1).model_copy(update={"kind": "inpaint", **inputs})
        request = RenderRequest(recipe, image, MASK)
    *_, rendered = FakeRenderer().render(request, threading.Event())
    assert isinstance(rendered, Rendered)
    return store.add_version(
        conversation,
        image=rendered.image,
        recipe=rendered.recipe,
        parent=None if base is None else base.number,
        caption="",
        summary="",
        receipt=rendered.receipt,
    ).number


def recipe_for(seed: int) -> Recipe:
    return Recipe(model="fake", kind="text-to-image", seed=seed, num_inference_steps=1, size=SIZE)


def paint_until_killed(home: Path, conversation: str, finished: Path) -> None:
    """Paints for ever, noting in the file `finished` every version that was answered for."""
    with SqlStore(home) as store, finished.open("a") as notes:
        while True:
            notes.write(f"{paint_next(store, conversation)}\n")
            notes.flush()


def die_at(moment: str, home: Path, conversation: str) -> None:
    """Paints one version and kills its own process with SIGKILL at `moment`."""
    owner, name, when, nth = MOMENTS[moment]
    with SqlStore(home) as store:
        setattr(owner, name, deadly(getattr(owner, name), when, nth))
        paint_next(store, conversation)


def deadly(step: Callable[..., object], when: str, nth: int) -> Callable[..., object]:
    calls = itertools.count(1)

    def killed(*args: object, **named: object) -> object:
        last = next(calls) == nth
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = step(*args, **named)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return killed


def check_whole(home: Path, conversation: str) -> int:
    """Checks all that is kept and returns the number of versions."""
    with contextlib.closing(sqlite3.connect(home / "conversations.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    with SqlStore(home) as store:
        versions = store.versions(conversation)
        for version in versions:
            assert pixels_sha256(store.image(version)) == version.sha256
            for sha256 in (version.recipe.image_sha256, version.recipe.mask_sha256):
                assert sha256 is None or pixels_sha256(store.blob(sha256)) == sha256
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        current = store.current(conversation)
        assert (current and current.number) == (len(versions) or None)
        assert store.steps(conversation) == (max(0, len(versions) - 1), 0)
    return len(versions)


def start(target: Callable[..., None], *args: object) -> BaseProcess:
    process = PROCESSES.Process(target=target, args=args)
    process.start()
    return process


def test_killed_at_random_moments_nothing_finished_is_lost(tmp_path: Path) -> None:
    home, finished = tmp_path / "home", tmp_path / "finished"
    with SqlStore(home) as store:
        conversation = store.new_conversation()
    finished.touch()
    moments, count = random.Random(7), 0
    for _ in range(10):
        painting = start(paint_until_killed, home, conversation, finished)
        while painting.is_alive() and len(finished.read_text().split()) <= count:
            painting.join(0.005)
        painting.join(moments.uniform(0, 0.1))
        painting.kill()
        painting.join()
        assert painting.exitcode == -signal.SIGKILL
        count = check_whole(home, conversation)
        answered = [int(number) for number in finished.read_text().split()]
        assert answered == sorted(set(answered))
        assert answered[-1] in (count, count - 1)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_every_step_the_conversation_goes_on(tmp_path: Path, moment: str) -> None:
    with SqlStore(tmp_path) as store:
        conversation = store.new_conversation()
        paint_next(store, conversation)
    dying = start(die_at, moment, tmp_path, conversation)
    dying.join()
    assert dying.exitcode == -signal.SIGKILL
    count = check_whole(tmp_path, conversation)
    assert count == (2 if moment == "after the row is kept" else 1)
    with SqlStore(tmp_path) as store:
        assert paint_next(store, conversation) == count + 1
    assert check_whole(tmp_path, conversation) == count + 1
