"""A page that is sent only what changed shows what a page shows that was just opened."""

import json
from difflib import ndiff

import pytest
from playwright.sync_api import expect

from tests.benchmarks.message_bytes import counted
from tests.browser.conftest import EVERYWHERE, serving

pytestmark = pytest.mark.browser

PLACES = ("#talk", "#shelf")


DRAWN = """place => [...place.querySelectorAll("*")].map((part) => [
  part.tagName,
  ...[...part.attributes].map(({ name, value }) => `${name}=${value}`).sort(),
  ...[...part.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.data),
].filter((said) => !said.startsWith("id=html-")).join(" "))"""
"""Every element of a place with all it says, but for the number Gradio gives a component."""


def drawn(page):
    """The chat and the versions of a page, element by element."""
    return [part for place in PLACES for part in page.locator(place).evaluate(DRAWN)]


def unlike_a_fresh_page(person):
    """What differs from a page that opens the same conversation now."""
    fresh = person.context.new_page()
    fresh.goto(person.page.url)
    count = person.page.locator("#shelf li").count()
    expect(fresh.locator("#shelf li")).to_have_count(count)
    expect(fresh.locator("#talk article")).to_have_count(person.page.locator("article").count())
    shown = drawn(fresh)
    fresh.close()
    return [line for line in ndiff(drawn(person.page), shown) if line[0] in "+-"]


@EVERYWHERE
def test_a_long_visit_shows_what_a_fresh_page_shows(visit, size):
    person = visit(size)
    person.say("a red house under a blue sky", then="Version 1 · seed")
    assert unlike_a_fresh_page(person) == []
    person.say("make the sky darker", then="Version 2 · seed")
    person.say("remove the tree", then="Which tree do you mean?")
    person.press("left")
    person.sees("Version 3 · seed")
    assert unlike_a_fresh_page(person) == []
    person.page.get_by_role("button", name="Go to version 1").click()
    person.sees("Here is version 1 again.")
    assert unlike_a_fresh_page(person) == []
    person.under(1, "4 variations").click()
    person.sees("Version 7 · seed")
    person.under(5, "Star").click()
    person.page.locator("#shelf [data-version='5'] b").wait_for()
    person.under(6, "Delete").click()
    person.sees("Version 6 is deleted.")
    assert unlike_a_fresh_page(person) == []
    before = person.page.locator("#talk").inner_text(), person.pictures()
    person.page.reload()
    person.sees("Version 6 is deleted.")
    assert (person.page.locator("#talk").inner_text(), person.pictures()) == before
    person.say("a boat", then="Version 8 · seed")
    assert unlike_a_fresh_page(person) == []


def test_a_new_conversation_and_the_way_back_leave_nothing_of_the_other(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.press("New conversation")
    person.page.get_by_role("button", name="Go on with: a house").wait_for()
    assert person.page.locator("#talk article, #shelf li").count() == 0
    person.say("a boat", then="Version 1 · seed")
    assert person.page.locator("#talk").get_by_text("a house").count() == 0
    assert unlike_a_fresh_page(person) == []
    person.press("New conversation")
    person.press("Go on with: a house")
    person.sees("Version 1 · seed")
    assert unlike_a_fresh_page(person) == []


@pytest.mark.slow
def test_what_is_pressed_while_it_paints_is_seen_afterwards(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.say("a castle, slowly")
    person.page.locator(".growing").wait_for()
    star = person.page.locator("#talk [data-deed=star][data-version='1']")
    star.evaluate("button => button.click()")  # whoever comes by keyboard can
    expect(star).to_have_attribute("aria-pressed", "true")
    person.sees("Version 2 · seed")
    expect(star).to_have_attribute("aria-pressed", "true")
    assert unlike_a_fresh_page(person) == []


def test_an_answer_that_cannot_be_drawn_is_asked_for_again(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    asked = []

    def garble(route):
        answer = route.fetch()
        body = answer.json()
        for value in body["data"]:
            if isinstance(value, dict) and value.get("base") and not asked:
                asked.append(value["base"])
                value["base"] = "nobody knows"
        route.fulfill(response=answer, body=json.dumps(body))

    person.page.route("**/gradio_api/run/**", garble)
    person.under(1, "Star").click()
    person.page.locator("#shelf [data-version='1'] b").wait_for()
    assert len(asked) == 1
    person.page.unroute("**/gradio_api/run/**")
    assert unlike_a_fresh_page(person) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_late_message_brings_no_more_bytes_than_an_early_one(visit, tmp_path):
    with serving(tmp_path, parts="silent") as address:
        person = visit(at=address)
        (_, early, _), (_, late, _) = counted(person, tmp_path, (5, 300))
        person.trouble.clear()  # what the page notices of the end of its server
    assert early > 1000
    assert abs(late - early) < 0.2 * early
