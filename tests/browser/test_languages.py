"""The captions speak the browser's language, and Arabic from right to left."""

import pytest
from playwright.sync_api import expect

from t2i_chat.ui.languages import CAPTIONS
from tests.browser.conftest import SIZES, violations

pytestmark = pytest.mark.browser

LOCALES = {
    "es-MX": "es", "de-DE": "de", "fr-FR": "fr", "pt-BR": "pt", "zh-CN": "zh", "ja-JP": "ja",
    "hi-IN": "hi", "ar": "ar",
}  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_captions_are_in_the_browsers_language(visit, locale):
    said = CAPTIONS[LOCALES[locale]]
    person = visit("phone", locale=locale)
    expect(person.page.get_by_role("heading", level=2)).to_have_text(said["welcome"])
    box = person.page.get_by_role("textbox", name=said["see"])
    expect(box).to_have_attribute("placeholder", said["paint"])
    person.page.get_by_role("button", name=said["new"], exact=True).wait_for()
    box.fill("a house")
    box.press("Enter")
    person.page.locator("#chat").get_by_text("Version 1 · seed").wait_for()
    expect(box).to_have_attribute("placeholder", said["change"])
    expect(person.page.locator(".deeds [data-deed=vary] span")).to_have_text(said["vary"])
    person.page.get_by_role("button", name=said["advanced"]).click()
    expect(person.page.get_by_label(said["steps"], exact=True)).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_arabic_is_read_from_right_to_left(visit, size):
    person = visit(size, locale="ar")
    person.shoot("23-arabic-first")
    box = person.page.get_by_role("textbox", name=CAPTIONS["ar"]["see"])
    box.fill("a house")
    box.press("Enter")
    person.page.locator("#chat").get_by_text("Version 1 · seed").wait_for()
    person.page.locator("#now .working").wait_for(state="detached")
    person.shoot("24-arabic-painted")
    for part in ("#page", "#talk .prose", "#box textarea"):
        expect(person.page.locator(part).first).to_have_css("direction", "rtl")
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert person.page.evaluate(wide) == 0
    assert violations(person.page) == {}


def test_a_language_we_do_not_speak_is_english(visit):
    person = visit(locale="fi-FI")
    person.say("a house", then="Version 1 · seed")
    assert person.under(1, "4 variations").is_visible()
