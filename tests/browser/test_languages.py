"""The page speaks the browser's language, and Arabic from right to left."""

import pytest
from playwright.sync_api import expect

from t2i_chat.ui.translations import CAPTIONS
from tests.browser.conftest import EVERYWHERE, Visit

pytestmark = pytest.mark.browser

LOCALES = {
    "es-MX": "es", "de-DE": "de", "fr-FR": "fr", "pt-BR": "pt", "zh-CN": "zh", "ja-JP": "ja",
    "hi-IN": "hi", "ar": "ar",
}  # fmt: skip


def slow(locale):
    """A language that is tried in the slow tier."""
    return pytest.param(locale, marks=pytest.mark.slow)


READ = """() => {
  const said = "article > p, [data-say], .how dd, kbd, #talks b, #sharing a";
  const found = [];
  for (const part of document.querySelectorAll("body *")) {
    if (!part.checkVisibility() || (part.closest(said) && !part.closest("[data-i18n]"))) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (part.getAttribute(name)) found.push(part.getAttribute(name));
    for (const node of part.childNodes)
      if (node.nodeType === Node.TEXT_NODE) found.push(node.data.trim());
    if (part.matches("input[role=combobox]")) found.push(part.value);
  }
  return [...found, document.title];
}"""
"""All words on the page, but for what was said and the words of captions."""
SAID = """
a / dark / sky / house / light / a house / a house, soft morning light / a house with a dark sky /
a boat, slowly, soft morning light / 1 · a house / 2 · a house with a dark sky /
storybook / JPEG / Version 1 / Version 2
"""
THE_SAME = set(SAID.strip().replace(" /\n", " / ").split(" / "))
"""What may stand in two languages alike: names, and what was said."""


def walked(person, language):
    """All words seen on a way through the page."""
    said, seen = CAPTIONS[language], set()
    page = person.page

    def look(state):
        person.shoot(f"28-{language}-{state}")
        seen.update(page.evaluate(READ))

    def send(words, versions):
        box = page.locator("#box textarea")
        box.fill(words)
        box.press("Enter")
        page.wait_for_function(
            "n => document.querySelectorAll('#talk figure').length >= n", arg=versions
        )
        page.locator("#box .submit-button").wait_for()

    look("welcome")
    send("a house", 1)
    look("painted")
    send("make the sky darker", 2)
    page.locator("details.how summary").last.click()
    page.locator("#drawer > button").click()
    page.get_by_label(said["lock"]).wait_for()
    look("edited")
    page.locator("#drawer > button").click()
    page.get_by_role("button", name=said["mark"], exact=True).click()
    page.locator("#brush canvas").first.wait_for()
    look("marking")
    page.locator("#unmark").click()
    page.locator("[data-deed=compare]").last.click()
    page.locator("#comparing img").first.wait_for()
    look("comparing")
    page.locator("#share").click()
    page.locator("#sharing a").wait_for()
    look("sharing")
    page.locator("#open").click()
    page.locator("#talks li").wait_for()
    look("conversations")
    page.locator("#library .sm", has_text=said["close"]).last.click()
    page.locator("[data-deed=watch]").last.click()
    page.locator("#watching #frame img").wait_for()
    look("watching")
    page.locator("#unwatch").click()
    box = page.locator("#box textarea")
    box.fill("a boat, slowly")
    box.press("Enter")
    page.locator("#now progress").wait_for()
    look("painting")
    page.locator("#box .stop-button").click()
    page.locator("#box .submit-button").wait_for()
    return {words for words in seen if any(letter.isalpha() for letter in words)}


@pytest.fixture(scope="module")
def in_english(windows, address):
    """All words of the page in English."""
    person = Visit(windows, address)
    yield walked(person, "en")
    person.leave()


@pytest.mark.parametrize("locale", ["de-DE", "zh-CN", "ar"])
@pytest.mark.slow
def test_no_word_of_the_page_is_left_in_english(visit, in_english, locale):
    assert len(in_english) > 100
    left = walked(visit(locale=locale), LOCALES[locale]) & in_english
    assert sorted(left - THE_SAME) == []


@pytest.mark.parametrize("locale", ["ja-JP", *(slow(name) for name in LOCALES if name != "ja-JP")])
def test_captions_are_in_the_browsers_language(visit, locale):
    said = CAPTIONS[LOCALES[locale]]
    person = visit("phone", locale=locale)
    expect(person.page.get_by_role("heading", level=2)).to_have_text(said["welcome"])
    box = person.page.get_by_role("textbox", name=said["see"])
    expect(box).to_have_attribute("placeholder", said["paint"])
    person.page.get_by_role("button", name=said["new"], exact=True).wait_for()
    box.fill("a house")
    box.press("Enter")
    note = person.page.locator("figcaption [data-i18n=note]")
    expect(note).to_contain_text(said["note"].partition("{")[0])
    expect(box).to_have_attribute("placeholder", said["change"])
    expect(person.page.locator(".deeds [data-deed=vary] span")).to_have_text(said["vary"])
    person.page.get_by_role("button", name=said["advanced"]).click()
    expect(person.page.get_by_label(said["steps"], exact=True)).to_be_visible()


@pytest.mark.parametrize("locale", ["ja-JP"])
@pytest.mark.slow
def test_a_first_picture_is_asked_for_in_the_words_under_it(visit, locale):
    person = visit(locale=locale)
    words = CAPTIONS[LOCALES[locale]]["first2"]
    person.page.get_by_role("button", name=words).click()
    expect(person.page.locator("article.you")).to_have_text(words)
    expect(person.page.locator("#talk figure img")).to_have_attribute(
        "alt", "a penguin on snowy ground"
    )


@EVERYWHERE
def test_arabic_is_read_from_right_to_left(visit, size):
    person = visit(size, locale="ar")
    said = CAPTIONS["ar"]
    person.shoot("23-arabic-first")
    box = person.page.get_by_role("textbox", name=said["see"])
    box.fill("a house")
    box.press("Enter")
    person.page.locator("#talk figure").wait_for()
    person.page.locator("#now .working").wait_for(state="detached")
    person.shoot("24-arabic-painted")
    for part in ("#page", "#talk .prose", "#box textarea"):
        expect(person.page.locator(part).first).to_have_css("direction", "rtl")
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert person.page.evaluate(wide) == 0
    person.is_no_hurdle()
    person.page.get_by_role("button", name=said["share"], exact=True).click()
    person.page.locator("#sharing a").wait_for()
    person.page.goto(person.page.locator("#sharing a").evaluate("a => a.href"))
    expect(person.page.locator("html")).to_have_attribute("dir", "rtl")
    person.page.get_by_role("link", name=said["goonhere"]).wait_for()
    person.shoot("29-arabic-shared")
    person.is_no_hurdle()


@pytest.mark.slow
def test_a_language_we_do_not_speak_is_english(visit):
    person = visit(locale="fi-FI")
    person.say("a house", then="Version 1 · seed")
    assert person.under(1, "4 variations").is_visible()
