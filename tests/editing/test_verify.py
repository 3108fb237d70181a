"""Self-check of edits: verified once, retried once, and reported."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from PIL import Image

from t2i_chat import app
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import MARKED, Add, Inpaint, Plan, Remove, Replace, SetParam
from t2i_chat.core.events import Message, Painted, Part, Progress, Said
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import Rendered
from t2i_chat.core.settings import Settings
from t2i_chat.editing.verify import SeenBySegmenter, look, told
from t2i_chat.reproduce.replay import replay
from t2i_chat.store import SqlStore
from t2i_chat.storybook.compose import compose as compose_scene
from t2i_chat.storybook.edit_checker import JudgeChecker
from t2i_chat.storybook.scenes import sample_scene
from tests.fakes import SMALL, FakePlanner, FakeRenderer, FakeSegmenter, box_mask

REGION = box_mask((100, 100), Box(x0=0, y0=0, x1=50, y1=100))
PICTURE = Image.new("RGB", (100, 100))


@dataclass
class Sees:
    """A checker that answers with the next of its scores, and keeps what it was asked."""

    scores: list[float]
    asked: list[str] = field(default_factory=list)

    def score(self, image, thing, region):
        """The next score."""
        assert image.size == region.size
        self.asked.append(thing)
        return self.scores.pop(0)


def test_the_share_of_the_region_that_is_found_is_the_score():
    segmenter = FakeSegmenter({"dog": Box(x0=0, y0=0, x1=10, y1=50), "cat": None})
    checker = SeenBySegmenter(segmenter)
    assert checker.score(PICTURE, "dog", REGION) == pytest.approx(0.1)
    assert checker.score(PICTURE, "cat", REGION) == 0
    assert checker.score(PICTURE, "dog", Image.new("L", (100, 100))) == 0


@pytest.mark.parametrize(
    ("action", "scores", "done"),
    [
        (Add(result="a dog"), [0.3], True),
        (Add(result="a dog"), [0.0, 1.0], True),  # one that sees it is enough
        (Add(result="a dog"), [0.0, 0.0], False),
        (Replace(target="the cat", result="a dog"), [0.01, 0.0], False),
        (Remove(target="the left dog"), [0.1], True),
        (Remove(target="the left dog"), [0.9], False),  # the best witness decides
    ],
)
def test_checkers_are_asked_until_one_is_content(action, scores, done):
    one, two = Sees(scores[:1]), Sees(scores[1:])
    seen = look(action, PICTURE, REGION, (one, two))
    assert (seen.done, one.asked, one.scores + two.scores) == (done, ["dog"], [])


def test_what_no_checker_can_tell_is_not_judged():
    for action in (Inpaint(target="the sky", result="dark"), Remove(target=MARKED)):
        assert look(action, PICTURE, REGION, (Sees([]),)) is None
    assert look(Add(result="a dog"), PICTURE, REGION, ()) is None


def test_it_is_told_as_it_is():
    said = told(Add(result="dog"), tries=2)
    assert said.text == "I tried twice, but I don't see a dog there yet."
    assert told(Remove(target="the dog"), tries=1).text == "I still see the dog there."


# In a conversation.

DOG, TREE = Plan(actions=(Add(result="a dog"),)), Plan(actions=(Remove(target="the tree"),))
TABLE = {
    "dog": DOG,
    "tree": TREE,
    "seed 5": Plan(actions=(SetParam(seed=5),)),
    "guidance 5": Plan(actions=(SetParam(guidance=5.0),)),
}


def conversation(tmp_path, scores, renderer=None):
    parts = Parts(
        planner=FakePlanner(TABLE),
        segmenter=FakeSegmenter({"the tree": Box(x0=0, y0=0, x1=99, y1=99)}),
        renderer=renderer or FakeRenderer(),
        store=SqlStore(tmp_path),
        facts=SMALL,
        settings=Settings(data_dir=tmp_path, enrich=False),
        draw_seed=lambda: 11,
        checkers=(Sees(list(scores)),),
    )
    session = ChatSession(parts, parts.store.new_conversation())
    say(session, "a house and a tree")
    return session


def say(session, text, cancel=None):
    return list(session.reply(Message(text=text), cancel or threading.Event()))


def came(events):
    return [event.version for event in events if isinstance(event, Painted)]


@pytest.mark.parametrize(
    ("scores", "seed", "words"),
    [
        ([0.5], 11, []),
        ([0.0, 0.5], 12, []),
        ([0.0, 0.0], 11, ["I tried twice, but I don't see a dog there yet."]),
        ([0.01, 0.02], 12, ["I tried twice, but I don't see a dog there yet."]),
        ([0.02, 0.01], 11, ["I tried twice, but I don't see a dog there yet."]),
    ],
)
def test_one_other_seed_is_tried_and_the_better_picture_is_kept(tmp_path, scores, seed, words):
    session = conversation(tmp_path, scores)
    events = say(session, "dog")
    (version,) = came(events)
    assert version.recipe.seed == seed
    assert [event.text for event in events if isinstance(event, Said)] == words
    assert len(session.parts.renderer.requests) == 1 + len(scores)
    assert session.parts.checkers[0].scores == []
    renderer = FakeRenderer()
    assert replay(session.parts.store, session.conversation, lambda _: renderer).ok


def test_the_second_try_is_called_so_and_no_bar_runs_backwards(tmp_path):
    events = say(conversation(tmp_path, [0.0, 0.5]), "dog")
    growing = [event for event in events if isinstance(event, Progress)]
    assert list(dict.fromkeys(event.part for event in growing)) == [None, Part("tries")]
    for part in (None, Part("tries")):
        steps = [event.step / event.total for event in growing if event.part == part]
        assert steps == sorted(set(steps))


def test_the_same_words_and_seeds_make_the_same_pictures(tmp_path):
    hashes = [
        came(say(conversation(tmp_path / name, [0.0, 0.5]), "dog"))[0].sha256 for name in "ab"
    ]
    assert hashes[0] == hashes[1]


def test_a_locked_seed_stays_and_guidance_grows_unless_that_is_set_too(tmp_path):
    session = conversation(tmp_path, [0.0, 0.5, 0.0])
    say(session, "seed 5")
    (version,) = came(say(session, "dog"))
    assert (version.recipe.seed, version.recipe.guidance_scale) == (5, 6.0)
    say(session, "guidance 5")
    *_, told_so = say(session, "dog")
    assert told_so.text == "I don't see a dog there yet."


def test_a_thing_that_is_still_there_is_told(tmp_path):
    *_, painted, said = say(conversation(tmp_path, [0.9, 0.8]), "tree")
    assert painted.version.recipe.seed == 12
    assert painted.version.caption == "a house and a tree"
    assert (said.text, said.options) == (
        "I tried twice, but I still see the tree there.",
        ("undo",),
    )


def test_stop_during_the_second_try_keeps_the_first(tmp_path):
    cancel = threading.Event()

    class StopsAtTheSecond(FakeRenderer):
        def render(self, request, flag):
            for event in super().render(request, flag):
                if isinstance(event, Rendered) and request.recipe.kind == "inpaint":
                    cancel.set()
                yield event

    session = conversation(tmp_path, [0.0], StopsAtTheSecond())
    events = say(session, "dog", cancel)
    assert came(events)[0].recipe.seed == 11


def test_the_setting_switches_it_off_and_only_own_pictures_are_looked_at(tmp_path):
    def checkers(model, **how):
        settings = Settings(data_dir=tmp_path, **how)
        return len(app.checkers_for(model, FakeSegmenter(), settings))

    assert checkers("storybook") == 0  # its edits follow from the layout
    assert checkers("storybook", self_check=False) == 0
    assert checkers("sd15") == 0


@pytest.mark.weights
def test_the_onlooker_recognises_a_thing_where_it_is():
    scene = sample_scene(7)
    thing, picture = scene.things[0], Image.fromarray(compose_scene(scene).pixels)
    left, top, right, bottom = thing.box
    here = box_mask((256, 256), Box(x0=left, y0=top, x1=right, y1=bottom))
    part = box_mask((256, 256), Box(x0=left, y0=top, x1=(left + right) // 2 - 4, y1=bottom))
    away = box_mask((256, 256), Box(x0=0, y0=0, x1=8, y1=8))
    onlooker = JudgeChecker(lambda said: {"it": thing.noun, "a whale": "whale"}.get(said, ""))
    assert onlooker.score(picture, "it", here) == 1
    assert onlooker.score(picture, "it", away) == 0
    assert onlooker.score(picture, "it", part) == 1
    assert onlooker.score(picture, "it", Image.new("L", (256, 256))) == 0
    assert onlooker.score(picture, "a whale", here) == 0
    assert onlooker.score(picture, "submarine", here) == 0
