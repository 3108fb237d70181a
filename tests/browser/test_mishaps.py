"""A cut connection, two tabs of one conversation, deleted versions: nothing is lost."""

from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERYWHERE
from tests.browser.line import Line

pytestmark = pytest.mark.browser


@EVERYWHERE
def test_a_line_that_is_cut_while_it_paints_is_told_and_the_conversation_comes_back(
    visit, size, address
):
    with closing(Line(urlsplit(address).port)) as line:
        person = visit(size, at=line.address)
        person.say("a house", then="Version 1 · seed")
        person.say("a castle, slowly")
        person.page.locator(".growing").wait_for()
        line.cut()
        person.page.get_by_text("Connection to the server was lost").wait_for()
        person.shoot("45-cut-off")
        line.mend()
        person.sees("Stopped. Your earlier pictures are all still here.")
        assert person.page.get_by_text("a castle, slowly").count() == 1
        person.shoot("46-back-again")
        person.say("a boat", then="Version 2 · seed")
        person.context.close()


@pytest.mark.slow
def test_two_pages_of_one_conversation_paint_at_once_and_nothing_is_lost(visit):
    person = visit()
    person.say("a house, slowly", then="Version 1 · seed")
    other = person.context.new_page()
    other.goto(person.page.url)
    box = other.get_by_role("textbox", name="What would you like to see?")
    person.say("a castle, slowly")
    person.page.locator(".growing").wait_for()
    box.fill("a boat")
    box.press("Enter")
    expect(other.locator("#talk")).to_contain_text("Version 2 · seed")
    person.sees("Version 3 · seed")
    for page in (person.page, other):
        page.reload()
        expect(page.locator("#shelf li")).to_have_count(3)
        for words in ("a house, slowly", "a castle, slowly", "a boat"):
            expect(page.locator(".you").get_by_text(words, exact=True)).to_have_count(1)


@EVERYWHERE
@pytest.mark.slow
def test_the_way_back_leads_to_the_conversation(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.page.goto("about:blank")
    person.page.go_back()
    person.sees("Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")


@pytest.mark.slow
def test_a_version_that_was_deleted_is_gone_from_what_is_shared_afterwards(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.say("a castle", then="Version 2 · seed")
    person.under(1, "Delete").click()
    person.page.get_by_text("Version 1 is deleted.").wait_for()
    person.press("Share")
    link = person.page.locator("#sharing a").evaluate("a => a.href")
    reader = person.context.new_page()
    assert reader.goto(f"{link}/1.png").status == 404
    expect(reader.get_by_role("heading")).to_have_text(
        "This page is not shared any more, or never was."
    )
    reader.goto(link)
    expect(reader.locator("figure")).to_have_count(1)
    person.trouble.clear()
