"""A program holds the same conversation as the page does, by named endpoints."""

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

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


def test_a_program_can_stop_its_painting(client):
    job = client.submit("a boat, slowly", "", api_name="/chat")
    while not job.done():
        client.predict(api_name="/stop")
    assert job.result()["lines"][-1]["text"].startswith("Stopped.")


def test_what_cannot_be_asked_is_said_in_a_sentence(client):
    with pytest.raises(AppError, match="greater than or equal to 1"):
        client.predict("", 0, api_name="/goto")
