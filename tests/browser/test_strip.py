"""The parameter sweep panel: a picture at three values of one number."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERYWHERE, SERIOUS

pytestmark = pytest.mark.browser


@EVERYWHERE
def test_a_picture_is_seen_at_three_values_of_a_number(visit, size):
    person = visit(size)
    person.say("a house under a tree", then="Version 1 · seed")
    person.page.get_by_text("How it was painted").click()
    buttons = person.page.get_by_role("button", name="Show me the difference")
    assert buttons.count() == 2
    person.shoot("22-how")
    buttons.last.click()
    panel = person.page.locator("#stripping")
    expect(panel.locator("figcaption b")).to_have_text(
        ["Guidance 1.5", "Guidance 4", "Guidance 12"]
    )
    expect(panel.locator("figure.own")).to_contain_text("Your picture.")
    person.shoot("23-guidance")
    person.is_no_hurdle(SERIOUS)
    person.fits()
    last = panel.get_by_alt_text("Version 1 at guidance 12")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    person.press("Close")
    panel.wait_for(state="detached")
    person.say("a bird", then="Version 2 · seed")


@pytest.mark.slow
def test_stop_ends_it_and_nothing_is_kept(visit):
    person = visit()
    person.say("a house slowly", then="Version 1 · seed")
    person.page.get_by_text("How it was painted").click()
    person.page.get_by_role("button", name="Show me the difference").first.click()
    person.press("Stop")
    person.sees("Stopped.")
    expect(person.page.locator("#stripping")).to_have_count(0)
    assert person.page.locator("#shelf button").count() == 1
