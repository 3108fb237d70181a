"""`t2i-chat serve` shows its page first and loads models after it; each in a process of its own."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from t2i_chat.cli.bench_page import OpenedPage, free_port, got, posted

HEAVY = "torch diffusers transformers llama_cpp scipy pandas.core".split()
SERVE = f"""
import sys, time
from pathlib import Path
from t2i_chat import app
from t2i_chat.cli import main

home, port, patience = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])


def quick_kits(settings, store):
    "Tells that loading has begun, and what was imported by then; loads when it may."
    (home / "part").write_text(" ".join(module for module in {HEAVY} if module in sys.modules))
    (home / "part").rename(home / "loading")
    while not (home / "go").exists():
        time.sleep(0.01)
    from tests.browser.server import fakes

    parts = fakes(settings, store)
    return lambda model: parts


app.build_kits, app.PATIENCE = quick_kits, patience
main(["serve", "--port", port, "--data-dir", str(home / "data")])
"""


@contextmanager
def served(home, patience):
    """The address of the program with quick fakes for models."""
    port = str(free_port())
    command = [sys.executable, "-c", SERVE, str(home), port, str(patience)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = server.stdout.readline()
            assert said.startswith("Open http"), said
            yield said.split()[1]
        finally:
            server.kill()


def appears(file: Path) -> str:
    """The text of a file that somebody else is about to write."""
    while not file.exists():  # pytest's own time limit ends it
        time.sleep(0.01)
    return file.read_text()


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A server that nobody hurries, its page, and its folder."""
    home = tmp_path_factory.mktemp("home")
    with served(home, patience=3600) as address:
        yield home, OpenedPage(address), address


def test_models_are_loaded_once_the_first_page_can_be_used_and_nothing_heavy_before(opened):
    home, page, _ = opened
    assert not (home / "loading").exists()
    page.open()
    assert appears(home / "loading") == ""
    assert page.waits()


def test_a_message_sent_at_once_is_answered_when_the_models_are_there(opened):
    home, _, address = opened
    asking = f"{address}gradio_api/call/chat"
    event = posted(asking, {"data": ["a red boat", ""]})["event_id"]
    (home / "go").touch()
    lines = got(f"{asking}/{event}").decode().splitlines()
    assert "event: complete" in lines
    (outcome,) = json.loads(lines[-1 - (lines[-1] == "")].removeprefix("data: "))
    assert outcome["version"]["number"] == 1


def test_models_are_loaded_without_a_page_as_well(tmp_path):
    with served(tmp_path, patience=0.01):
        assert appears(tmp_path / "loading") == ""
