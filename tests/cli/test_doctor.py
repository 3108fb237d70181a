"""What an installation lacks is told with what it is lacked for, and no broken library hides it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from t2i_chat.cli.doctor import Finding, findings, lines_of
from t2i_chat.cli.doctor_facts import LIBRARIES, Facts, Gpu, Library, Machine, Model

WHOLE = Facts(
    libraries=tuple(Library(name, "1.0") for name in ("Python", *LIBRARIES)),
    models=(
        Model("language model", "words", "/lib/model.gguf", here=True, embedded=True),
        Model("storybook", "pictures", "/lib/weights", here=True, embedded=True, chosen=True),
        Model("sdxl", "pictures", "stabilityai/sdxl", here=False),
    ),
    machine=Machine(8, 16.0, "/home/me/pictures", True, 90.0, (Gpu("NVIDIA L4", 24.0),)),
)


def with_machine(**changed):
    return replace(WHOLE, machine=replace(WHOLE.machine, **changed))


def with_model(place, **changed):
    models = list(WHOLE.models)
    models[place] = replace(models[place], **changed)
    return replace(WHOLE, models=tuple(models))


def with_library(place, **changed):
    libraries = list(WHOLE.libraries)
    libraries[place] = replace(libraries[place], **changed)
    return replace(WHOLE, libraries=tuple(libraries))


def test_nothing_is_found_where_nothing_is_missing():
    assert list(findings(WHOLE)) == []
    assert list(lines_of(WHOLE, ()))[-1] == "The default installation can paint."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (with_library(1, version=None, fault="No module"), "torch is not installed"),
        (with_library(2, fault="ImportError: cannot"), "diffusers cannot be used (ImportError:"),
        (with_model(0, here=False), "The language model is not at /lib/model.gguf"),
        (with_model(1, here=False), "The storybook is not at /lib/weights"),
        (with_machine(writable=False), "/home/me/pictures cannot be written to"),
        (with_machine(free_disk=0.01), "The disk of /home/me/pictures is full"),
    ],
)
def test_without_what_painting_needs_there_is_one_fatal_sentence(facts, said):
    (found,) = findings(facts)
    assert said in found.sentence
    assert found.fatal
    assert list(lines_of(facts, (found,)))[-1] == "The default installation cannot paint."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (with_machine(gpus=()), "sd15, sdxl-turbo, instruct-pix2pix take minutes, and sdxl, flux"),
        (with_machine(free_disk=5.0), "The 5.0 GB left on the disk are few for models"),
        (with_machine(memory=1.0), "1.0 GB of memory are few"),
        (with_model(2, chosen=True), "The model sdxl of the settings is not here: it is fetched"),
        (with_model(2, chosen=True, source="x.gguf"), "is not here: see how it is written"),
    ],
)
def test_what_other_models_need_is_told_and_not_fatal(facts, said):
    (found,) = findings(facts)
    assert said in found.sentence
    assert not found.fatal


def test_a_mac_is_a_machine_with_a_gpu_and_one_without_torch_is_not_judged():
    assert list(findings(with_machine(gpus=(), mps=True))) == []
    assert list(findings(with_machine(gpus=None))) == []
    assert "  GPU         not known without torch" in lines_of(with_machine(gpus=None), ())


def test_a_person_reads_what_is_there_and_what_is_missing():
    facts = with_library(5, fault="ImportError: no")
    lines = list(lines_of(facts, (Finding("gradio cannot be used."), Finding("Slow.", False))))
    assert "  gradio            1.0  cannot be imported" in lines
    assert "  storybook             pictures        embedded" in lines
    assert "  sdxl                  pictures        not here yet" in lines
    assert "  GPU         NVIDIA L4, 24 GB" in lines
    assert lines[-3:-1] == ["  ✗ gradio cannot be used.", "  · Slow."]


def run(*words, **settings):
    """Runs the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "t2i_chat", "doctor", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        env=os.environ | settings,
    )


@pytest.fixture
def broken(tmp_path):
    """The environment in which no heavy library can be imported: each in a way of its own."""
    (tmp_path / "torch.py").write_text("raise ImportError('libtorch.so is missing')")
    (tmp_path / "diffusers.py").write_text("raise SystemExit(3)")
    (tmp_path / "transformers.py").write_text("import os; os.abort()")
    (tmp_path / "llama_cpp.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    (tmp_path / "gradio.py").write_text("1 / 0")
    found = [str(tmp_path), os.environ.get("PYTHONPATH", ""), str(Path.cwd())]
    return {"PYTHONPATH": os.pathsep.join(filter(None, found))}


def test_broken_libraries_are_lines_and_no_trace(broken, tmp_path):
    done = run("--json", "--data-dir", tmp_path / "pictures", **broken)
    assert done.returncode == 1
    assert done.stderr == ""
    told = json.loads(done.stdout)
    faults = {one["name"]: one["fault"] for one in told["libraries"]}
    assert not told["paints"]
    assert faults == {
        "Python": None,
        "torch": "ImportError: libtorch.so is missing",
        "diffusers": "the import fails without a word",
        "transformers": "the import crashes with SIGABRT",
        "llama-cpp-python": "the import crashes with SIGILL",
        "gradio": "ZeroDivisionError: division by zero",
    }
    assert told["machine"]["gpus"] is None
    assert not (tmp_path / "pictures").exists()


def test_a_folder_that_cannot_be_used_and_models_that_are_not_here_are_told(broken, tmp_path):
    (tmp_path / "file").touch()
    words = ("--data-dir", tmp_path / "file" / "x", "--llm", "no.gguf", "--segmenter", "a/b+c/d")
    done = run(*words, "--profile", "owner/model", **broken)
    assert done.returncode == 1
    assert f"The folder {tmp_path}/file/x cannot be written to" in done.stdout
    for name in ("no.gguf", "a/b", "c/d", "owner/model"):
        assert f"The model {name} of the settings is not here" in done.stdout


@pytest.mark.slow
def test_this_installation_can_paint(tmp_path):
    done = run("--json", "--data-dir", tmp_path)
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    assert told["paints"]
    assert all(library["version"] and not library["fault"] for library in told["libraries"])
    embedded = {model["name"]: model["here"] for model in told["models"] if model["embedded"]}
    names = ("language model", "planner adapter", "segmenter", "storybook")
    assert embedded == dict.fromkeys(names, True)
