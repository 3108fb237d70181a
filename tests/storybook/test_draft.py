"""The draft of a layout: what it shows where, in which colour, and that it is the same again."""

import numpy as np
import pytest
from PIL import Image

from t2i_chat.core.errors import CannotDo
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Region
from t2i_chat.storybook.bank import load_bank
from t2i_chat.storybook.bank_lexicon import BankLexicon, described, drawn_as
from t2i_chat.storybook.description import Setting
from t2i_chat.storybook.draft import StorybookDrafter, draft_of, zones_of
from t2i_chat.storybook.layouts import backdrop_of, lay_out, setting_of, thing_of

SIZE = Size(width=256, height=192)
BOX = Box(x0=80, y0=72, x1=176, y1=168)


def draft(*regions, backdrop="hills", size=SIZE, seed=1):
    return draft_of(Layout(backdrop=backdrop, regions=regions), size, seed, load_bank())


def region(prompt, noun, box=BOX, **more):
    return Region(prompt=prompt, box=box, noun=noun, **more)


def test_a_thing_shows_in_its_box_and_nowhere_else():
    bare, with_cat = draft().pixels, draft(region("a cat", "cat")).pixels
    changed = (bare != with_cat).any(2)
    assert changed[80:160, 96:160].mean() > 0.3
    changed[BOX.y0 : BOX.y1, BOX.x0 : BOX.x1] = False
    assert not changed.any()


def test_its_mask_is_where_it_shows_less_what_stands_before_it():
    nearer = region("a dog", "dog", BOX.model_copy(update={"x0": 120, "x1": 216}))
    alone = draft(region("a cat", "cat")).shown[0]
    covered, dog = draft(region("a cat", "cat"), nearer).shown
    assert covered.sum() < alone.sum()
    assert np.all(covered <= alone)
    assert np.all(covered + dog <= 1 + 1e-6)


@pytest.mark.parametrize(("colour", "channel"), [("red", 0), ("green", 1), ("blue", 2)])
def test_a_colour_that_was_said_is_the_things_colour(colour, channel):
    made = draft(region(f"a {colour} car", "car"))
    on = made.shown[0] > 0.9
    mean = made.pixels[on].mean(0)
    assert mean.argmax() == channel


def test_mirrored_is_mirrored():
    one = draft(region("a cat", "cat")).shown[0]
    other = draft(region("a cat", "cat", mirrored=True)).shown[0]
    inside = slice(BOX.y0, BOX.y1), slice(BOX.x0, BOX.x1)
    assert np.abs(one[inside] - other[inside][:, ::-1]).mean() < 0.02
    assert np.abs(one - other).mean() > 0.01


def test_the_same_layout_and_seed_give_the_same_bytes():
    first, again = (draft(region("a cat", "cat")).pixels.tobytes() for _ in range(2))
    assert first == again != draft(region("a cat", "cat"), seed=2).pixels.tobytes()


def test_things_are_put_into_a_picture():
    photo = Image.effect_noise((SIZE.width, SIZE.height), 30).convert("RGB")
    layout = Layout(backdrop=None, regions=(region("a cat", "cat"),))
    drawn = np.asarray(StorybookDrafter()(layout, SIZE, 1, photo))
    changed = (drawn != np.asarray(photo)).any(2)
    assert changed[BOX.y0 : BOX.y1, BOX.x0 : BOX.x1].any()
    changed[BOX.y0 : BOX.y1, BOX.x0 : BOX.x1] = False
    assert not changed.any()


def test_a_noun_that_is_gone_from_the_bank_is_told():
    with pytest.raises(CannotDo, match="no drawing"):
        draft(region("a zyx", "zyx"))


def test_night_is_darker_on_things_as_well():
    day, night = (
        draft(region("a cat", "cat"), backdrop=f"hills; time {t}") for t in ("day", "night")
    )
    on = day.shown[0] > 0.9
    assert night.pixels[on].mean() < 0.8 * day.pixels[on].mean()


@pytest.mark.parametrize(
    "setting",
    [
        Setting(),
        Setting(ground="snowy hill", sky="stars", time="night"),
        Setting(ground="living room", mood="cosy", style="watercolour"),
        Setting(weather="rain"),
    ],
)
def test_a_setting_is_read_back_as_it_was_said(setting):
    assert setting_of(backdrop_of(setting)) == setting


def test_strange_words_for_a_backdrop_say_nothing():
    assert setting_of("a green meadow under a blue sky").time is None
    assert setting_of("; ; x y; time") == Setting(ground=None)


def test_what_a_region_says_of_its_thing():
    assert thing_of(region("a big red and white cat", "cat")).colours == ("red", "white")
    assert thing_of(region("a cat on a red sofa", "cat")).colours == ()


@pytest.mark.parametrize("size", [(256, 256), (512, 320), (320, 512)])
def test_a_layout_holds_what_was_described(size):
    size = Size(width=size[0], height=size[1])
    layout = lay_out(described("three red balls and a blue car"), load_bank(), size, 5)
    said = sorted(region.prompt for region in layout.regions)
    assert len(said) == 4
    assert sum("blue" in words and "car" in words for words in said) == 1
    assert all(region.drawing for region in layout.regions)
    assert lay_out(described("three red balls and a blue car"), load_bank(), size, 5) == layout


def test_zones_cover_the_picture_once():
    layout = Layout(backdrop="lake", regions=())
    zones = zones_of(layout, SIZE, 1)
    assert set(zones) == {"sky", "ground", "water"}
    total = sum(np.asarray(mask, int) for mask in zones.values())
    assert (total == 255).all()


@pytest.mark.parametrize(
    ("words", "backdrop"),
    [
        ("night", "hills; time night"),
        ("a snowy day", "hills; weather snow"),
        ("watercolour", "hills; style watercolour"),
        ("a darker sky", "hills; time sunset"),
        ("a cat", None),
        ("something nice", None),
    ],
)
def test_words_for_another_setting_keep_the_things(words, backdrop):
    before = Layout(backdrop="hills", regions=(region("a cat", "cat"),))
    after = BankLexicon().resettle(before, words)
    assert (after and after.backdrop) == backdrop
    assert after is None or after.regions == before.regions


def test_what_is_drawn_instead_and_what_cannot_be_is_told():
    reading = BankLexicon().read("a sleeping cat and a dachshund")
    assert [(swap.said, swap.painted) for swap in reading.swaps] == [
        ("a sleeping cat", "a cat"), ("a dachshund", "a dog"),
    ]  # fmt: skip
    assert BankLexicon().read("").known is False


def test_the_usual_size_of_what_a_phrase_names():
    assert drawn_as("a big dog").h > drawn_as("a dog").h
    assert drawn_as("the moon").zone == "sky"
    assert drawn_as("a dog and a cat") is None


@pytest.mark.parametrize("seed", range(6))
def test_of_figures_and_heads_the_figure_is_drawn(seed):
    layout = lay_out(described("two bears and a king"), load_bank(), SIZE, seed)
    drawn = {one.name: one for noun in ("bear", "king") for one in load_bank().drawings(noun)}
    assert all(drawn[region.drawing].whole for region in layout.regions)
