"""Comparing two versions: slider, heat map of their difference."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERYWHERE, SERIOUS

pytestmark = pytest.mark.browser


@EVERYWHERE
def test_before_and_after_lie_under_one_slider(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")
    person.say("a castle", then="Version 3 · seed")
    person.under(2, "Compare").click()
    panel = person.page.locator("#comparing")
    panel.get_by_text("Nothing else changed: checked pixel by pixel.").wait_for()
    expect(panel.locator("img")).to_have_count(2)
    person.shoot("15-compared")
    was = panel.locator("img").last.get_attribute("src")
    panel.get_by_label("Show where they differ").check()
    expect(panel.locator("img").last).not_to_have_attribute("src", was)
    expect(panel.locator("img").last).to_have_js_property("complete", value=True)
    person.shoot("16-where-they-differ")
    person.is_no_hurdle(SERIOUS)
    person.fits()
    panel.get_by_label("Right").click()
    person.page.get_by_role("option", name="3 · a castle").click()
    panel.get_by_text("of the picture differs.").wait_for()
    person.press("Close")
    panel.wait_for(state="detached")
    person.say("a bird", then="Version 4 · seed")


@EVERYWHERE
def test_versions_have_stars_and_names(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("a castle", then="Version 2 · seed")
    person.under(1, "Star").click()
    expect(person.under(1, "Star")).to_have_attribute("aria-pressed", "true")
    person.under(1, "Name").click()
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    expect(box).to_have_value("Call version 1 ")
    person.say("Call version 1 home", then="Version 1 is called “home” now.")
    person.page.get_by_text("Version 1 · home · seed").first.wait_for()
    person.page.get_by_role("button", name="Go to version 1, with a star: home: a house").wait_for()
    person.shoot("17-stars-and-names")
    person.is_no_hurdle(SERIOUS)
    person.under(1, "Star").click()
    expect(person.under(1, "Star")).to_have_attribute("aria-pressed", "false")
