"""The Advanced drawer: locked seed, size, another model."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERYWHERE

pytestmark = pytest.mark.browser


def seed_of(person, number):
    """The seed that stands under the newest picture of a version."""
    line = person.page.locator("figcaption", has_text=f"Version {number} · seed").last
    return line.inner_text().split()[4]


def choose(person, label, option):
    """Takes an option of one of the drawer's lists."""
    person.page.get_by_role("combobox", name=label).click()
    person.page.get_by_role("option", name=option).click()


@EVERYWHERE
def test_the_last_seed_is_shown_and_stays_once_it_is_locked(visit, size):
    person = visit(size)
    person.open_drawer()
    seed, lock = person.page.get_by_label("Seed", exact=True), person.page.get_by_label("Lock this")
    person.say("a house", then="Version 1 · seed")
    expect(seed).to_have_value(seed_of(person, 1))
    expect(lock).not_to_be_checked()
    person.shoot("9-drawer")
    person.is_no_hurdle()
    person.say("a boat", then="Version 2 · seed")
    expect(seed).to_have_value(seed_of(person, 2))
    assert seed_of(person, 1) != seed_of(person, 2)
    lock.check()
    person.say("a castle", then="Version 3 · seed")
    assert seed_of(person, 3) == seed_of(person, 2)
    person.page.reload()
    person.sees("Version 3 · seed")
    person.open_drawer()
    expect(lock).to_be_checked()
    expect(seed).to_have_value(seed_of(person, 2))
    lock.uncheck()
    person.say("a bird", then="Version 4 · seed")
    assert seed_of(person, 4) != seed_of(person, 2)


@pytest.mark.slow
def test_a_typed_seed_is_locked_at_once(visit):
    person = visit()
    person.open_drawer()
    person.page.get_by_label("Seed", exact=True).fill("77")
    expect(person.page.get_by_label("Lock this")).to_be_checked()
    person.say("a house", then="Version 1 · seed 77")


@pytest.mark.slow
def test_a_seed_typed_into_a_drawer_that_is_just_opening_is_locked_too(visit):
    person = visit()
    person.press("Advanced ▼")
    person.page.get_by_label("Seed", exact=True).fill("78")
    # filled in now, which may have undone the lock
    expect(person.page.get_by_role("combobox", name="Model")).to_have_value("storybook")
    expect(person.page.get_by_label("Lock this")).to_be_checked()
    person.say("a house", then="Version 1 · seed 78")


@pytest.mark.slow
def test_what_was_typed_stays_when_one_only_looks_around(visit):
    person = visit()
    person.open_drawer()
    person.say("a house", then="Version 1 · seed")
    person.say("a boat", then="Version 2 · seed")
    person.page.get_by_label("Steps").fill("9")
    person.under(2, "Undo").click()
    person.sees("Here is version 1 again.")
    expect(person.page.get_by_label("Steps")).to_have_value("9")
    expect(person.page.get_by_label("Seed", exact=True)).to_have_value(seed_of(person, 1))


@pytest.mark.slow
def test_a_size_can_be_written_in_pixels(visit):
    person = visit()
    person.open_drawer()
    shape = person.page.get_by_role("combobox", name="Shape or size")
    shape.fill("128x192")
    shape.press("Enter")
    person.say("a house", then="Version 1 · seed")
    picture = person.page.locator("#talk figure img")
    assert (picture.get_attribute("width"), picture.get_attribute("height")) == ("128", "192")
    choose(person, "Shape or size", "Square 1:1")
    person.say("a boat", then="Version 2 · seed")
    assert person.page.locator("#talk figure img").last.get_attribute("width") == "256"


@EVERYWHERE
@pytest.mark.slow
def test_another_model_is_chosen_for_one_conversation(visit, size):
    person, other = visit(size), visit(size)
    person.say("a house", then="Version 1 · seed")
    person.open_drawer()
    choose(person, "Model", "sd15")
    person.page.locator("#now").get_by_text("this takes a while").wait_for()
    person.shoot("15-loading")
    person.sees("From now on I paint with sd15.")
    person.say("a boat", then="Version 2 · seed")
    assert person.page.locator("#talk figure img").last.get_attribute("width") == "512"
    person.page.reload()
    person.sees("Version 2 · seed")
    person.open_drawer()
    model = person.page.get_by_role("combobox", name="Model")
    expect(model).to_have_value("sd15")
    other.open_drawer()
    expect(other.page.get_by_role("combobox", name="Model")).to_have_value("storybook")


@pytest.mark.slow
def test_a_model_that_does_not_fit_is_told_and_the_old_one_goes_on(visit):
    person = visit("phone")
    person.open_drawer()
    choose(person, "Model", "sdxl")
    person.sees("needs more memory than this machine has. I go on with storybook.")
    expect(person.page.get_by_role("combobox", name="Model")).to_have_value("storybook")
    person.shoot("16-does-not-fit")
    person.say("a house", then="Version 1 · seed")
