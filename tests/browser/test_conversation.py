"""A person talks, looks, goes back, reloads, and finds everything still there."""

import io
import re
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from t2i_chat.imaging.png_metadata import read_recipe
from t2i_chat.ui.starters import FIRST
from tests.browser.conftest import EVERYWHERE, serving

pytestmark = pytest.mark.browser

SLOW_TO_ANSWER = """
  const ask = window.fetch, until = performance.now() + 3000;
  window.fetch = async (...asked) => {
    const answer = await ask(...asked), left = until - performance.now();
    if (String(asked[0]).includes("predict") && left > 0) {
      window.late = (window.late ?? 0) + 1;
      await new Promise((go) => setTimeout(go, left));
      window.late -= 1;
    }
    return answer;
  };
"""


@EVERYWHERE
def test_paint_edit_go_back_and_reload(visit, size):
    person = visit(size)
    person.shoot("1-first")
    person.say("a red house under a *blue* sky", then="Version 1 · seed")
    person.sees("I added: soft morning light.")
    person.shoot("2-painted")
    person.say("make the sky darker", then="Nothing else changed: checked pixel by pixel.")
    person.shoot("3-edited")
    person.page.get_by_role("button", name="Go to version 1").click()
    person.sees("Here is version 1 again.")
    current = person.page.locator("#shelf [aria-current]")
    assert current.get_attribute("data-version") == "1"
    person.under(1, "Undo").click()
    person.sees("Here is version 2 again.")
    person.shoot("4-undone")
    before = person.page.locator("#talk").inner_text(), person.pictures()
    person.page.reload()
    person.sees("Here is version 2 again.")
    assert (person.page.locator("#talk").inner_text(), person.pictures()) == before
    assert person.page.locator("article.you").get_by_text("*blue*").count() == 1


@EVERYWHERE
def test_everything_is_in_sight_and_the_newest_picture_from_its_top_on(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    for _ in person.sizes():
        for name in ("4 variations", "New conversation", "Submit"):
            assert person.page.get_by_role("button", name=name, exact=True).is_visible()
    person.fits()
    for number in (2, 3):
        person.say("a house", then=f"Version {number} · seed")
    person.say("make the sky darker", then="Version 4 · seed")
    for _ in person.sizes():
        _newest_in_sight(person.page)
    person.shoot("32-newest")


def _newest_in_sight(page):
    chat = page.locator("#chat").bounding_box()
    picture = page.locator("#talk figure").last
    image, told = (picture.locator(part).bounding_box() for part in ("> img", "figcaption"))
    assert image["y"] >= chat["y"] - 1
    assert told["y"] + told["height"] <= chat["y"] + chat["height"] + 1


@pytest.mark.slow
def test_whoever_reads_above_is_left_there(visit):
    person = visit("phone")
    person.say("a house", then="Version 1 · seed")
    person.say("a house, slowly")
    person.page.locator("#now figure.growing").wait_for()
    person.page.locator("#chat").evaluate("c => c.scrollTop = 0")
    person.sees("Version 2 · seed")
    assert person.page.locator("#chat").evaluate("c => c.scrollTop") == 0


@EVERYWHERE
def test_the_picture_grows_in_place_until_stop_and_the_next_message_is_painted(visit, size):
    person = visit(size)
    person.say("a boat, slowly")
    growing = person.page.locator("#now figure.growing")
    growing.wait_for()
    person.shoot("5-painting")
    early = growing.locator("progress").get_attribute("value")
    person.page.wait_for_function(
        "early => document.querySelector('#now progress').value > early", arg=int(early)
    )
    assert growing.locator("img").get_attribute("src").startswith("data:image/jpeg")
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    box.fill("a castle")
    person.press("Stop")
    person.sees("Stopped. Your earlier pictures are all still here.")
    assert box.input_value() == "a castle"
    assert person.pictures() == []
    box.press("Enter")
    person.sees("Version 1 · seed")


@pytest.mark.slow
def test_two_people_see_only_their_own(visit):
    anna, ben = visit(), visit("phone")
    anna.say("a house", then="Version 1 · seed")
    ben.say("a boat", then="Version 1 · seed")
    ben.say("make the sky darker", then="Version 2 · seed")
    assert "boat" not in anna.page.locator("#talk").inner_text()
    assert not set(anna.pictures()) & set(ben.pictures())
    anna.page.reload()
    anna.sees("a house")
    assert anna.page.locator("#shelf li").count() == 1


def test_a_question_is_answered_by_a_click(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.say("remove the tree", then="Which tree do you mean?")
    person.shoot("6-question")
    person.press("left")
    person.sees("Version 2 · seed")
    assert person.page.get_by_role("button", name="right", exact=True).count() == 0


@EVERYWHERE
@pytest.mark.slow
def test_of_two_alike_each_is_shown_to_be_clicked(visit, size):
    person = visit(size)
    person.say("two boats", then="Version 1 · seed")
    person.say("remove the boat", then="Which boat?")
    crops = person.page.locator(".chips .crop")
    assert crops.count() == 3
    shown = crops.first.evaluate("e => [e.clientWidth, getComputedStyle(e).backgroundImage]")
    assert shown[0] > 80
    assert "picture-1.png" in shown[1]
    person.shoot(f"6-which-{size}")
    person.press("remove the left boat")
    person.sees("Version 2 · seed")


@EVERYWHERE
def test_a_first_picture_is_painted_by_a_click_with_its_words_and_seed(visit, size):
    person = visit(size)
    pictures = person.page.locator("ul.first img")
    assert pictures.count() == 6
    loaded = "images => images.every(i => i.complete && i.naturalWidth === 512)"
    person.page.wait_for_function("document.querySelectorAll('ul.first img')[5].complete")
    assert pictures.evaluate_all(loaded)
    person.is_no_hurdle()
    one = FIRST[2]
    person.press(one.words)
    person.sees(f"Version 1 · seed {one.seed}")
    assert person.page.locator("article.you").inner_text() == one.words
    person.page.reload()
    person.sees(f"Version 1 · seed {one.seed}")
    assert person.page.locator("article.you").inner_text() == one.words
    person.say("a boat", then="Version 2 · seed")
    assert seed_of(person, 2) != str(one.seed)


def seed_of(person, version):
    """The seed that stands under a picture."""
    return person.page.locator("figcaption", has_text=f"Version {version} ").inner_text().split()[4]


@pytest.mark.slow
def test_what_is_said_at_once_is_not_overtaken_by_the_first_answer(visit):
    person = visit(script=SLOW_TO_ANSWER)
    person.say("a house", then="Version 1 · seed")
    person.page.wait_for_function("!window.late")
    person.sees("Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")


@pytest.mark.slow
def test_what_cannot_be_done_is_said_in_words(visit):
    person = visit("phone")
    person.say("a house", then="Version 1 · seed")
    person.say("remove the dragon", then="I couldn't find")
    person.shoot("7-problem")
    assert person.page.locator(".toast-body").count() == 0
    assert person.page.locator("#shelf li").count() == 1


@pytest.mark.slow
def test_four_variations_stand_next_to_each_other(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.under(1, "4 variations").click()
    person.sees("Version 5 · seed")
    person.shoot("8-variations")
    tops = {box["y"] for box in _boxes(person.page.locator("#talk .pictures").last.locator("img"))}
    assert len(tops) == 2
    assert len(set(person.pictures())) == 5


def _boxes(images):
    return [images.nth(index).bounding_box() for index in range(images.count())]


@EVERYWHERE
def test_an_older_picture_is_gone_on_from_and_varied(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")
    assert person.under(2, "Undo").is_visible()
    assert person.under(1, "Undo").count() == 0
    person.under(1, "Continue from here").click()
    person.sees("Here is version 1 again.")
    assert person.under(1, "Continue from here").count() == 0
    person.under(2, "4 variations").click()
    person.sees("Version 6 · seed")
    person.shoot("12-older")
    for number in (1, 2, 6):
        row = person.page.get_by_role("group", name=f"Version {number}", exact=True).last
        boxes = _boxes(row.locator("> button, summary"))
        assert len({box["y"] for box in boxes}) == 1, "one row"
        assert all(min(box["width"], box["height"]) >= 32 for box in boxes)
        within = row.bounding_box()
        assert all(box["x"] + box["width"] <= within["x"] + within["width"] + 1 for box in boxes)


@EVERYWHERE
def test_what_is_seldom_wanted_stands_behind_one_button(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    row = person.page.get_by_role("group", name="Version 1", exact=True)
    more, star = row.locator(".rare > summary"), row.get_by_role("button", name="Star")
    more.focus()
    person.page.keyboard.press("Enter")
    expect(star).to_be_visible()
    person.shoot("33-more")
    person.is_no_hurdle()
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Escape")
    expect(star).not_to_be_visible()
    expect(more).to_be_focused()
    more.click()
    expect(star).to_be_visible()
    person.page.locator("#talk article.you").click()
    expect(star).not_to_be_visible()


@pytest.mark.parametrize("locale", ["de-DE", "ar"])
@pytest.mark.slow
def test_the_row_under_a_picture_fits_on_a_phone(visit, locale):
    person = visit("phone", locale=locale)
    box = person.page.locator("#box textarea")
    for number, words in enumerate(("a house", "make the sky darker"), 1):
        box.fill(words)
        box.press("Enter")
        person.page.locator(f"#shelf [aria-current][data-version='{number}']").wait_for()
        person.page.locator("#box .submit-button").wait_for()
    rows = person.page.locator(".deeds").evaluate_all(
        "rows => rows.map(row => [row.scrollWidth <= row.clientWidth, row.clientHeight])"
    )
    person.shoot(f"34-row-{locale}")
    assert [fits for fits, _ in rows] == [True, True]
    assert all(36 <= height < 48 for _, height in rows)
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert person.page.evaluate(wide) == 0


@pytest.mark.slow
def test_a_seed_is_copied(visit):
    person = visit()
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.say("a house", then="Version 1 · seed")
    seed = person.page.locator("figcaption").inner_text().split()[4]
    person.press("Copy seed")
    person.page.get_by_text("Copied").wait_for()
    assert person.page.evaluate("navigator.clipboard.readText()") == seed


CLOSED = """() => {
    navigator.clipboard.writeText = () => Promise.reject();
    document.addEventListener("copy", () => {
        window.copied = document.activeElement.value;
    });
}"""
"""A clipboard as it is on a page that came without encryption, and what is copied the old way."""


@pytest.mark.slow
def test_a_seed_is_copied_where_the_clipboard_is_closed(visit):
    person = visit("phone")
    person.page.evaluate(CLOSED)
    person.say("a house", then="Version 1 · seed")
    seed = person.page.locator("figcaption").inner_text().split()[4]
    person.press("Copy seed")
    person.page.get_by_text("Copied").wait_for()
    assert person.page.evaluate("window.copied") == seed
    assert person.page.locator("body > textarea").count() == 0


@pytest.mark.slow
def test_undo_by_keyboard_leaves_one_at_the_next_picture(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")
    person.under(2, "Undo").focus()
    person.page.keyboard.press("Enter")
    person.sees("Here is version 1 again.")
    person.page.wait_for_function("document.activeElement.dataset.version === '1'")
    person.under(1, "Redo").press("Enter")
    person.sees("Here is version 2 again.")


@EVERYWHERE
@pytest.mark.slow
def test_added_words_can_be_edited_in_the_box_and_painted_anew(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.press("Edit these words")
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    assert box.input_value().startswith("a house, soft")
    person.shoot("14-edit-words")
    box.fill(box.input_value().replace("house", "hut"))
    box.press("Enter")
    person.sees("Version 2 · seed")
    assert "a hut, soft" in person.page.locator("#talk").inner_text()


@EVERYWHERE
@pytest.mark.slow
def test_the_drawer_sets_how_the_next_picture_is_painted(visit, size):
    person = visit(size)
    person.open_drawer()
    person.page.get_by_label("Seed", exact=True).fill("1234")
    person.page.get_by_label("Paint exactly my words").check()
    person.shoot("9-drawer")
    person.say("a house", then="Version 1 · seed 1234")
    assert "I added" not in person.page.locator("#talk").inner_text()
    person.page.get_by_label("Seed", exact=True).fill("")
    person.say("a boat", then="Version 2 · seed")
    assert person.page.locator("figcaption", has_text="seed 1234").count() == 1
    person.page.get_by_label("Steps").fill("lots")
    person.say("a castle", then="Steps go from 1 to 150.")
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    assert box.input_value() == "a castle"


def test_the_download_is_the_kept_png_with_its_recipe(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "picture-1.png"
    assert read_recipe(download.value.path()).prompt.startswith("a house")


@pytest.mark.slow
def test_the_jpeg_holds_the_picture_and_nothing_else(visit):
    person = visit("phone")
    person.say("a house", then="Version 1 · seed")
    with person.page.expect_download() as download:
        person.press("JPEG")
    assert download.value.suggested_filename == "picture-1.jpg"
    with Image.open(download.value.path()) as picture:
        assert (picture.format, picture.size) == ("JPEG", (256, 256))
        assert not set(picture.info) & {"parameters", "t2i-chat", "exif", "comment"}


@EVERYWHERE
def test_a_picture_tells_how_it_was_painted(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    drawer = person.page.locator("details.how")
    assert not drawer.locator("dl").is_visible()
    drawer.locator("summary").press("Enter")
    expect(drawer.locator("dl")).to_be_visible()
    assert drawer.locator("kbd").all_inner_texts() == ["a", "house,", "soft", "morning", "light"]
    drawer.locator("dd").last.scroll_into_view_if_needed()
    person.shoot("18-how")
    wide = "[document.documentElement.scrollWidth, innerWidth]"
    assert len(set(person.page.evaluate(wide))) == 1
    person.is_no_hurdle()


@EVERYWHERE
def test_a_picture_is_followed_by_edits_that_fit_it(visit, size):
    person = visit(size)
    person.say("a red house under a blue sky", then="Version 1 · seed")
    offered = person.page.get_by_role("group", name="Try next")
    assert offered.get_by_role("button").all_inner_texts()[0] == "make the sky darker"
    person.shoot("17-next")
    person.is_no_hurdle()
    person.press("make the sky darker")
    person.sees("Version 2 · seed")
    assert offered.count() == 1
    assert offered.get_by_role("button", name="make the sky darker").count() == 0


def test_a_picture_can_be_brought_along(visit):
    person = visit()
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "seagreen").save(file, "PNG")
    person.page.locator("#box input[type=file]").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    person.page.locator("#box .thumbnail-item, #box img").first.wait_for()
    person.say("make the sky darker", then="Version 2 · seed")
    person.sees("Version 1 · your picture")
    person.shoot("10-upload")


@EVERYWHERE
@pytest.mark.slow
def test_a_picture_that_is_too_large_ends_in_words_and_nothing_is_lost(visit, size):
    person = visit(size)
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    box.fill("make the sky darker")
    huge = b"\x89PNG\r\n\x1a\n" + bytes(30_000_000)
    person.page.locator("#box input[type=file]").set_input_files(
        {"name": "huge.png", "mimeType": "image/png", "buffer": huge}
    )
    person.page.get_by_text("exceed the maximum allowed size of 20").wait_for()
    person.shoot("25-too-large")
    assert box.input_value() == "make the sky darker"
    person.say("a house", then="Version 1 · seed")


@pytest.mark.slow
def test_a_new_conversation_is_empty(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.press("New conversation")
    person.page.get_by_role("heading", name="Say what you want to see").wait_for()
    assert person.page.locator("#shelf li").count() == 0
    person.say("a boat", then="Version 1 · seed")
    person.page.reload()
    person.sees("a boat")


@EVERYWHERE
def test_an_earlier_conversation_can_be_gone_on_with(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    before = person.pictures()
    person.press("New conversation")
    person.page.get_by_role("button", name="Go on with: a house").wait_for()
    person.page.reload()
    person.page.get_by_role("button", name="Go on with: a house").wait_for()
    person.shoot("11-earlier")
    person.press("Go on with: a house")
    person.sees("Version 1 · seed")
    assert person.pictures() == before
    person.say("make the sky darker", then="Version 2 · seed")


@pytest.mark.slow
def test_all_is_there_after_the_server_was_killed(visit, tmp_path):
    with serving(tmp_path) as address:
        person = visit(at=address)
        person.say("a house", then="Version 1 · seed")
        said = person.page.locator("#talk").inner_text()
    person.trouble.clear()
    with serving(tmp_path, urlsplit(address).port):
        person.page.goto(address)
        person.sees("Version 1 · seed")
        assert person.page.locator("#talk").inner_text() == said
        person.trouble.clear()  # what the page noticed of the kill


@pytest.mark.slow
def test_the_keyboard_is_enough(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")
    thumb = person.page.get_by_role("button", name=re.compile("Go to version 1"))
    for _ in range(40):
        person.page.keyboard.press("Tab")
        if thumb.evaluate("button => button === document.activeElement"):
            break
    assert thumb.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    person.page.keyboard.press("Enter")
    person.sees("Here is version 1 again.")


@EVERYWHERE
def test_a_version_is_deleted_and_had_again(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.under(1, "Delete").click()
    person.page.locator("#now").get_by_text("This is the only picture").wait_for()
    person.say("a boat", then="Version 2 · seed")
    person.under(2, "Delete").click()
    person.sees("Version 2 is deleted.")
    person.shoot("27-deleted")
    expect(person.page.locator("#shelf [aria-current]")).to_have_attribute("data-version", "1")
    assert person.page.locator("#shelf li").count() == 1
    person.page.reload()
    person.sees("Version 2 is deleted.")
    person.page.locator("#talk button.edit[data-deed]").click()
    person.sees("Here is version 2 again.")
    assert person.page.locator("#shelf li").count() == 2


@EVERYWHERE
def test_versions_are_a_tree_to_search_and_to_walk_by_keys(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("make the sky darker", then="Version 2 · seed")
    person.under(1, "Continue from here").click()
    person.sees("Here is version 1 again.")
    person.say("make the sky darker", then="Version 3 · seed")
    assert person.page.locator("#shelf i").all_inner_texts() == ["↳1"]
    assert not person.page.locator("#sift").is_visible()
    person.say("a boat", then="Version 4 · seed")
    person.say("a castle", then="Version 5 · seed")
    person.page.locator("#sift").fill("SKY dark")
    expect(person.page.locator("#shelf li:visible span")).to_have_text(["2", "3"])
    person.page.locator("#sift").fill("")
    person.shoot("26-tree")
    person.is_no_hurdle()
    person.page.get_by_role("button", name="Go to version 5").focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "End", "ArrowLeft"):
        person.page.keyboard.press(key)
    focused = person.page.evaluate("document.activeElement.dataset.version")
    assert focused == "4"
    person.page.keyboard.press("Enter")
    person.sees("Here is version 4 again.")


@EVERYWHERE
@pytest.mark.slow
def test_nothing_stands_in_the_way_of_a_screen_reader(visit, size):
    person = visit(size)
    person.is_no_hurdle()
    person.say("a house", then="Version 1 · seed")
    person.say("remove the tree", then="Which tree do you mean?")
    person.open_drawer()
    person.is_no_hurdle()
