"""The judge reads a net's answers rightly, learns, and is not fooled by what cannot be named."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from t2i_chat.storybook import scenes
from t2i_chat.storybook.compose import compose
from t2i_chat.storybook.judge import (
    NOTHING,
    Answers,
    Judge,
    JudgeNet,
    Sight,
    SightPiece,
    Words,
    save_judge,
    see,
)
from t2i_chat.storybook.layout import NOWHERE, labels_of
from t2i_chat.storybook.sheet import pixels_to_tensor
from t2i_chat.storybook.vocabulary import load_vocabulary
from training.storybook import judge_training
from training.storybook.corruptions import SPOILS, wear
from training.storybook.judge_accuracy import trustworthiness
from training.storybook.judge_training import example, labelled, losses_of

WORDS = Words.of_vocabulary()
SEEDS = range(scenes.HELD_OUT, scenes.HELD_OUT + 40)


@pytest.fixture(scope="module")
def paintings():
    return [compose(scenes.sample_scene(seed)) for seed in SEEDS]


def truth(painting):
    """What a perfect net answers: the labels themselves, very sure."""
    wanted = labelled(painting, painting.pixels, (0, 0), set(), WORDS)
    return answers_of(wanted)


def answers_of(wanted):
    def sure(labels, count):
        return 50.0 * torch.nn.functional.one_hot(
            torch.as_tensor(np.maximum(labels, 0)), count
        ).float().movedim(-1, 0)

    return Answers(
        sure(wanted.kind, len(WORDS.kinds))[None],
        sure(wanted.colour, len(WORDS.colours))[None],
        torch.from_numpy(wanted.offset)[None],
        sure(np.array(wanted.sky), len(WORDS.skies))[None],
        sure(np.array(wanted.ground), len(WORDS.grounds))[None],
    )


def look(answers):
    (sight,) = see(lambda _: answers, WORDS, np.zeros((1, 256, 256, 3), np.uint8))
    return sight


def test_what_a_perfect_net_knows_is_read_off_it(paintings):
    for painting in paintings:
        scene, sight = painting.scene, look(truth(painting))
        nouns = [thing.noun for thing in scene.things]
        assert {piece.noun for piece in sight.pieces} <= set(nouns)
        assert sight.ground == scene.ground
        for thing in scene.things:
            if nouns.count(thing.noun) == 1 and sight.sees(thing.noun):
                assert sight.colours(thing.noun) == {thing.colour}
                assert sight.positions(thing.noun) == {scene.position(thing)}


def test_a_perfect_net_sees_and_counts_nearly_everything(paintings):
    right = [
        look(truth(painting)).count(thing.noun) == nouns.count(thing.noun)
        for painting in paintings
        for nouns in [[thing.noun for thing in painting.scene.things]]
        for thing in painting.scene.things
    ]
    assert np.mean(right) > 0.95


def test_labels_follow_the_rule_of_the_layout(paintings):
    for painting in paintings:
        ours = labelled(painting, painting.pixels, (0, 0), set(), WORDS)
        theirs = labels_of(painting)
        assert np.array_equal(ours.kind, theirs.kind)
        assert np.array_equal(ours.colour == NOWHERE, theirs.colour == NOWHERE)


def test_a_thing_half_of_which_has_no_name_is_not_seen(paintings):
    painting = next(p for p in paintings if len(p.scene.things) == 1)
    wanted = labelled(painting, painting.pixels, (0, 0), set(), WORDS)
    (noun,) = {thing.noun for thing in painting.scene.things}
    assert look(answers_of(wanted)).sees(noun)
    ys, xs = np.nonzero(wanted.kind == WORDS.kinds.index(noun))
    most = len(ys) // 2 + 1
    kind = wanted.kind.copy()
    kind[ys[:most], xs[:most]] = WORDS.kinds.index(NOTHING)
    assert not look(answers_of(replace(wanted, kind=kind))).sees(noun)


def piece(noun, left, top, right, bottom, colour=None):
    cells = np.zeros((16, 16), np.bool_)
    cells[top:bottom, left:right] = True
    return SightPiece(noun, cells, (8.0 * (left + right), 8.0 * (top + bottom)), colour)


def test_relations_are_those_of_the_scenes():
    house, dog = piece("house", 4, 4, 9, 9), piece("dog", 9, 6, 12, 9)
    cloud, near = piece("cloud", 5, 0, 8, 2), piece("cat", 5, 9, 8, 12)
    sight = Sight(256, (house, dog, cloud, near), "clear", "meadow")
    assert sight.related("dog", "next to", "house")
    assert sight.related("cloud", "above", "house")
    assert sight.related("cat", "in front of", "house")
    assert not sight.related("house", "above", "cloud")
    assert not sight.related("house", "in front of", "cat")
    assert not sight.related("cloud", "next to", "house")


def test_every_spoil_changes_the_thing_and_little_else(paintings):
    painting = next(p for p in paintings if len(p.scene.things) == 1)
    (thing,) = painting.scene.things
    left, top, right, bottom = thing.box
    for spoil in SPOILS.values():
        spoilt = spoil(painting.pixels, thing, np.random.default_rng(1))
        assert np.array_equal(spoilt, spoil(painting.pixels, thing, np.random.default_rng(1)))
        changed = (spoilt != painting.pixels).any(2)
        assert changed[top:bottom, left:right].mean() > 0.1
        far = np.ones_like(changed)
        reach = max(right - left, bottom - top) // 2
        far[max(0, top - reach) : bottom + reach, max(0, left - reach) : right + reach] = False
        assert not changed[far].any()


def test_spoilt_things_are_taught_as_nothing_and_the_rest_by_name():
    seen = set()
    for seed in range(12):
        taught = example(seed, WORDS)
        again = example(seed, WORDS)
        assert np.array_equal(taught.pixels, again.pixels)
        assert np.array_equal(taught.kind, again.kind)
        nothing = taught.kind == WORDS.kinds.index(NOTHING)
        assert (taught.colour[nothing] == NOWHERE).all()
        seen |= {WORDS.kinds[k] for k in np.unique(taught.kind)}
    assert NOTHING in seen
    assert len(seen & set(load_vocabulary().nouns)) > 20


def test_wear_leaves_a_picture_what_it_was(paintings):
    for number, painting in enumerate(paintings[:10]):
        worn = wear(painting.pixels, np.random.default_rng(number))
        assert worn.shape == painting.pixels.shape
        assert np.abs(worn.astype(int) - painting.pixels).mean() < 25


def test_training_seeds_end_before_the_held_out_ones():
    an_hour = 60 * 60 * 10 * judge_training.BATCH
    assert judge_training.FIRST + an_hour < scenes.HELD_OUT


def test_a_small_net_learns_its_lesson():
    torch.manual_seed(0)
    net = JudgeNet(WORDS, width=32)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    lesson = [example(seed, WORDS) for seed in range(4)]
    pixels = pixels_to_tensor(np.stack([e.pixels for e in lesson]))
    course = []
    for _ in range(25):
        loss = torch.stack(list(losses_of(net(pixels), lesson).values())).sum()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        course.append(loss.item())
    assert course[-1] < 0.5 * course[0]


def test_a_saved_judge_says_the_same(tmp_path, paintings):
    torch.manual_seed(0)
    net = JudgeNet(WORDS, width=16).half().float().eval()
    save_judge(net, WORDS, tmp_path)
    loaded = Judge(tmp_path)
    assert loaded.words == WORDS
    for painting in paintings[:5]:
        (wanted,) = see(net, WORDS, painting.pixels[None])
        found = loaded.look(painting.pixels)
        assert (found.sky, found.ground) == (wanted.sky, wanted.ground)
        assert [p.noun for p in found.pieces] == [p.noun for p in wanted.pieces]


def test_trust_is_measured_with_what_is_known_of_scenes():
    blind = trustworthiness(lambda _: Sight(256, (), "clear", "meadow"), 12)
    assert blind["seen"] == blind["counted"] == blind["sees what is not there"] == 0
    assert 0 < blind["ground"] < 1
    by_pixels = {}

    def knowing(pixels):
        return by_pixels.setdefault(pixels.tobytes(), Sight(256, (), "none", "none"))

    for k in range(12):
        painting = compose(scenes.sample_scene(scenes.HELD_OUT + 500_000 + k))
        by_pixels[painting.pixels.tobytes()] = look(truth(painting))
    marks = trustworthiness(knowing, 12)
    assert marks["seen"] > 0.9
    assert marks["ground"] == 1
    assert all(value == 0 for name, value in marks.items() if name.startswith("fooled"))


@pytest.mark.weights
@pytest.mark.slow
def test_the_shipped_judge_can_be_trusted():
    marks = trustworthiness(Judge().look, 30)
    assert marks["seen"] > 0.9
    assert marks["counted"] > 0.85
    assert marks["coloured"] > 0.95
    assert marks["sky"] == marks["ground"] == 1
    assert marks["sees what is not there"] < 0.15
    assert marks["fooled by melted"] < 0.1
    assert marks["fooled by shuffled"] < 0.25
