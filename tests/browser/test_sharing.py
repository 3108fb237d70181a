"""Share links: a conversation is shared, read by link, and remixed."""

import httpx
import pytest
from playwright.sync_api import expect

from t2i_chat.ui.share_page import CLOSED
from tests.browser.conftest import EVERYWHERE, violations

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

NASTY = '<script>document.title="pwned"</script><img src=x onerror="alert(1)"> "$title" & more'


def shared(person):
    """The address of what the person now shares."""
    person.press("Share")
    link = person.page.locator("#sharing a")
    link.wait_for()
    return link.evaluate("a => a.href")


@EVERYWHERE
def test_whoever_has_the_link_sees_it_as_it_was(visit, size):
    person = visit(size)
    assert person.page.get_by_role("button", name="Share", exact=True).count() == 0
    person.say(NASTY, then="Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")
    link = shared(person)
    person.shoot("19-sharing")
    person.is_no_hurdle()
    person.press("Close")
    person.say("a secret", then="Version 3 · seed")
    reader = person.context.new_page()
    reader.goto(link)
    expect(reader.locator(".you").first).to_have_text(NASTY)
    assert reader.locator("script, figure img[onerror]").count() == 0
    loaded = "images => images.length === 2 && images.every(i => i.naturalWidth === 256)"
    for picture in reader.locator("img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
    assert reader.locator("img").evaluate_all(loaded)
    assert "secret" not in reader.content()
    person.page = reader
    person.is_no_hurdle()
    reader.evaluate("scrollTo(0, 0)")
    person.shoot("20-shared")


@pytest.mark.slow
def test_a_preview_goes_with_the_link(visit):
    person = visit()
    person.say('a "red" house', then="Version 1 · seed")
    link = shared(person)
    page = httpx.get(link).text
    assert '<meta property="og:title" content="a &#34;red&#34; house">' in page
    assert f'<meta property="og:image" content="{link}/1.png">' in page
    picture = httpx.get(f"{link}/1.png")
    assert picture.headers["content-type"] == "image/png"
    assert httpx.get(f"{link}/2.png").status_code == 404
    behind = httpx.get(link, headers={"x-forwarded-host": "paint.it", "x-forwarded-proto": "https"})
    assert f'content="https://paint.it/s/{link.rpartition("/")[2]}/1.png"' in behind.text


@EVERYWHERE
def test_what_was_taken_back_ends_in_words(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    link = shared(person)
    person.press("Stop sharing")
    person.page.locator("#sharing").wait_for(state="detached")
    reader = person.context.new_page()
    assert reader.goto(link).status == 404
    expect(reader.get_by_role("heading")).to_have_text(CLOSED)
    assert httpx.get(f"{link}/1.png").status_code == 404
    assert violations(reader) == {}
    reader.goto(link.replace("/s/", "/?remix="))
    reader.locator("#now").get_by_text("not shared").wait_for()
    assert shared(person) != link


@EVERYWHERE
@pytest.mark.slow
def test_a_reader_goes_on_with_a_copy(visit, size):
    anna, ben = visit(size), visit(size)
    anna.say("a house", then="Version 1 · seed")
    link = shared(anna)
    ben.say("a boat", then="Version 1 · seed")
    ben.page.goto(link)
    ben.page.get_by_role("link", name="Go on from here").click()
    ben.sees("a house")
    ben.say("make the sky darker", then="Version 2 · seed")
    ben.page.reload()
    ben.sees("Version 2 · seed")
    assert "remix" not in ben.page.url
    anna.page.reload()
    anna.sees("Version 1 · seed")
    assert anna.page.locator("#shelf li").count() == 1
    ben.press("New conversation")
    ben.page.get_by_role("button", name="Go on with: a boat").wait_for()


@pytest.mark.slow
def test_the_link_is_copied_whole(visit):
    person = visit("phone")
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.say("a house", then="Version 1 · seed")
    link = shared(person)
    person.press("Copy link")
    person.page.get_by_text("Copied").wait_for()
    assert person.page.evaluate("navigator.clipboard.readText()") == link


@EVERYWHERE
@pytest.mark.slow
def test_a_link_leads_to_one_of_the_pictures(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("a castle", then="Version 2 · seed")
    person.under(1, "Link").click()
    link = person.page.locator("#sharing a")
    link.wait_for()
    address = link.evaluate("a => a.href")
    assert address.endswith("#version-1")
    expect(link).to_have_text(address)
    reader = person.context.new_page()
    reader.goto(address)
    assert reader.locator("figure:target img").get_attribute("alt") == "a house"
