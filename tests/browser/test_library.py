"""The conversation list: find, open, rename, export, delete, import."""

import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERYWHERE

pytestmark = pytest.mark.browser


def rows(person):
    """The conversations that can be seen in the list, by their titles."""
    return person.page.locator("#talks li:visible b")


def settled(person, *titles):
    """Waits until the list shows these."""
    expect(rows(person)).to_have_text(list(titles))


def with_two(visit, size="desktop"):
    """Somebody in a conversation about a boat, who had one about a house before."""
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.press("New conversation")
    person.page.get_by_role("button", name="Go on with: a house").wait_for()
    person.say("a boat", then="Version 1 · seed")
    person.press("Conversations")
    settled(person, "a boat", "a house")
    return person


@EVERYWHERE
def test_conversations_are_found_and_opened(visit, size):
    person = with_two(visit, size)
    person.shoot("21-conversations")
    person.is_no_hurdle()
    person.page.get_by_label("Search").fill("HOU")
    settled(person, "a house")
    rows(person).click()
    person.sees("a house")
    assert person.page.locator("#library").count() == 0
    person.press("Conversations")
    settled(person, "a house", "a boat")
    person.press("Close")
    person.say("make the sky darker", then="Version 2 · seed")


@EVERYWHERE
@pytest.mark.slow
def test_a_conversation_is_renamed_and_the_name_is_data(visit, size):
    person = with_two(visit, size)
    person.press("Rename “a house”")
    box = person.page.get_by_label("New name")
    box.fill("<b>Home</b> & garden")
    box.press("Enter")
    settled(person, "a boat", "<b>Home</b> & garden")
    person.page.reload()
    person.sees("Version 1 · seed")
    person.press("Conversations")
    settled(person, "a boat", "<b>Home</b> & garden")


@EVERYWHERE
def test_a_deleted_conversation_comes_back_by_undo(visit, size):
    person = with_two(visit, size)
    person.press("Delete “a house”")
    settled(person, "a boat")
    person.shoot("22-deleted")
    person.press("Undo")
    settled(person, "a boat", "a house")
    person.press("Delete “a boat”")
    settled(person, "a house")
    person.press("Close")
    person.page.get_by_role("heading", name="Say what you want").wait_for()
    person.page.reload()
    person.page.get_by_role("button", name="Go on with: a house").wait_for()
    assert person.page.get_by_role("button", name="Go on with: a boat").count() == 0


@pytest.mark.slow
def test_a_conversation_is_saved_and_taken_in_elsewhere(visit, tmp_path):
    person, other = with_two(visit, "desktop"), visit("phone")
    with person.page.expect_download() as download:
        person.press("Save “a house”")
    assert download.value.suggested_filename == "a-house.zip"
    file = tmp_path / "a-house.zip"
    download.value.save_as(file)
    assert "conversation.json" in zipfile.ZipFile(file).namelist()
    other.press("Conversations")
    other.page.locator("#shelved input[type=file]").set_input_files(file)
    other.sees("Version 1 · seed")
    assert other.page.locator("article.you").inner_text() == "a house"
    other.say("make the sky darker", then="Version 2 · seed")
    rows(person).last.click()
    person.sees("a house")
    assert person.page.locator("#shelf li").count() == 1


@EVERYWHERE
@pytest.mark.slow
def test_what_was_not_saved_here_is_told_in_words(visit, size, tmp_path):
    person = with_two(visit, size)
    file = tmp_path / "other.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../evil.png", b"no")
    person.page.locator("#shelved input[type=file]").set_input_files(file)
    person.page.get_by_text("This file is not a conversation that was saved here").wait_for()
    settled(person, "a boat", "a house")


@pytest.mark.slow
def test_two_pages_of_one_browser_end_in_words_when_one_deletes(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    second = person.context.new_page()
    second.goto(person.page.url)
    second.get_by_role("button", name="Conversations").click()
    second.get_by_role("button", name="Delete “a house”").click()
    second.get_by_role("button", name="Undo").wait_for()
    person.say("a boat", then="Version 1 · seed")
    assert person.page.locator("#shelf li").count() == 1
