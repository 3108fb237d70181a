"""With a login set, nothing is visible without it, and everyone sees only their own chats."""

import httpx
import pytest

from tests.browser.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
LOGIN = ("anna", "a:secret")


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A server that asks for a login."""
    with serving(tmp_path_factory.mktemp("data"), T2I_CHAT_AUTH=":".join(LOGIN)) as address:
        yield address


def test_two_who_logged_in_see_only_their_own(visit, closed):
    anna, ben = visit(at=closed, login=LOGIN), visit("phone", at=closed, login=LOGIN)
    anna.say("a house", then="Version 1 · seed")
    ben.say("a boat", then="Version 1 · seed")
    assert "boat" not in anna.page.locator("#talk").inner_text()
    assert not set(anna.pictures()) & set(ben.pictures())
    anna.page.reload()
    anna.sees("a house")
    assert anna.page.locator("#shelf li").count() == 1


@pytest.mark.slow
def test_what_somebody_shared_is_open_to_whoever_has_the_link(closed, visit):
    anna = visit(at=closed, login=LOGIN)
    anna.say("a house", then="Version 1 · seed")
    anna.press("Share")
    link = anna.page.locator("#sharing a").evaluate("a => a.href")
    assert "a house" in httpx.get(link).text
    assert httpx.get(f"{link}/1.png").status_code == 200
    assert httpx.get(f"{closed}s/{'x' * 22}").status_code == 404


def test_nobody_comes_in_without_it(closed, visit):
    anna = visit(at=closed, login=LOGIN)
    anna.say("a house", then="Version 1 · seed")
    [picture] = anna.pictures()
    with httpx.Client(base_url=closed) as stranger:
        assert stranger.get(picture).status_code == 401
        assert stranger.get("config").status_code == 401
        assert "a house" not in stranger.get("").text
        wrong = stranger.post("login", data={"username": "anna", "password": "wrong"})
        assert wrong.status_code == 400
        assert stranger.get("config").status_code == 401
