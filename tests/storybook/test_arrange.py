"""What a prompt says of a scene, and where its things are put."""

import pytest

from t2i_chat.core.geometry import Box, Size
from t2i_chat.storybook.arrange import MOST, arrange, resettle
from t2i_chat.storybook.scene_parser import said_in
from t2i_chat.storybook.wording import StorybookLexicon
from training.storybook.gallery import PROMPTS

SQUARE = Size(width=256, height=256)


def said(prompt):
    return [(w.noun.noun, w.count, w.colour, w.position) for w in said_in(prompt).things]


def centre(box):
    return (box.x0 + box.x1) / 2


def boxes(prompt, seed, noun):
    layout = arrange(prompt, SQUARE, seed)
    return [region.box for region in layout.regions if f" {noun} " in f"{region.prompt} "]


@pytest.mark.parametrize(
    ("prompt", "things"),
    [
        ("a red house", [("house", 1, "red", None)]),
        ("two dogs and a cat", [("dog", 2, None, None), ("cat", 1, None, None)]),
        ("a pair of cats", [("cat", 2, None, None)]),
        ("sheep", [("sheep", 1, None, None)]),
        ("balloons", [("balloon", 3, None, None)]),
        (
            "a giraffe on the left and a zebra on the right",
            [("giraffe", 1, None, "left"), ("zebra", 1, None, "right")],
        ),
        (
            "on the left a dog and on the right a cat",
            [("dog", 1, None, "left"), ("cat", 1, None, "right")],
        ),
        ("a cake and a candle indoors", [("cake", 1, None, None), ("candle", 1, None, None)]),
        ("a tree, no dogs", [("tree", 1, None, None)]),
        ("a green meadow at dawn", []),
        ("", []),
    ],
)
def test_things_are_read_with_number_colour_and_place(prompt, things):
    assert said(prompt) == things


@pytest.mark.parametrize(
    ("prompt", "sky", "ground"),
    [
        ("a boat on a stormy sea", "storm", "sea"),
        ("a turtle on the lawn", None, "meadow"),
        ("a cat in the living room", None, "room"),
        ("a cow in an autumn field in the evening", "sunset", "autumn"),
        ("a snowman, it is snowing", "snow", None),
    ],
)
def test_sky_and_ground_are_read(prompt, sky, ground):
    assert (said_in(prompt).sky, said_in(prompt).ground) == (sky, ground)


@pytest.mark.parametrize(
    ("prompt", "relation"),
    [
        ("a dog next to a tree", (0, "next to", 1)),
        ("a squirrel under a tree", (1, "above", 0)),
        ("a dog behind a house", (1, "in front of", 0)),
        ("a castle with a dragon in front of it", (1, "in front of", 0)),
        ("a house and a dog behind it", (0, "in front of", 1)),
    ],
)
def test_relations_are_read_whichever_way_they_are_said(prompt, relation):
    (found,) = said_in(prompt).relations
    assert (found.one, found.relation, found.other) == relation


@pytest.mark.parametrize("seed", range(12))
def test_things_stand_where_the_words_put_them(seed):
    (giraffe,) = boxes("a giraffe on the left and a zebra on the right", seed, "giraffe")
    (zebra,) = boxes("a giraffe on the left and a zebra on the right", seed, "zebra")
    assert centre(giraffe) < 256 / 3
    assert centre(zebra) > 2 * 256 / 3


@pytest.mark.parametrize("seed", range(12))
def test_what_is_above_hangs_over_what_is_below(seed):
    (bee,), (flower,) = (boxes("a bee above a sunflower", seed, n) for n in ("bee", "sunflower"))
    assert bee.y1 <= flower.y1 - 32
    assert abs(centre(bee) - centre(flower)) <= 48


@pytest.mark.parametrize("seed", range(8))
def test_as_many_as_were_said_are_placed_and_apart(seed):
    found = boxes("four dogs in a meadow", seed, "dog")
    assert len(found) == 4
    for k, one in enumerate(found):
        for other in found[:k]:
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            high = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert min(wide, high) <= 16, "only their surroundings may touch"


def test_a_colour_goes_with_its_own_thing():
    layout = arrange("a pink bird and an orange boat on the sea", SQUARE, 1)
    assert sorted(" ".join(r.prompt.split()[:3]) for r in layout.regions) == [
        "a pink bird",
        "an orange boat",
    ]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_wish_of_the_gallery_is_laid_out_whole(prompt):
    known = StorybookLexicon().read(prompt).prompt
    layout = arrange(known, SQUARE, 7)
    wanted = sum(each.count for each in said_in(known).things)
    assert len(layout.regions) == min(wanted, MOST)
    assert not any(noun.noun.noun in layout.backdrop for noun in said_in(known).things)


@pytest.mark.parametrize(("width", "height"), [(256, 256), (384, 168), (168, 384), (512, 512)])
def test_boxes_lie_inside_a_picture_of_any_shape_on_its_grid(width, height):
    size = Size(width=width, height=height)
    for seed in range(5):
        for region in arrange("three dogs next to a castle", size, seed).regions:
            assert region.box == region.box.clipped(size)
            assert all(side % 8 == 0 for side in (region.box.x0, region.box.y0))


def test_the_same_words_and_seed_give_the_same_layout_and_another_seed_another():
    one, again, other = (arrange("a dog and a cat", SQUARE, seed) for seed in (3, 3, 4))
    assert one == again != other


def test_a_landscape_is_painted_in_one_go():
    assert arrange("a green meadow under a blue sky", SQUARE, 1) is None


def test_far_too_many_things_are_as_many_as_there_is_room_for():
    layout = arrange(", ".join(["six dogs", "five cats", "four cows", "a house"] * 3), SQUARE, 1)
    assert 3 <= len(layout.regions) <= MOST
    assert all(isinstance(region.box, Box) for region in layout.regions)


def test_the_lexicon_reads_the_words_before_it_places_them():
    layout = StorybookLexicon().arrange("a lorry", SQUARE, 1)
    assert "truck" in layout.regions[0].prompt


@pytest.mark.parametrize(
    ("words", "backdrop"),
    [
        ("night", "a snowy field under a night sky"),
        ("a rainy day", "a snowy field under a rainy sky"),
        ("autumn", "an autumn field under a blue sky"),
        ("a beach at dawn", "a beach under a dawn sky"),
        ("watercolour", None),
        ("a dog at night", None),
    ],
)
def test_things_stay_when_their_sky_or_ground_becomes_another(words, backdrop):
    layout = arrange("a red ball on snowy ground under a blue sky", SQUARE, 1)
    after = resettle(layout, words)
    assert (after and after.backdrop) == backdrop
    if after is not None:
        (before,), (ball,) = layout.regions, after.regions
        assert ball.prompt.startswith("a red ball ")
        assert (ball.box, ball.noun) == (before.box, before.noun)
