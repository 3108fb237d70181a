"""The whole way on the embedded models, by the real command line: twelve messages do what they say.

They are run in this process with the recorded language model, and once more by a program of its own
with the real one, whose hashes must agree; what is claimed is measured on the files.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from t2i_chat.imaging.png_metadata import read_recipe
from tests.program import run, start

pytestmark = pytest.mark.weights

SCRIPT = Path(__file__).parents[1] / "twelve.txt"
TWELVE = SCRIPT.read_text(encoding="utf-8").splitlines()


def hold(folder, program=run, script=SCRIPT):
    """Runs a script; returns the folder it wrote and what it printed, line by line."""
    words = ("--script", script, "--out", folder / "out", "--seed", 2, "--json")
    done = program("chat", *words, "--data-dir", folder / "kept")
    assert done.returncode == 0, done.stderr
    return folder / "out", [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    return hold(tmp_path_factory.mktemp("twelve"))


def versions(rows):
    return [version for row in rows for version in row["versions"]]


def pixels(path):
    with Image.open(path) as file:
        return np.asarray(file).astype(int)


def test_every_message_is_one_object_of_the_promised_kind(held):
    _, rows = held
    assert [row["message"] for row in rows] == TWELVE
    for row in rows:
        assert set(row) == {"message", "actions", "versions", "reply", "seconds"}
        assert row["actions"]
        assert row["reply"]
        assert row["seconds"] > 0
    for version in versions(rows):
        assert set(version) == {
            "number", "parent", "seed", "prompt", "image", "mask", "sha256", "receipt",
        }  # fmt: skip


def test_every_message_is_understood(held):
    _, rows = held
    assert [[action["action"] for action in row["actions"]] for row in rows] == [
        ["generate"], ["inpaint"], ["undo"], ["redo"], ["add"], ["remove"], ["replace"],
        ["restyle"], ["variation"], ["goto", "add"], ["answer"], ["set_param"],
    ]  # fmt: skip


def test_every_message_does_what_it_says(held):
    _, rows = held
    assert [len(row["versions"]) for row in rows] == [1, 1, 0, 0, 1, 1, 1, 1, 2, 1, 0, 1]
    assert [v["number"] for v in versions(rows)] == list(range(1, 11))
    assert [v["parent"] for v in versions(rows)] == [None, 1, 2, 3, 4, 5, 5, 5, 1, 1]
    assert "version 1 again" in rows[2]["reply"]
    assert "version 2 again" in rows[3]["reply"]


def test_the_seed_is_told_and_set(held):
    _, rows = held
    assert versions(rows)[0]["seed"] == 2
    assert "seed 2" in rows[10]["reply"]
    assert versions(rows)[-1]["seed"] == 7


def test_the_folder_holds_what_the_lines_name_and_nothing_else(held):
    folder, rows = held
    names = {"conversation.json", "inputs"}
    names |= {v[kind] for v in versions(rows) for kind in ("image", "mask") if v[kind]}
    assert {path.name for path in folder.iterdir()} == names
    kept = json.loads((folder / "conversation.json").read_text(encoding="utf-8"))
    assert [v["sha256"] for v in kept["versions"]] == [v["sha256"] for v in versions(rows)]


def test_hashes_are_those_that_a_stranger_can_check(held):
    folder, rows = held
    for version in versions(rows):
        with Image.open(folder / version["image"]) as file:
            head = f"{file.mode} {file.width}x{file.height} ".encode()
            assert hashlib.sha256(head + file.tobytes()).hexdigest() == version["sha256"]


def test_pictures_carry_the_recipe_that_is_told(held):
    folder, rows = held
    for version in versions(rows):
        recipe = read_recipe(folder / version["image"])
        assert recipe is not None
        assert (recipe.seed, recipe.prompt) == (version["seed"], version["prompt"])


def test_local_edits_change_nothing_outside_their_mask(held):
    folder, rows = held
    edits = [version for version in versions(rows) if version["mask"]]
    assert [version["number"] for version in edits] == [2, 3, 4, 5, 9, 10]
    for version in edits:
        parent = pixels(folder / f"{version['parent']:03d}.png")
        changed = np.abs(pixels(folder / version["image"]) - parent).max(axis=2)
        outside = pixels(folder / version["mask"]) == 0
        assert outside.any()
        assert changed[outside].max() == version["receipt"]["max_outside"] == 0
        assert version["receipt"]["changed_fraction"] == pytest.approx((changed > 0).mean())
        assert (changed > 0).mean() > 0.005


def test_what_has_no_mask_promises_nothing_about_the_rest(held):
    _, rows = held
    for version in versions(rows):
        promised = version["receipt"] is not None and version["receipt"]["max_outside"] is not None
        assert promised == (version["mask"] is not None)


def test_a_darker_sky_is_darker(held):
    folder, _ = held
    first, second = (pixels(folder / name)[:60].mean() for name in ("001.png", "002.png"))
    assert second < 0.9 * first


def test_replaying_the_moved_folder_gives_the_same_pictures(held, tmp_path):
    folder, _ = held
    shutil.copytree(folder, tmp_path / "moved")
    done = run("replay", tmp_path / "moved", "--data-dir", tmp_path / "empty")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of 10" in done.stdout


@pytest.mark.slow
def test_replaying_a_folder_with_another_picture_in_it_tells(held, tmp_path):
    folder, _ = held
    shutil.copytree(folder, tmp_path / "moved")
    Image.new("RGB", (256, 256)).save(tmp_path / "moved" / "001.png")
    done = run("replay", tmp_path / "moved")
    told = [line for line in done.stdout.splitlines() if "001.png is not the one" in line]
    assert [line.split(":")[0] for line in told] == [f"Version {n}" for n in (1, 2, 9, 10)]
    assert (done.returncode, "6 of 10" in done.stdout) == (1, True)


@pytest.mark.parametrize("messages", [5, pytest.param(12, marks=pytest.mark.slow)])
def test_a_program_of_its_own_gives_the_same_hashes(held, tmp_path, messages):
    _, rows = held
    script = tmp_path / "script.txt"
    script.write_text("\n".join(TWELVE[:messages]), encoding="utf-8")
    _, again = hold(tmp_path, program=start, script=script)
    assert [v["sha256"] for v in versions(again)] == [
        v["sha256"] for v in versions(rows[:messages])
    ]


def test_what_is_added_and_taken_away_again_leaves_the_very_bytes_there_were(tmp_path):
    lines = ("a dog in a meadow under a blue sky", "add a tree on the right", "remove the tree")
    script = tmp_path / "script.txt"
    script.write_text("\n".join(lines), encoding="utf-8")
    words = ("--script", script, "--out", tmp_path / "out", "--seed", 2, "--json")
    done = run("chat", *words, "--data-dir", tmp_path / "kept")
    assert done.returncode == 0, done.stderr
    first, with_tree, without = versions([json.loads(row) for row in done.stdout.splitlines()])
    assert with_tree["sha256"] != first["sha256"] == without["sha256"]
