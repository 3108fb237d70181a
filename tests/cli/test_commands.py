"""The command line answers wrong words with one sentence and a non-zero exit, at once."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile

import pytest
from PIL import Image

from t2i_chat import __version__
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Recipe, Region, pixels_sha256
from t2i_chat.imaging.png_metadata import png_info
from t2i_chat.store import SqlStore
from tests.program import run, start


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["serve", "--profile", "nosuch"], {}, "There is no model “nosuch” here"),
        (["serve", "--auth", "hunter2"], {}, "The setting T2I_CHAT_AUTH (command line)"),
        (["serve", "--port", "99999"], {}, "The setting T2I_CHAT_PORT (command line)"),
        (["plan", "hi"], {"T2I_CHAT_PORT": "abc"}, "The setting T2I_CHAT_PORT (environment)"),
        (["plan", "hi"], {"T2I_CHAT_LLM": "/nowhere.gguf"}, "There is no file /nowhere.gguf."),
        (["plan"], {}, "Say a message, or --batch IN.jsonl --out OUT.jsonl."),
        (["plan", "--batch", "/nowhere", "--out", "x"], {}, "There is no file /nowhere."),
        (["plan", "hi", "--context", "/nowhere"], {}, "There is no file /nowhere."),
        (["chat", "--script", "/nowhere.txt"], {}, "There is no file /nowhere.txt."),
        (["chat", "--script", "/nowhere.txt", "--json"], {}, "say where the pictures go: --out"),
        (["replay", "/nowhere"], {}, "There is nothing at /nowhere."),
        (["inspect", "/nowhere.png"], {}, "There is no file /nowhere.png."),
        (["inspect", __file__], {}, "I can't read that file as a picture."),
        (["compare", "/nowhere.png", "/nowhere.png"], {}, "There is no file /nowhere.png."),
        (["export", "/nowhere.png", "--out", "x"], {}, "There is no file /nowhere.png."),
        (["edit", "/nowhere.png", "darker", "--out", "x.png"], {}, "There is no file /nowhere.png"),
        (["generate", "a dog", "--out", "/nowhere/x.png"], {}, "There is no folder /nowhere."),
        (["generate", "a dog"], {}, "Missing option '--out'"),
        (["generate", "", "--out", "x.png"], {}, "Tell me what to paint"),
        (["generate", "?!", "--out", "x.png"], {}, "I see only signs there."),
        (["generate", "dog " * 5000, "--out", "x.png"], {}, "That is too long for me"),
        (["generate", "hardcore porn", "--out", "x.png"], {}, "I don't paint nudity or sex."),
        (["generate", "a dog", "--seed", "banana", "--out", "x.png"], {}, "valid integer"),
        (["generate", "a dog", "--steps", "0", "--out", "x.png"], {}, "Invalid value for '--steps"),
        (["generate", "a dog", "--steps", "10000", "--out", "x.png"], {}, "Invalid value for '--s"),
        (["generate", "a dog", "--size", "banana", "--out", "x.png"], {}, "A size is written"),
        (["paint", "a dog"], {}, "No such command 'paint'"),
    ],
)
def test_wrong_words_get_one_sentence(words, settings, said, tmp_path):
    done = run(*words, folder=tmp_path, **settings)
    assert done.returncode != 0
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_real_start_ends_with_the_same_sentence_and_exit(tmp_path):
    done = start("plan", folder=tmp_path)
    assert done == (2, "", "Invalid value: Say a message, or --batch IN.jsonl --out OUT.jsonl.\n")
    assert start("version").stdout == f"{__version__}\n"


def test_a_taken_port_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = start("serve", "--port", port, "--data-dir", tmp_path)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_are_printed_with_their_source_and_without_secrets(tmp_path):
    (tmp_path / ".env").write_text("T2I_CHAT_PROFILE=sd15\n")
    words = ("settings", "--host", "0.0.0.0")  # noqa: S104  printed, not bound
    done = run(*words, folder=tmp_path, T2I_CHAT_AUTH="anna:hunter2", T2I_CHAT_PROFILE="sdxl")
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert lines["T2I_CHAT_PROFILE"].split()[1:] == ["sd15", ".env"]
    assert lines["T2I_CHAT_HOST"].endswith("command line")
    assert lines["T2I_CHAT_AUTH"].endswith("environment")
    assert lines["T2I_CHAT_PORT"].split()[1:] == ["7860", "default"]
    assert "hunter2" not in done.stdout + done.stderr
    as_json = json.loads(run(*words, "--json", folder=tmp_path).stdout)
    assert as_json["profile"] == {"value": "sd15", "source": ".env"}


def test_models_are_listed_with_where_they_are():
    known = {model["profile"]: model for model in json.loads(run("models", "--json").stdout)}
    assert known["storybook"]["here"]
    assert known["sdxl-turbo"]["source"] == "stabilityai/sdxl-turbo"
    assert run("models").stdout.count("\n") == len(known) + 1


def test_the_version_is_printed():
    assert run("version").stdout == f"{__version__}\n"


def opened(path):
    with Image.open(path) as file:
        return file.convert("RGB")


@pytest.fixture
def painted(tmp_path):
    """A PNG with a recipe inside."""
    recipe = Recipe(model="storybook", kind="text-to-image", prompt="[a] fox", seed=7,
                    size=Size(width=32, height=32))  # fmt: skip
    Image.new("RGB", (32, 32), "teal").save(tmp_path / "fox.png", pnginfo=png_info(recipe))
    return tmp_path / "fox.png"


def test_a_recipe_is_shown_to_people_and_to_programs(painted):
    shown = run("inspect", painted).stdout
    assert "[a] fox" in shown
    assert "32x32 pixels" in shown
    found = json.loads(run("inspect", painted, "--json").stdout)
    assert (found["recipe"]["prompt"], found["recipe"]["seed"]) == ("[a] fox", 7)
    assert found["sha256"] == pixels_sha256(opened(painted))


def test_a_layout_is_shown_in_lines(tmp_path):
    regions = (
        Region(prompt="a red house on grass", box=Box(x0=8, y0=16, x1=72, y1=96), noun="house"),
        Region(prompt="a dog on grass", box=Box(x0=80, y0=64, x1=120, y1=96), noun="dog", seed=3),
    )
    recipe = Recipe(
        model="storybook", kind="text-to-image", size=Size(width=128, height=128),
        layout=Layout(backdrop="grass", regions=regions, seed=5),
    )  # fmt: skip
    Image.new("RGB", (128, 128)).save(tmp_path / "x.png", pnginfo=png_info(recipe))
    shown = run("inspect", tmp_path / "x.png").stdout
    assert [line for line in shown.splitlines() if "grass" in line] == [
        "backdrop           grass, seed 5",
        "part 1             a red house on grass, 64x80 pixels at 8, 16",
        "part 2             a dog on grass, 40x32 pixels at 80, 64, seed 3",
    ]
    assert "{" not in shown


def test_a_conversation_is_saved_with_its_pictures_or_without(tmp_path):
    recipe = Recipe(model="nosuch", kind="text-to-image", size=Size(width=32, height=32))
    with SqlStore(tmp_path / "home") as store:
        conversation = store.new_conversation()
        fox = Image.new("RGB", (32, 32), "teal")
        store.add_version(
            conversation, image=fox, recipe=recipe, parent=None, caption="", summary=""
        )
    held = {}
    for flag in ("--pictures", "--no-pictures"):
        out = tmp_path / f"{flag}.zip"
        words = ("save", conversation, "--out", out, flag, "--data-dir", tmp_path / "home")
        assert run(*words).stdout.strip() == str(out)
        held[flag] = zipfile.ZipFile(out).namelist()
    assert held["--pictures"] == ["001.png", "conversation.json"]
    assert held["--no-pictures"] == ["conversation.json"]
    refused = run("import", tmp_path / "--no-pictures.zip", "--data-dir", tmp_path / "other")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "There is no model “nosuch” here" in refused.stderr
    with SqlStore(tmp_path / "other") as other:
        assert other.conversations() == []


def test_two_pictures_are_compared(painted, tmp_path):
    changed = opened(painted)
    changed.putpixel((3, 4), (0, 0, 0))
    changed.save(tmp_path / "changed.png")
    done = run("compare", painted, tmp_path / "changed.png", "--out", tmp_path / "heat.png")
    assert done.stdout == "0.10% of the pixels differ, by at most 128 of 255\n"
    assert len(set(opened(tmp_path / "heat.png").getpixel((3, 4)))) > 1
    changed.resize((16, 16)).save(tmp_path / "small.png")
    done = run("compare", painted, tmp_path / "small.png")
    assert (done.returncode, done.stdout) == (1, "")
    assert "differ in size" in done.stderr


@pytest.mark.parametrize("command", ["inspect", "replay", "export"])
def test_a_picture_without_a_recipe_is_told(tmp_path, command):
    Image.new("RGB", (32, 32)).save(tmp_path / "x.png")
    done = run(command, tmp_path / "x.png", *(["--out", tmp_path] if command == "export" else []))
    assert done.returncode == 1
    assert "carries no recipe" in done.stderr


@pytest.mark.weights
def test_the_page_asks_for_user_and_password_and_tells_nobody(tmp_path):
    command = [sys.executable, "-u", "-m", "t2i_chat", "serve", "--port", "0", "--data-dir"]
    secret = {"T2I_CHAT_AUTH": "anna:hunter2"}
    with subprocess.Popen(
        [*command, tmp_path], env=os.environ | secret, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as server:  # fmt: skip
        said = []
        for line in server.stdout:
            said.append(line)
            if line.startswith("Open http"):
                break
        address = said[-1].split()[1]
        with pytest.raises(urllib.error.HTTPError, match="401") as refused:
            urllib.request.urlopen(f"{address}config")  # noqa: S310  our own address
        refused.value.close()
        login = b"username=anna&password=hunter2"
        with urllib.request.urlopen(f"{address}login", login) as answer:  # noqa: S310  as above
            assert answer.status == 200
        server.kill()
        said += server.stdout.readlines()
    assert "hunter2" not in "".join(said)


@pytest.mark.weights
def test_a_picture_is_painted_inspected_and_replayed(tmp_path):
    how = ("--seed", 7, "--steps", 3, "--size", "96x80", "--no-enrich", "--negative", "fog")
    done = run("generate", "a red house", *how, "--out", "x.png", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    picture = opened(tmp_path / "x.png")
    assert picture.size == (96, 80)
    recipe = json.loads(run("inspect", tmp_path / "x.png", "--json").stdout)["recipe"]
    assert (recipe["prompt"], recipe["negative_prompt"]) == ("a red house", "fog")
    assert (recipe["seed"], recipe["num_inference_steps"]) == (7, 3)
    assert run("replay", tmp_path / "x.png").returncode == 0
    picture.putpixel((0, 0), (1, 2, 3))
    picture.save(tmp_path / "x.png", pnginfo=png_info(Recipe.model_validate(recipe)))
    assert run("replay", tmp_path / "x.png").returncode == 1


@pytest.mark.weights
def test_a_conversation_saved_without_pictures_is_taken_in_painted_again(tmp_path):
    (tmp_path / "script.txt").write_text("a red house\nwrite OPEN at the bottom\n")
    words = ("--script", "script.txt", "--seed", 7, "--data-dir", "here", "--out", "talk")
    done = run("chat", *words, folder=tmp_path)
    conversation = done.stdout.split()[1]
    hashes = [line.split()[1] for line in done.stdout.splitlines() if "  sha256" in line]
    words = ("--out", "talk.zip", "--no-pictures", "--data-dir", "here")
    assert run("save", conversation, *words, folder=tmp_path).returncode == 0
    done = run("import", "talk.zip", "--data-dir", "there", folder=tmp_path)
    assert done.stdout == f"{conversation}\n", done.stderr
    assert done.stderr.splitlines() == [f"Version {n}: the same picture." for n in (1, 2)]
    with SqlStore(tmp_path / "there") as store:
        assert [version.sha256 for version in store.versions(conversation)] == hashes


@pytest.mark.weights
def test_a_picture_brought_along_is_edited_within_its_mask(tmp_path):
    Image.effect_noise((128, 96), 60).convert("RGB").save(tmp_path / "mine.jpg", quality=95)
    mask = Image.new("L", (128, 96))
    mask.paste(255, (20, 20, 60, 60))
    mask.save(tmp_path / "mask.png")
    done = run("edit", "mine.jpg", "add a sun", "--mask", "mask.png", "--out", "out.png",
               "--data-dir", "kept", folder=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "max_outside 0" in done.stdout
    before, after = (opened(tmp_path / name) for name in ("mine.jpg", "out.png"))
    assert before.crop((75, 0, 128, 96)).tobytes() == after.crop((75, 0, 128, 96)).tobytes()
    assert before.tobytes() != after.tobytes()
    assert done.stderr == "I'll add a sun and leave the rest alone.\n"
    again = run("replay", "out.png", "--data-dir", "kept", folder=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr


@pytest.mark.weights
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a picture", "I can't read that file as a picture."),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "picture"),
    ],
)
def test_an_edit_of_no_picture_is_told(tmp_path, content, said):
    (tmp_path / "x.png").write_bytes(content)
    done = run("edit", "x.png", "darker", "--out", "out.png", "--data-dir", "kept", folder=tmp_path)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / "out.png").exists()


@pytest.mark.weights
def test_a_message_is_read_against_its_context(tmp_path):
    row = {
        "context": [
            {"role": "user", "text": "a house under a blue sky"},
            {"role": "assistant", "text": "v1 = a house under a blue sky"},
        ],
        "current": 1,
    }
    (tmp_path / "row.json").write_text(json.dumps(row, indent=1))
    done = run("plan", "make the sky darker", "--context", "row.json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["actions"][0]["action"] == "inpaint"
    assert "sky" in done.stderr


@pytest.mark.weights
@pytest.mark.parametrize(
    ("message", "action"),
    [("make the sky darker", "inpaint"), ("a red house under a blue sky with a tree", "generate")],
)
def test_without_a_context_a_message_is_about_a_picture_brought_along(message, action):
    done = run("plan", message)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["actions"][0]["action"] == action


@pytest.mark.weights
def test_a_batch_of_messages_becomes_a_batch_of_plans(tmp_path):
    rows = [{"id": "a", "text": "undo"}, {"id": "b", "context": [], "utterance": "v2"}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run("plan", "--batch", "in.jsonl", "--out", "out.jsonl", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    plans = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [plan["id"] for plan in plans] == ["a", "b"]


@pytest.mark.parametrize("line", ["no json", "[1]"])
def test_a_row_that_is_none_is_told_by_its_line(tmp_path, line):
    (tmp_path / "in.jsonl").write_text(f'{{"id": "a", "text": "undo"}}\n{line}\n')
    done = run("plan", "--batch", "in.jsonl", "--out", "out.jsonl", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("Line 2 of in.jsonl is not")


@pytest.mark.weights
def test_lines_on_standard_input_are_a_conversation(tmp_path):
    done = run("chat", "--data-dir", tmp_path, spoken="undo\n\nwhat seed was that?\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("> ") == 2
