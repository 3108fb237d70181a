"""A person speaks instead of typing, where the browser can listen."""

import pytest
from playwright.sync_api import expect

from t2i_chat.ui.translations import CAPTIONS
from tests.browser.conftest import EVERYWHERE

pytestmark = pytest.mark.browser

LISTENS = """
  window.SpeechRecognition = class {
    start() { window.ear = this; }
    stop() { this.onend(); }
    abort() { this.onerror({ error: "aborted" }); this.onend(); }
    hears(...words) { this.onresult?.({ results: words.map((transcript) => [{ transcript }]) }); }
    fails(error) { this.onerror({ error }); this.onend(); }
  };
"""
"""A browser that hears what the test says."""
DEAF = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"


def listening(visit, *args, **kwargs):
    """Somebody who pressed the button, and the button."""
    person = visit(*args, script=LISTENS, **kwargs)
    button = person.page.locator("#voice button")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    return person, button, person.page.locator("#box textarea")


@EVERYWHERE
def test_what_is_spoken_stands_in_the_box_and_is_sent_like_typed_words(visit, size):
    person, button, box = listening(visit, size)
    expect(person.page.get_by_role("button", name="Speak instead of typing")).to_be_visible()
    assert person.page.evaluate("ear.lang") == "en-US"
    person.page.evaluate("ear.hears('a red')")
    expect(box).to_have_value("a red")
    person.shoot("30-listening")
    person.is_no_hurdle()
    person.page.evaluate("ear.hears('a red house', ' with a tree')")
    expect(box).to_have_value("a red house with a tree")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(person.page.locator("#voice [role=status]")).to_be_empty()
    box.press("Enter")
    person.sees("Version 1 · seed")
    assert person.page.locator("article.you").inner_text() == "a red house with a tree"


@pytest.mark.slow
def test_escape_stops_and_what_was_typed_before_stays(visit):
    person = visit(script=LISTENS)
    button, box = person.page.locator("#voice button"), person.page.locator("#box textarea")
    box.fill("a house")
    button.click()
    person.page.evaluate("ear.hears('under the moon')")
    expect(box).to_have_value("a house under the moon")
    box.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(box).to_have_value("a house under the moon")


@pytest.mark.slow
def test_what_is_heard_after_sending_is_left_out(visit):
    person, button, box = listening(visit)
    person.page.evaluate("ear.hears('a house')")
    box.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    person.page.evaluate("ear.hears('a house')")
    person.sees("Version 1 · seed")
    expect(box).to_have_value("")


@pytest.mark.parametrize(
    ("error", "key"),
    [("not-allowed", "nomicrophone"), ("no-speech", "heardnothing"), ("network", "cannotlisten")],
)
@pytest.mark.slow
def test_what_goes_wrong_is_said_in_words(visit, error, key):
    person, button, _ = listening(visit, "phone", locale="de-AT")
    assert person.page.evaluate("ear.lang") == "de-AT"
    person.page.evaluate("error => ear.fails(error)", error)
    expect(person.page.locator("#voice [role=status]")).to_have_text(CAPTIONS["de"][key])
    expect(button).to_have_attribute("aria-pressed", "false")
    person.shoot(f"31-{error}")
    button.click()
    expect(person.page.locator("#voice [role=status]")).to_have_text(CAPTIONS["de"]["listening"])


@EVERYWHERE
@pytest.mark.slow
def test_there_is_no_button_where_the_browser_cannot_listen(visit, size):
    person = visit(size, script=DEAF)
    assert not person.page.locator("#voice").is_visible()
