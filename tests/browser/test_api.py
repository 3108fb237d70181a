"""A program holds the same conversation as the page does, by named endpoints."""

import base64
import io
import re
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from t2i_chat.core.geometry import Box
from tests.fakes import box_mask

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def client(address):
    """A client of the same server the browsers talk to."""
    with_connection = Client(address, verbose=False)
    yield with_connection
    with_connection.close()


def test_a_program_paints_and_goes_back(client):
    painted = client.predict("a house", "", api_name="/chat")
    assert [line["role"] for line in painted["lines"]] == ["user", "plan", "plan", "assistant"]
    assert painted["version"]["number"] == 1
    mine = painted["conversation"]
    assert client.predict(mine, 2, api_name="/variation")["version"]["number"] == 3
    assert client.predict(mine, 1, api_name="/goto")["version"]["number"] == 1
    assert client.predict(mine, api_name="/undo")["version"]["number"] == 3
    assert client.predict(mine, api_name="/redo")["version"]["number"] == 1


def test_a_program_generates_and_edits_with_seed_mask_and_parent(client):
    first = client.predict("a house", seed=7, api_name="/generate")
    mine = first["conversation"]
    assert first["version"]["recipe"]["seed"] == 7
    assert first["lines"][0]["text"] == "a house"
    client.predict("a boat", mine, api_name="/generate")
    edited = client.predict(
        "a small boat", mine, parent=1, mask=mask(), seed=8, api_name="/edit"
    )["version"]  # fmt: skip
    assert (edited["number"], edited["parent"]) == (3, 1)
    assert edited["recipe"]["seed"] == 8
    assert edited["receipt"]["max_outside"] == 0
    assert edited["receipt"]["changed_fraction"] < 0.2
    new = client.predict("a castle", mine, api_name="/generate")["version"]
    assert new["recipe"]["seed"] not in (7, 8)


def mask():
    """A PNG of the picture's size, white in one corner, in base64."""
    file = io.BytesIO()
    box_mask((256, 256), Box(x0=0, y0=0, x1=64, y1=64)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"parent": 9}, "There is no version 9"),
        ({"mask": "%"}, "not base64"),
        ({"mask": "aGVsbG8="}, "can't read that file"),
        ({"seed": 2**40}, "A seed is a number"),
        ({"conversation": "nowhere"}, "There is no picture"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_in_words(client, wrong, why):
    mine = client.predict("a house", api_name="/generate")["conversation"]
    asked = {"change": "make the sky darker", "conversation": mine} | wrong
    with pytest.raises(AppError, match=why):
        client.predict(**asked, api_name="/edit")


def test_the_example_of_the_readme_works_as_it_stands(address, tmp_path, monkeypatch):
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(from gradio_client.*?)```", readme, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    told = {}
    exec(example.replace("http://127.0.0.1:7860", address), told)  # noqa: S102  what is shown is what is run
    assert told["darker"]["version"]["receipt"]["max_outside"] == 0


def test_a_program_can_stop_its_painting(client):
    job = client.submit("a boat, slowly", "", api_name="/chat")
    while not job.done():
        client.predict(api_name="/stop")
    assert job.result()["lines"][-1]["text"].startswith("Stopped.")


def test_what_cannot_be_asked_is_said_in_a_sentence(client):
    with pytest.raises(AppError, match="greater than or equal to 1"):
        client.predict("", 0, api_name="/goto")
