"""The brush: a region is marked by mouse or finger (mask) and inpainted."""

import pytest

from tests.browser.conftest import EVERYWHERE, SERIOUS

pytestmark = pytest.mark.browser


@EVERYWHERE
def test_a_marked_part_is_repainted_and_nothing_else(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.mark(1)
    person.shoot("13-marked")
    person.is_no_hurdle(SERIOUS)
    person.fits()
    person.say("a small boat", then="Nothing else changed: checked pixel by pixel.")
    assert person.page.locator("#marking").count() == 0
    assert person.page.get_by_text("in the part you marked").count() == 1
    person.shoot("14-painted-there")
    person.say("a castle", then="Version 3 · seed")
    assert person.page.get_by_text("Nothing else changed").count() == 1
    person.page.reload()
    person.sees("Version 3 · seed")
    assert person.page.get_by_text("in the part you marked").count() == 1


@EVERYWHERE
@pytest.mark.slow
def test_the_brush_can_be_left_without_a_trace(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.mark(1)
    person.press("Cancel")
    person.page.locator("#marking").wait_for(state="detached")
    person.say("a castle", then="Version 2 · seed")
    assert person.page.get_by_text("Nothing else changed").count() == 0


@pytest.mark.slow
def test_a_mark_that_was_wiped_off_is_no_mark(visit):
    person = visit()
    person.say("a house", then="Version 1 · seed")
    person.mark(1)
    person.press("Clear canvas")
    person.say("a castle", then="Version 2 · seed")
    assert person.page.get_by_text("in the part you marked").count() == 0
    assert person.page.get_by_text("Nothing else changed").count() == 0


@EVERYWHERE
@pytest.mark.slow
def test_a_second_mark_counts_as_the_first_did(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.mark(1)
    person.say("a small boat", then="Version 2 · seed")
    person.mark(2)
    person.say("a bird", then="Version 3 · seed")
    assert person.page.get_by_text("Nothing else changed").count() == 2


@pytest.mark.slow
def test_the_mark_stays_while_a_number_is_put_right(visit):
    person = visit()
    person.open_drawer()
    person.say("a house", then="Version 1 · seed")
    person.mark(1)
    person.page.get_by_label("Steps").fill("lots")
    person.say("a small boat")
    person.page.locator("#now .problem").wait_for(state="attached")
    person.page.get_by_label("Steps").fill("")
    person.page.get_by_role("textbox", name="What would you like to see?").press("Enter")
    person.sees("Nothing else changed: checked pixel by pixel.")
