"""The same page with the embedded models behind it: what somebody sees who just starts it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERYWHERE, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.weights,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def embedded_address(tmp_path_factory):
    """A server with the real parts."""
    with serving(tmp_path_factory.mktemp("home"), parts="embedded") as found:
        yield found


@EVERYWHERE
def test_a_picture_is_painted_and_its_sky_is_changed(visit, embedded_address, size):  # noqa: PLR0915  one story, from the first word to the share
    person = visit(size, at=embedded_address)
    person.page.set_default_timeout(120_000)
    person.shoot("embedded-1-first")
    person.say("a castle under a blue sky")
    person.page.locator("#now progress").wait_for()
    person.shoot("embedded-2-painting")
    person.sees("Version 1 · seed")
    person.shoot("embedded-3-painted")
    person.say("make the sky darker")
    person.page.locator("#now .edge path").wait_for(state="attached")
    person.shoot("embedded-12-outlined")
    person.sees("Nothing else changed: checked pixel by pixel.")
    person.shoot("embedded-4-edited")
    person.touch(0.9, 0.1)
    person.edits()
    person.shoot("embedded-13-touched")
    person.press("Cancel")
    person.mark(2)
    person.shoot("embedded-5-marked")
    person.say("a red house", then="Version 3 · seed")
    person.shoot("embedded-6-painted-there")
    person.under(2, "4 variations").click()
    person.sees("Version 7 · seed")
    person.shoot("embedded-7-variations")
    assert len(set(person.pictures())) == 7
    person.open_drawer()
    person.shoot("embedded-8-advanced")
    person.press("Advanced ▼")
    told = person.page.locator("details.how").first
    told.locator("summary").click()
    told.scroll_into_view_if_needed()
    assert told.locator("kbd").count() > 5
    person.shoot("embedded-9-how")
    told.get_by_role("button", name="Watch it being painted").click()
    person.page.locator("#frame img").wait_for()
    person.shoot("embedded-14-watched")
    person.press("Close")
    told.get_by_role("button", name="Show me the difference").last.click()
    expect(person.page.locator("#strip img")).to_have_count(3)
    person.shoot("embedded-15-difference")
    person.press("Close")
    person.press("Conversations")
    person.page.locator("#talks li").wait_for()
    person.shoot("embedded-10-conversations")
    person.press("Share")
    link = person.page.locator("#sharing a").evaluate("a => a.href")
    person.page.goto(link)
    for picture in person.page.locator("figure img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
    person.page.evaluate("scrollTo(0, 0)")
    person.shoot("embedded-11-shared")
