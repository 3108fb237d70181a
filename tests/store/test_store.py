"""The store keeps every finished version, finds it again, and says in words what went wrong."""

import errno
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from PIL import Image

from t2i_chat.core.errors import StoreError, StoreTooNew, UnknownVersion
from t2i_chat.core.events import Turn
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.protocols import VersionStore
from t2i_chat.core.recipe import Receipt, Recipe, Version, pixels_sha256
from t2i_chat.imaging.png_metadata import read_recipe
from t2i_chat.store import ExportedConversation, SqlStore
from t2i_chat.store import atomic_files as store_files
from t2i_chat.store.database import newest, open_database
from t2i_chat.store.orphaned_files import LEFT_OVER_SECONDS
from t2i_chat.store.schema import Table
from tests.fakes import box_mask, paint

SIZE = Size(width=40, height=24)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with SqlStore(tmp_path / "home") as opened:
        yield opened


def recipe_for(prompt: str) -> Recipe:
    return Recipe(model="storybook", kind="text-to-image", prompt=prompt, size=SIZE)


def add(
    store: VersionStore,
    conversation: str,
    prompt: str,
    parent: int | None = None,
    beside: int | None = None,
) -> Version:
    recipe = recipe_for(prompt)
    return store.add_version(
        conversation,
        image=paint(recipe),
        recipe=recipe,
        parent=parent,
        caption=prompt,
        summary=f"painted {prompt}",
        beside=beside,
    )


def add_edit(store: VersionStore, base: Version, prompt: str, box: Box) -> Version:
    image, mask = store.image(base), box_mask((SIZE.width, SIZE.height), box)
    inputs = {"image_sha256": store.put_blob(image), "mask_sha256": store.put_blob(mask)}
    recipe = recipe_for(prompt).model_copy(update={"kind": "inpaint", **inputs})
    return store.add_version(
        base.conversation,
        image=Image.composite(paint(recipe), image, mask),
        recipe=recipe,
        parent=base.number,
        caption=prompt,
        summary="edited",
        receipt=Receipt(max_outside=0, changed_fraction=0.25),
    )


LEFT = Box(x0=0, y0=0, x1=10, y1=24)


def current_number(store: SqlStore, conversation: str) -> int | None:
    current = store.current(conversation)
    return None if current is None else current.number


# What is kept


def test_a_new_conversation_is_empty(store: SqlStore) -> None:
    conversation = store.new_conversation()
    assert store.has_conversation(conversation)
    assert store.current(conversation) is None
    assert store.versions(conversation) == []
    assert store.turns(conversation) == []
    assert store.params(conversation) == {}
    assert store.steps(conversation) == (0, 0)


def test_all_is_there_after_opening_again(tmp_path: Path) -> None:
    with SqlStore(tmp_path) as store:
        conversation = store.new_conversation()
        first = add(store, conversation, "a red house\nunder stars ✨")
        second = add_edit(store, first, "a blue house", LEFT)
        turn = Turn(role="user", text="blå", version=2, detail="{}", created_at=datetime.now(UTC))
        store.add_turn(conversation, turn)
        store.set_params(conversation, {"seed": 7, "negative": "fog"})
    with SqlStore(tmp_path) as store:
        assert store.versions(conversation) == [first, second]
        assert store.version(conversation, 2) == store.current(conversation) == second
        assert store.turns(conversation) == [turn]
        assert store.params(conversation) == {"seed": 7, "negative": "fog"}
        assert pixels_sha256(store.image(first)) == first.sha256


def test_the_file_carries_the_recipe(store: SqlStore) -> None:
    version = add(store, store.new_conversation(), "a boat")
    assert read_recipe(store.image_path(version)) == version.recipe


def test_blobs_are_the_same_pixels_in_the_same_mode(store: SqlStore) -> None:
    mask = box_mask((9, 7), Box(x0=1, y0=2, x1=4, y1=5))
    sha256 = store.put_blob(mask)
    assert store.put_blob(mask) == sha256 == pixels_sha256(mask)
    assert store.blob(sha256).mode == "L"
    assert store.blob(sha256).tobytes() == mask.tobytes()


def test_params_are_those_set_last(store: SqlStore) -> None:
    conversation = store.new_conversation()
    store.set_params(conversation, {"seed": 7})
    store.set_params(conversation, {"steps": 30})
    assert store.params(conversation) == {"steps": 30}


def test_a_version_needs_its_parent_and_its_inputs(store: SqlStore) -> None:
    conversation = store.new_conversation()
    with pytest.raises(UnknownVersion):
        add(store, conversation, "orphan", parent=1)
    missing = recipe_for("x").model_copy(update={"mask_sha256": "a" * 64})
    with pytest.raises(StoreError):
        store.add_version(
            conversation,
            image=paint(missing),
            recipe=missing,
            parent=None,
            caption="",
            summary="",
        )
    assert store.versions(conversation) == []


@pytest.mark.parametrize("mode", ["RGBA", "L", "P"])
def test_only_plain_pictures_are_versions(store: SqlStore, mode: str) -> None:
    with pytest.raises(ValueError, match=mode):
        store.add_version(
            store.new_conversation(),
            image=Image.new(mode, (8, 8)),
            recipe=recipe_for("x"),
            parent=None,
            caption="",
            summary="",
        )


# What was never kept


@pytest.mark.parametrize("strange", ["", "../../etc", "0" * 32, "a/b", "ä", "x" * 5000])
def test_strange_conversations_are_unknown(store: SqlStore, strange: str) -> None:
    assert not store.has_conversation(strange)
    for ask in (store.versions, store.current, store.turns, store.params, store.steps, store.undo):
        with pytest.raises(UnknownVersion):
            ask(strange)
    with pytest.raises(UnknownVersion):
        add(store, strange, "a house")


def test_a_version_of_a_strange_conversation_has_no_path(store: SqlStore) -> None:
    version = add(store, store.new_conversation(), "a house")
    with pytest.raises(UnknownVersion):
        store.image_path(version.model_copy(update={"conversation": "../.."}))


@pytest.mark.parametrize("sha256", ["", "0" * 64, "../../x", "A" * 64])
def test_strange_blobs_are_unknown(store: SqlStore, sha256: str) -> None:
    with pytest.raises(UnknownVersion):
        store.blob(sha256)


def test_an_unknown_number_is_told_with_the_newest(store: SqlStore) -> None:
    conversation = store.new_conversation()
    add(store, conversation, "a house")
    with pytest.raises(UnknownVersion, match=r"no version 4; the newest is version 1"):
        store.goto(conversation, 4)


def test_ids_are_unguessable_and_conversations_apart(store: SqlStore) -> None:
    ids = {store.new_conversation() for _ in range(20)}
    one, other, *_ = ids
    add(store, one, "mine")
    assert len(ids) == 20
    assert all(len(conversation) == 32 for conversation in ids)
    assert store.versions(other) == []
    with pytest.raises(UnknownVersion):
        store.version(other, 1)


# Undo and redo


def test_undo_and_redo_walk_the_places_visited(store: SqlStore) -> None:
    conversation = store.new_conversation()
    for prompt in ("one", "two", "three"):
        add(store, conversation, prompt)
    store.goto(conversation, 1)
    assert store.steps(conversation) == (3, 0)
    assert [store.undo(conversation).number for _ in range(3)] == [3, 2, 1]
    assert store.steps(conversation) == (0, 3)
    assert store.redo(conversation, 3).number == 1
    assert store.undo(conversation, 2).number == 2


def test_a_new_version_forgets_what_could_be_redone_but_no_version(store: SqlStore) -> None:
    conversation = store.new_conversation()
    for prompt in ("one", "two", "three"):
        add(store, conversation, prompt)
    store.undo(conversation, 2)
    assert add(store, conversation, "four", parent=1).number == 4
    assert store.steps(conversation) == (1, 0)
    assert [version.caption for version in store.versions(conversation)] == [
        "one", "two", "three", "four",
    ]  # fmt: skip
    assert store.goto(conversation, 3).caption == "three"
    assert store.undo(conversation).number == 4


def test_what_was_made_together_is_one_step(store: SqlStore) -> None:
    conversation = store.new_conversation()
    add(store, conversation, "one")
    for beside in (None, 2, 3):
        add(store, conversation, "another", parent=1, beside=beside)
    assert store.steps(conversation) == (1, 0)
    assert store.undo(conversation).number == 1
    assert store.redo(conversation).number == 4


def test_whoever_went_elsewhere_meanwhile_goes_back_there(store: SqlStore) -> None:
    conversation = store.new_conversation()
    add(store, conversation, "one")
    add(store, conversation, "another", parent=1)
    store.goto(conversation, 1)
    add(store, conversation, "one more", parent=1, beside=2)
    assert [store.undo(conversation).number for _ in range(3)] == [1, 2, 1]


def test_going_where_one_is_changes_nothing(store: SqlStore) -> None:
    conversation = store.new_conversation()
    add(store, conversation, "one")
    add(store, conversation, "two")
    store.undo(conversation)
    store.goto(conversation, 1)
    assert store.steps(conversation) == (0, 1)


@pytest.mark.parametrize("steps", [1, 2, 99])
def test_more_steps_than_there_are_move_nothing(store: SqlStore, steps: int) -> None:
    conversation = store.new_conversation()
    add(store, conversation, "one")
    with pytest.raises(UnknownVersion, match="nothing to go back"):
        store.undo(conversation, steps)
    with pytest.raises(UnknownVersion, match="nothing to go forward"):
        store.redo(conversation, steps)
    assert current_number(store, conversation) == 1


def test_undo_gives_back_the_same_bytes(store: SqlStore) -> None:
    conversation = store.new_conversation()
    first = add(store, conversation, "one")
    before = Path(store.image_path(first)).read_bytes()
    add_edit(store, first, "two", LEFT)
    assert Path(store.image_path(store.undo(conversation))).read_bytes() == before


# Many at once


def test_many_threads_lose_nothing(store: SqlStore) -> None:
    conversations = [store.new_conversation() for _ in range(3)]

    def paint_some(worker: int) -> None:
        for index in range(4):
            first = add(store, conversations[worker % 3], f"{worker} {index}")
            assert pixels_sha256(store.image(first)) == first.sha256

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(paint_some, range(9)))
    for conversation in conversations:
        versions = store.versions(conversation)
        assert [version.number for version in versions] == list(range(1, 13))
        assert len({version.sha256 for version in versions}) == 12
        assert store.steps(conversation) == (11, 0)


def open_and_paint(home: Path, start: threading.Barrier) -> None:
    start.wait()
    with SqlStore(home) as store:
        conversation = store.new_conversation()
        for index in range(5):
            add(store, conversation, f"{index}")


def test_processes_share_a_fresh_home(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.test_store"])
    start = context.Barrier(4)
    workers = [context.Process(target=open_and_paint, args=(tmp_path, start)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    with SqlStore(tmp_path) as store:
        counts = [len(store.versions(conversation)) for conversation in store.conversations()]
    assert counts == [5] * 4


# Deleting, sweeping, exporting


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_deleted_conversation_leaves_no_file_and_no_word(tmp_path: Path) -> None:
    with SqlStore(tmp_path) as store:
        conversation = store.new_conversation()
        add_edit(store, add(store, conversation, "a secret garden"), "a secret shed", LEFT)
        store.delete_conversation(conversation)
        assert not store.has_conversation(conversation)
    assert names(tmp_path) == {"conversations.db"}
    assert b"secret" not in (tmp_path / "conversations.db").read_bytes()


def test_deleting_keeps_what_others_need(store: SqlStore) -> None:
    kept, gone = store.new_conversation(), store.new_conversation()
    edits = [add_edit(store, add(store, c, "a house"), "a shed", LEFT) for c in (kept, gone)]
    assert edits[0].recipe == edits[1].recipe
    store.delete_conversation(gone)
    assert edits[0].recipe.mask_sha256 is not None
    assert store.blob(edits[0].recipe.mask_sha256).mode == "L"
    assert store.image(edits[0]).size == (40, 24)


def test_opening_sweeps_up_what_is_left_over_and_nothing_else(tmp_path: Path) -> None:
    with SqlStore(tmp_path) as store:
        conversation = store.new_conversation()
        add_edit(store, add(store, conversation, "a house"), "a shed", LEFT)
        needed = names(tmp_path / "blobs")
        left = store.put_blob(Image.new("L", (3, 3)))
        (tmp_path / "partial" / "cut.partial").write_bytes(b"half")
        (tmp_path / "pictures" / ("0" * 32)).mkdir()
    day_old = (tmp_path / "conversations.db").stat().st_mtime - LEFT_OVER_SECONDS - 60
    for path in tmp_path.rglob("*.p*"):
        os.utime(path, (day_old, day_old))
    with SqlStore(tmp_path) as store:
        young = store.put_blob(Image.new("L", (4, 4)))
    with SqlStore(tmp_path) as store:
        assert store.blob(young).size == (4, 4)
        with pytest.raises(UnknownVersion):
            store.blob(left)
        assert store.image(store.version(conversation, 2)).size == (40, 24)
    assert names(tmp_path / "blobs") == needed | {f"{young[:2]}/{young}.png"}
    assert names(tmp_path / "partial") == set()
    assert not (tmp_path / "pictures" / ("0" * 32)).exists()


def test_a_blob_kept_again_is_not_left_over(tmp_path: Path) -> None:
    with SqlStore(tmp_path) as store:
        sha256 = store.put_blob(Image.new("L", (3, 3)))
        os.utime(tmp_path / "blobs" / sha256[:2] / f"{sha256}.png", (0, 0))
        store.put_blob(Image.new("L", (3, 3)))
    with SqlStore(tmp_path) as store:
        assert store.blob(sha256).size == (3, 3)


def exported_edit(store: SqlStore, folder: Path) -> str:
    """A conversation of a picture and an edit of it, exported to `folder`."""
    conversation = store.new_conversation()
    add_edit(store, add(store, conversation, "a house"), "a shed", LEFT)
    store.export(conversation, folder)
    return conversation


def test_an_export_holds_the_whole_conversation(store: SqlStore, tmp_path: Path) -> None:
    conversation = store.new_conversation()
    second = add_edit(store, add(store, conversation, "a house"), "a shed", LEFT)
    store.undo(conversation)
    turn = Turn(role="user", text="a house", created_at=datetime.now(UTC))
    store.add_turn(conversation, turn)
    store.set_params(conversation, {"seed": 7})
    store.export(conversation, tmp_path / "out")
    exported = ExportedConversation(tmp_path / "out")
    assert exported.versions(conversation) == tuple(store.versions(conversation))
    assert exported.kept.turns == (turn,)
    assert (exported.kept.history, exported.kept.cursor) == ((1, 2), 0)
    assert exported.kept.params == {"seed": 7}
    for sha256 in (second.recipe.mask_sha256, second.recipe.image_sha256):
        assert sha256 is not None
        assert pixels_sha256(exported.blob(sha256)) == sha256
    assert read_recipe(tmp_path / "out" / "002.png") == second.recipe
    assert names(tmp_path / "out") == {
        "001.png",
        "002.png",
        "002-mask.png",
        f"inputs/{second.recipe.mask_sha256}.png",
        "conversation.json",
    }


def test_an_export_names_its_files_for_strangers(store: SqlStore, tmp_path: Path) -> None:
    exported_edit(store, tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "conversation.json").read_text(encoding="utf-8"))
    files = [(version["image"], version["mask"]) for version in kept["versions"]]
    assert files == [("001.png", None), ("002.png", "002-mask.png")]
    assert set(kept["versions"][1]["receipt"]) == {"changed_fraction", "max_outside"}


def test_the_mask_of_an_export_covers_all_that_may_change(store: SqlStore, tmp_path: Path) -> None:
    exported_edit(store, tmp_path)
    before, after, mask = (
        np.asarray(Image.open(tmp_path / name)) for name in ("001.png", "002.png", "002-mask.png")
    )
    changed = (before != after).any(axis=2)
    assert changed.any()
    assert not changed[mask == 0].any()


def test_an_export_grows_with_its_conversation(store: SqlStore, tmp_path: Path) -> None:
    conversation = exported_edit(store, tmp_path)
    first = (tmp_path / "001.png").stat().st_mtime_ns
    add(store, conversation, "a barn")
    store.export(conversation, tmp_path)
    assert len(ExportedConversation(tmp_path).versions(conversation)) == 3
    assert (tmp_path / "003.png").exists()
    assert (tmp_path / "001.png").stat().st_mtime_ns == first


def test_an_export_leaves_other_files_alone(store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("mine")
    exported_edit(store, tmp_path)
    assert (tmp_path / "log.jsonl").read_text() == "mine"


def test_an_export_overwrites_nothing(store: SqlStore, tmp_path: Path) -> None:
    exported_edit(store, tmp_path / "taken")
    with pytest.raises(StoreError, match="another conversation"):
        store.export(store.new_conversation(), tmp_path / "taken")
    (tmp_path / "mine.png").write_bytes(b"mine")
    with pytest.raises(StoreError, match="other pictures"):
        store.export(store.new_conversation(), tmp_path)


def test_an_export_to_a_full_disk_is_told(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store_files, "_write", full)
    with pytest.raises(StoreError, match="disk is full"):
        store.export(store.new_conversation(), tmp_path / "out")


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1}', "\xff"])
def test_a_foreign_export_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "conversation.json").write_text(text, encoding="latin-1")
    with pytest.raises(StoreError, match=r"conversation\.json"):
        ExportedConversation(tmp_path)


def test_an_export_of_a_newer_program_is_told(tmp_path: Path) -> None:
    (tmp_path / "conversation.json").write_text('{"format": 2, "news": true}')
    with pytest.raises(StoreTooNew, match="newer"):
        ExportedConversation(tmp_path)


# What goes wrong


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_is_told_and_loses_nothing(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    conversation = store.new_conversation()
    first = add(store, conversation, "one")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        if step == "write":
            patched.setattr(store_files, "_write", full)
        else:
            patched.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], full)
        with pytest.raises(StoreError, match="disk is full"):
            add(store, conversation, "two")
        with pytest.raises(StoreError, match="disk is full"):
            store.put_blob(Image.new("L", (3, 3)))
    assert store.versions(conversation) == [first]
    assert current_number(store, conversation) == 1
    assert names(tmp_path / "home" / "partial") == set()
    assert add(store, conversation, "two").number == 2


def test_a_full_database_is_told_and_loses_nothing(store: SqlStore, tmp_path: Path) -> None:
    conversation = store.new_conversation()
    add(store, conversation, "one")
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="disk is full"):
        store.set_params(conversation, {"negative": "x" * 100_000})
    store.close()
    with SqlStore(tmp_path / "home") as again:
        assert again.params(conversation) == {}


def test_no_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", forbidden)
    with pytest.raises(StoreError, match=r"may not write.*T2I_CHAT_DATA_DIR"):
        SqlStore(tmp_path / "home")


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(StoreError, match="home"):
        SqlStore(tmp_path / "home")


def test_a_newer_store_is_told_and_left_alone(tmp_path: Path) -> None:
    SqlStore(tmp_path).close()
    database = sqlite3.connect(tmp_path / "conversations.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(StoreTooNew, match="newer version"):
        SqlStore(tmp_path)


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    with SqlStore(tmp_path) as store:
        add(store, store.new_conversation(), "one")
    (tmp_path / "conversations.db").write_bytes(b"no database at all" * 500)
    with pytest.raises(StoreError, match="damaged"):
        SqlStore(tmp_path)


def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    with SqlStore(tmp_path) as store:
        conversation = store.new_conversation()
        add(store, conversation, "one")
    database = tmp_path / "conversations.db"
    content = database.read_bytes()
    database.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreError, match="damaged"), SqlStore(tmp_path) as store:
        store.versions(conversation)


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_damaged_picture_is_told(store: SqlStore, damage: str) -> None:
    conversation = store.new_conversation()
    version = add(store, conversation, "one")
    path = Path(store.image_path(version))
    match damage:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(path.read_bytes()[:-60])
        case _:
            Image.new("RGB", (40, 24)).save(path)
    with pytest.raises(StoreError, match=r"1\.png"):
        store.image(version)
    assert store.version(conversation, 1) == version


def test_a_store_kept_busy_by_another_is_told(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("t2i_chat.store.database.BUSY_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "home" / "conversations.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="busy"):
        SqlStore(tmp_path / "home")
    assert store.conversations() == []  # readers never wait
    other.close()


# The schema


def test_the_migrations_make_the_schema_of_the_rows(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "fresh.db")
    with engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(found, Table.metadata) == []
    engine.dispose()


def test_finished_versions_are_on_the_disk_before_they_are_answered(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "fresh.db")
    with engine.connect() as connection:
        kept = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert kept == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_version_keeps_its_name_and_its_star(store: SqlStore, tmp_path: Path) -> None:
    conversation = store.new_conversation()
    house = add(store, conversation, "a house")
    assert (house.name, house.starred) == (None, False)
    assert store.label(conversation, 1, name="home") == house.model_copy(update={"name": "home"})
    store.label(conversation, 1, starred=True)
    with SqlStore(tmp_path / "home") as again:
        kept = again.version(conversation, 1)
    assert (kept.name, kept.starred, kept.sha256) == ("home", True, house.sha256)
    assert store.label(conversation, 1, name="", starred=False) == house
    with pytest.raises(UnknownVersion, match="no version 2"):
        store.label(conversation, 2, name="home")


def test_what_was_kept_before_there_were_names_is_still_there(tmp_path: Path) -> None:
    with SqlStore(tmp_path) as store:
        conversation = store.new_conversation()
        house = add(store, conversation, "a house")
    with sqlite3.connect(tmp_path / "conversations.db") as older:
        older.execute("DROP INDEX ix_version_source_sha256")
        for column in ("name", "starred", "source_sha256", "hidden"):
            older.execute(f"ALTER TABLE version DROP COLUMN {column}")
        for column in ("title", "deleted_at"):
            older.execute(f"ALTER TABLE conversation DROP COLUMN {column}")
        older.execute("DROP TABLE share")
        older.execute("UPDATE alembic_version SET version_num = '0001'")
    older.close()
    with SqlStore(tmp_path) as store:
        assert store.versions(conversation) == [house]


def test_the_newest_migration_is_the_one_alembic_takes_for_it():
    config = Config()
    config.set_main_option("script_location", "t2i_chat.store:migrations")
    assert newest() == ScriptDirectory.from_config(config).get_current_head()


LATER = """
import sys
from pathlib import Path
from t2i_chat.store import SqlStore
SqlStore(Path(sys.argv[1]))
print("alembic" in sys.modules)
"""


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path):
    """In processes of their own, where nothing is imported yet."""
    twice = [
        subprocess.check_output([sys.executable, "-c", LATER, str(tmp_path)], text=True)
        for _ in range(2)
    ]
    assert twice == ["True\n", "False\n"]
