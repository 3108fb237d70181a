"""Marking by click: touch a thing, correct an edit's mask, keep a part, amend a plan."""

import pytest

from tests.browser.conftest import EVERYWHERE, SERIOUS

pytestmark = pytest.mark.browser

DARKER = "Nothing else changed: checked pixel by pixel."
SKY, HOUSE = (0.9, 0.1), (0.45, 0.7)
"""A point of each thing that the fakes find in a picture, in shares of it."""


@EVERYWHERE
def test_a_touched_thing_is_marked_and_the_words_are_about_it(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.touch(*SKY)
    person.edits(inked=[SKY], clean=[HOUSE])
    assert person.page.locator("#things button").all_inner_texts() == ["house", "sky"]
    person.shoot("40-touched")
    person.is_no_hurdle(SERIOUS)
    person.say("a storm", then=DARKER)
    assert person.page.get_by_text("43 % of the picture is new").count() == 1


@EVERYWHERE
@pytest.mark.slow
def test_names_add_to_the_mark_and_take_away_from_it(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.touch(*SKY)
    person.edits(inked=[SKY], clean=[HOUSE])
    names = person.page.locator("#things")
    names.get_by_text("house").click()
    person.edits(inked=[SKY, HOUSE])
    person.shoot("41-two-things")
    names.get_by_text("sky").click()
    person.edits(inked=[HOUSE], clean=[SKY])
    person.say("a castle", then=DARKER)
    assert person.page.get_by_text("20 % of the picture is new").count() == 1


@EVERYWHERE
def test_an_edit_is_outlined_shown_where_it_was_made_said_again_and_taken_back(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("make the sky darker, slowly")
    person.page.locator("#now .edge path").wait_for(state="attached")
    person.shoot("43-outlined")
    person.press("Stop")
    person.sees("Stopped.")
    person.say("make the sky darker", then=DARKER)
    person.press("Show where")
    person.edits(inked=[SKY], clean=[HOUSE], figure=0)
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    assert box.input_value() == "make the sky darker"
    person.shoot("42-where")
    person.is_no_hurdle(SERIOUS)
    box.press("Enter")
    person.sees("Version 3 · seed")
    assert person.page.locator("#shelf li[class=row]").count() == 2  # a branch from the first
    person.press("Not what I meant")
    person.sees("Here is version 1 again.")
    assert box.input_value() == "make the sky darker"


@EVERYWHERE
@pytest.mark.slow
def test_what_was_not_meant_is_undone_and_its_words_are_in_the_box(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("make the sky darker", then=DARKER)
    person.press("Not what I meant")
    person.sees("Here is version 1 again.")
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    assert box.input_value() == "make the sky darker"
    assert person.page.get_by_role("button", name="Not what I meant").count() == 0


@pytest.mark.slow
def test_what_was_not_meant_is_stopped(visit):
    person = visit()
    person.say("a house, slowly")
    person.page.locator(".growing").wait_for()
    person.press("Not what I meant")
    person.sees("Stopped. Your earlier pictures are all still here.")
    box = person.page.get_by_role("textbox", name="What would you like to see?")
    assert box.input_value() == "a house, slowly"


@EVERYWHERE
def test_a_part_of_a_picture_painted_anew_is_kept(visit, size):
    person = visit(size)
    person.say("a house", then="Version 1 · seed")
    person.say("as a watercolour", then="of the picture looks different")
    person.press("Keep only a part")
    person.edits(clean=[SKY, HOUSE])
    person.press("Keep only this")
    person.page.get_by_text("Mark first what shall stay.").wait_for()
    person.page.locator("#things").get_by_text("house").click()
    person.edits(inked=[HOUSE], clean=[SKY])
    person.shoot("44-part")
    person.is_no_hurdle(SERIOUS)
    person.press("Keep only this")
    person.sees(DARKER)
