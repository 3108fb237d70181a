"""Where things are placed: relations, counts, positions, sizes, and nothing outside the picture."""

from __future__ import annotations

import numpy as np
import pytest

from t2i_chat.storybook.arrangement import Ground, groups_of, placed
from t2i_chat.storybook.bank.drawings import Drawing
from t2i_chat.storybook.description import Description, Related, Setting, Thing
from t2i_chat.storybook.spots import Spot, overlap, usual_side

GROUND = Ground(1.0, 0.55, (0.6, 1.0), water=(0.58, 0.75))
SEEDS = range(12)


def drawing(noun, size=0.6, places=("ground",), faces="left", category="animal", **anchors):
    points = {"feet": (0.5, 1.0), "head": (0.5, 0.0)} | anchors
    return Drawing(f"soft:{noun}", noun, "soft", category, places, size, True, 200, 160, points,
                   True, faces)  # fmt: skip


def thing(noun, count=1, **more):
    return Thing(noun, noun, "name", count, **more)


def arranged(things, drawings, *related, seed=0, ground=GROUND):
    rng = np.random.default_rng(seed)
    description = Description(tuple(things), tuple(related), Setting(), ())
    groups = groups_of(description, [[one] for one in drawings], rng)
    return placed(description, groups, ground, rng)


def of(spots, index):
    return [spot for spot in spots if spot.thing == index]


CAT, SOFA = drawing("cat", 0.4), drawing("sofa", 2.0, surface=(0.5, 0.6), category="furniture")
TREE = drawing("tree", 8.0, category="plant", faces="front")
HAT = drawing("hat", 0.3, ("head",), "front", "clothing")
MOON = drawing("moon", 3e6, ("sky",), "front", "sky")


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_lies_inside_the_picture(seed):
    spots = arranged([thing("cat", 3), thing("tree", 2), thing("moon")], [CAT, TREE, MOON],
                     seed=seed)  # fmt: skip
    assert len(spots) == 6
    for spot in spots:
        assert min(spot.x, spot.y) > -0.05
        assert max(spot.x + spot.w, spot.foot) < 1.05


@pytest.mark.parametrize("count", [1, 2, 5, 7, 12])
def test_as_many_as_were_asked_for_and_apart(count):
    spots = arranged([thing("cat", count)], [CAT])
    assert len(spots) == count
    apart = [overlap(a, b) for k, a in enumerate(spots) for b in spots[:k]]
    assert max(apart, default=0) < 0.75


@pytest.mark.parametrize("seed", SEEDS)
def test_on_stands_on_the_surface_and_in_front(seed):
    spots = arranged([thing("cat"), thing("sofa")], [CAT, SOFA], Related(0, "on", 1), seed=seed)
    (cat,), (sofa,) = of(spots, 0), of(spots, 1)
    _, surface = sofa.at("surface", (0, 0))
    assert cat.foot == pytest.approx(surface, abs=1e-6)
    assert sofa.x < cat.middle < sofa.x + sofa.w
    assert spots.index(cat) > spots.index(sofa)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        ("in front of", lambda one, other: one.foot > other.foot),
        ("behind", lambda one, other: one.foot < other.foot),
        ("beside", lambda one, other: overlap(one, other) < 0.05),
        ("above", lambda one, other: one.foot <= other.y),
        ("under", lambda one, other: other.x < one.middle < other.x + other.w),
    ],
)
def test_relations_hold(relation, holds, seed):
    spots = arranged([thing("cat"), thing("tree")], [CAT, TREE], Related(0, relation, 1), seed=seed)
    one, other = of(spots, 0)[0], of(spots, 1)[0]
    assert holds(one, other)
    nearer = spots.index(one) > spots.index(other)
    assert nearer == (relation != "behind")


@pytest.mark.parametrize("seed", SEEDS)
def test_between_stands_between(seed):
    spots = arranged([thing("cat"), thing("tree"), thing("sofa")], [CAT, TREE, SOFA],
                     Related(0, "between", 1, 2), seed=seed)  # fmt: skip
    cat, tree, sofa = (of(spots, k)[0].middle for k in range(3))
    assert min(tree, sofa) < cat < max(tree, sofa)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hat_is_on_the_head_whichever_way_it_looks(seed):
    dog = drawing("dog", head=(0.2, 0.05))
    spots = arranged([thing("dog"), thing("hat")], [dog, HAT], Related(0, "wearing", 1), seed=seed)
    wearer, hat = of(spots, 0)[0], of(spots, 1)[0]
    at, _ = wearer.at("head", (0, 0))
    assert hat.middle == pytest.approx(at, abs=0.02)
    assert (at < wearer.middle) != wearer.mirrored


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("said", "low", "high"), [("left", 0, 0.45), ("right", 0.55, 1)])
def test_a_side_that_was_said_is_kept(said, low, high, seed):
    spots = arranged([thing("cat", position=said), thing("tree")], [CAT, TREE], seed=seed)
    assert low <= of(spots, 0)[0].middle <= high


def test_what_belongs_in_the_sky_is_there_and_what_stands_is_on_the_ground():
    spots = arranged([thing("cat"), thing("moon")], [CAT, MOON])
    assert of(spots, 1)[0].foot < GROUND.horizon
    assert GROUND.standing[0] <= of(spots, 0)[0].foot <= GROUND.standing[1]


def test_the_moon_beside_a_cat_is_in_the_sky():
    spots = arranged([thing("moon"), thing("cat")], [MOON, CAT], Related(0, "beside", 1))
    assert of(spots, 0)[0].foot < GROUND.horizon


def test_circles_of_relations_come_to_an_end():
    spots = arranged([thing("cat"), thing("sofa")], [CAT, SOFA], Related(0, "on", 1),
                     Related(1, "on", 0))  # fmt: skip
    assert len(spots) == 2


def test_sizes_are_those_of_a_picture_book():
    sides = [usual_side(drawing("x", metres)) for metres in (0.05, 0.4, 1.7, 8.0, 300.0)]
    assert sides == sorted(sides)
    assert sides[3] / sides[1] < 5
    assert usual_side(CAT, "big") > usual_side(CAT) > usual_side(CAT, "tiny")


def test_the_same_seed_places_the_same_and_others_differ():
    def spots(seed):
        return arranged([thing("cat"), thing("tree")], [CAT, TREE], seed=seed)

    assert spots(1) == spots(1)
    assert len({tuple((s.x, s.y) for s in spots(seed)) for seed in SEEDS}) == len(SEEDS)


def test_a_mirrored_spot_has_mirrored_anchors():
    spot = Spot(0, drawing("dog", head=(0.2, 0.05)), 0.0, 0.0, 0.5, 0.4)
    assert spot.at("head", (0, 0))[0] == pytest.approx(0.1)
    assert spot.flipped().at("head", (0, 0))[0] == pytest.approx(-0.1)
    assert spot.flipped().faces == "right"
