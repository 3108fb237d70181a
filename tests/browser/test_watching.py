"""The attention panel: a picture's denoising replayed step by step."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERYWHERE, SERIOUS

pytestmark = pytest.mark.browser


@EVERYWHERE
def test_a_picture_is_watched_step_by_step_and_word_by_word(visit, size):
    person = visit(size)
    person.say("a house under a tree", then="Version 1 · seed")
    person.page.get_by_text("How it was painted").click()
    person.page.get_by_role("button", name="Watch it being painted").click()
    panel = person.page.locator("#watching")
    panel.get_by_text("came out the same again, to the last pixel").wait_for()
    picture = panel.locator("#frame img")
    expect(picture).to_have_attribute("alt", "The picture after step 20")
    person.shoot("20-watched")
    panel.get_by_label("number input for Step").fill("2")
    panel.get_by_label("number input for Step").press("Enter")
    expect(picture).to_have_attribute("alt", "The picture after step 2")
    panel.get_by_label("house", exact=True).check()
    expect(picture).to_have_attribute("alt", "Bright where the model looked for “house”")
    person.shoot("21-where-it-looked")
    person.is_no_hurdle(SERIOUS)
    person.fits()
    person.press("Close")
    panel.wait_for(state="detached")
    person.say("a bird", then="Version 2 · seed")


@EVERYWHERE
@pytest.mark.slow
def test_what_was_opened_meanwhile_stays_open(visit, size):
    person = visit(size)
    person.open_drawer()
    person.page.get_by_label("Steps").fill("4")
    person.say("a house, slowly", then="Version 1 · seed")
    person.page.get_by_text("How it was painted").click()
    person.page.get_by_role("button", name="Watch it being painted").click()
    person.page.get_by_role("button", name="Stop", exact=True).wait_for()
    person.press("Share")
    person.page.locator("#sharing a").wait_for()
    person.page.locator("#watching").wait_for(state="attached")
    person.page.get_by_role("button", name="Submit").wait_for()
    assert person.page.locator("#sharing a").is_visible()
    assert not person.page.locator("#watching").is_visible()
    person.press("Close")
    person.say("a bird", then="Version 2 · seed")
