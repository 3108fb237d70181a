"""The command line answers wrong words with a sentence and a non-zero exit, at once."""

import os
import socket
import subprocess
import sys

import pytest


def run(*words, spoken="", **settings):
    """Runs the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "t2i_chat", *words],
        input=spoken,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | settings,
    )


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["serve", "--model", "nosuch"], {}, "There is no model “nosuch”"),
        (["plan", "hi"], {"T2I_PORT": "abc"}, "The setting T2I_PORT cannot be used"),
        (["plan", "hi"], {"T2I_LLM": "/nowhere.gguf"}, "/nowhere.gguf"),
        (["chat", "/nowhere.txt"], {}, "There is no file"),
        (["replay", "/nowhere"], {}, "/nowhere"),
        (["paint", "a dog", "-o", "/nowhere/x.png"], {}, "There is no folder"),
        (["paint", "a dog", "--seed", "banana"], {}, "parse string as an integer"),
    ],
)
def test_wrong_words_get_a_sentence(words, settings, said):
    done = run(*words, **settings)
    assert done.returncode != 0
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, "--home", str(tmp_path))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.weights
def test_a_message_is_read_against_a_picture():
    done = run("plan", "make the sky darker", "--picture", "a house under a blue sky")
    assert done.returncode == 0
    assert '"inpaint"' in done.stdout


@pytest.mark.weights
def test_lines_on_standard_input_are_a_conversation(tmp_path):
    done = run("chat", "--home", str(tmp_path), spoken="undo\n\nwhat seed was that?\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("> ") == 2
