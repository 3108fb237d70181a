"""A conversation does what its plans say, keeps everything, and survives what goes wrong."""

import io
import threading
from dataclasses import replace

import pytest
from PIL import Image

from t2i_chat.chat.session import ROUGH, ChatSession, Parts
from t2i_chat.core.actions import (
    Add,
    Answer,
    Clarify,
    Generate,
    Goto,
    Inpaint,
    Label,
    Letter,
    Outpaint,
    Plan,
    Redo,
    Refuse,
    Remove,
    Restyle,
    SetParam,
    Undo,
    Upscale,
    Variation,
)
from t2i_chat.core.errors import RegionNotFound, StoreError
from t2i_chat.core.events import (
    Enriched,
    Message,
    Moved,
    Painted,
    Part,
    Planned,
    Progress,
    Said,
    Understood,
    Waiting,
    Watched,
)
from t2i_chat.core.geometry import Box
from t2i_chat.core.registry import LETTERING, UPSCALER, facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.store import SqlStore
from tests.fakes import SMALL, FakePlanner, FakeRenderer, FakeSegmenter, box_mask

SKY = Box(x0=0, y0=0, x1=256, y1=120)
TREE = Box(x0=180, y0=100, x1=240, y1=220)


def plan(*actions):
    return Plan(actions=actions)


TABLE = {
    "darker": plan(Inpaint(target="the sky", result="a darker sky")),
    "no tree": plan(Remove(target="the tree")),
    "dog": plan(Add(result="a dog")),
    "undo": plan(Undo()),
    "redo": plan(Redo()),
    "second with a cat": plan(Goto(version=2), Add(result="a cat")),
    "ghost": plan(Remove(target="the ghost")),
    "wide": plan(Outpaint()),
    "write": plan(Letter(text="Happy Birthday", target="on the sky")),
    "write below": plan(Letter(text="FIN")),
    "write on it": plan(Letter(text="x", target="on the ghost")),
    "larger": plan(Upscale(factor=2)),
    "watercolour": plan(Restyle(result="watercolour")),
    "four more": plan(Variation(count=4)),
    "seed?": plan(Answer(about="seed")),
    "changes?": plan(Answer(about="changes")),
    "which?": plan(Clarify(question="Which tree?", options=("left", "right"))),
    "no": plan(Refuse(reason="I won't paint that.")),
    "seed 5": plan(SetParam(seed=5, rerun=True)),
    "call it home": plan(Label(name="home")),
    "star v1": plan(Label(version=1, starred=True)),
    "v9": plan(Goto(version=9)),
    "dog on v1": plan(Add(result="a dog", of=1)),
    "two houses": plan(Generate(prompt="a house", count=2)),
}


@pytest.fixture
def parts(tmp_path):
    return Parts(
        planner=FakePlanner(TABLE, added=("soft light",)),
        segmenter=FakeSegmenter({"the sky": SKY, "the tree": TREE, "tree": TREE}),
        renderer=FakeRenderer(),
        store=SqlStore(tmp_path),
        facts=SMALL,
        settings=Settings(data_dir=tmp_path),
        draw_seed=lambda: 11,
    )


@pytest.fixture
def session(parts):
    return ChatSession(parts, parts.store.new_conversation())


def say(session, text, **how):
    return list(session.reply(Message(text=text, **how), how.pop("cancel", threading.Event())))


def painted(events):
    return [event.version for event in events if isinstance(event, Painted)]


def test_words_become_a_version_told_before_it_is_painted(session):
    events = say(session, "a house with a tree")
    kinds = [type(event) for event in events]
    assert kinds[:3] == [Planned, Understood, Enriched]
    assert kinds[3] is Progress
    assert kinds[-1] is Painted
    (version,) = painted(events)
    assert (version.number, version.parent, version.caption) == (1, None, "a house with a tree")
    assert version.recipe.prompt == "a house with a tree, soft light"


def test_of_several_pictures_each_is_told_by_its_place(session):
    say(session, "a house")
    events = session.perform(plan(Variation(of=1, count=2)), threading.Event())
    parts = dict.fromkeys(event.part for event in events if isinstance(event, Progress))
    assert list(parts) == [Part("pictures", 1, 2), Part("pictures", 2, 2)]


def test_keeping_my_words_paints_them_unchanged(session):
    events = say(session, "a house", enrich=False)
    assert painted(events)[0].recipe.prompt == "a house"
    assert not any(isinstance(event, Enriched) for event in events)


def test_an_edit_changes_its_region_and_nothing_else(session, parts):
    say(session, "a house with a tree under a blue sky")
    (version,) = painted(say(session, "darker"))
    assert version.receipt.max_outside == 0
    assert version.parent == 1
    before, after = (
        parts.store.image(parts.store.version(session.conversation, n)).crop((0, 140, 256, 256))
        for n in (1, 2)
    )
    assert before.tobytes() == after.tobytes()


def test_undo_and_redo_paint_nothing(session, parts):
    say(session, "a house")
    say(session, "dog")
    planned, back = say(session, "undo")
    assert planned == Planned(plan(Undo()))
    assert isinstance(back, Moved)
    assert back.version.number == 1
    _, forth = say(session, "redo")
    assert forth.version.number == 2
    assert len(parts.renderer.requests) == 2


def test_pictures_that_came_together_are_undone_together(session):
    say(session, "a house")
    assert len(painted(say(session, "four more"))) == 4
    _, back = say(session, "undo")
    assert back.version.number == 1
    _, forth = say(session, "redo")
    assert forth.version.number == 5


def test_going_back_with_an_edit_starts_from_that_version(session):
    for text in ("a house with a tree", "dog", "no tree"):
        say(session, text)
    (version,) = painted(say(session, "second with a cat"))
    assert version.parent == 2
    assert version.caption == "a house with a tree and a dog and a cat"


def test_an_edit_of_an_older_version_forks(session):
    say(session, "a house with a tree")
    say(session, "no tree")
    assert painted(say(session, "dog on v1"))[0].parent == 1


def test_variations_are_siblings_with_other_seeds(session):
    say(session, "a house")
    versions = painted(say(session, "four more"))
    assert [v.recipe.seed for v in versions] == [12, 13, 14, 15]
    assert {v.parent for v in versions} == {None}
    assert len({v.sha256 for v in versions}) == 4
    more = painted(say(session, "four more"))
    assert [v.recipe.seed for v in more] == [16, 17, 18, 19]


def test_setting_the_seed_repaints_and_stays(session):
    say(session, "a house")
    assert painted(say(session, "seed 5"))[0].recipe.seed == 5
    assert painted(say(session, "a barn"))[0].recipe.seed == 5


def test_restyling_keeps_the_caption_and_adds_the_manner(session):
    say(session, "a house")
    assert painted(say(session, "watercolour"))[0].caption == "a house, watercolour"


def test_more_picture_leaves_the_old_one_as_it_was(session, parts):
    say(session, "a house with a tree")
    events = say(session, "wide")
    assert [type(event) for event in events[:2]] == [Planned, Understood]
    (version,) = painted(events)
    assert (version.parent, version.caption) == (1, "a house with a tree")
    assert version.receipt.max_outside == 0
    old, new = (parts.store.image(parts.store.version(session.conversation, n)) for n in (1, 2))
    assert new.size == (352, 352)
    assert new.crop((48, 48, 304, 304)).tobytes() == old.tobytes()


def test_a_larger_picture_is_a_version_that_keeps_words_and_seed(session):
    say(session, "a house")
    (version,) = painted(say(session, "larger"))
    recipe = version.recipe
    assert (version.parent, version.caption, recipe.seed) == (1, "a house", 11)
    assert (recipe.kind, recipe.model, recipe.size.width) == ("upscale", UPSCALER, 512)
    assert "same with more pixels" in say(session, "changes?")[-1].text
    assert "Go back to version 1" in say(session, "four more")[-1].text


def test_words_are_written_where_they_were_asked_for_and_nowhere_else(session, parts):
    say(session, "a house under a blue sky")
    (version,) = painted(say(session, "write"))
    recipe = version.recipe
    assert (recipe.kind, recipe.model, recipe.prompt) == ("letter", LETTERING, "Happy Birthday")
    assert (version.parent, version.caption) == (1, "a house under a blue sky")
    assert version.receipt.max_outside == 0
    assert parts.segmenter.targets[-1] == "the sky"
    say(session, "write below")
    assert parts.renderer.requests[-1].mask.getbbox() == (13, 184, 243, 243)
    say(session, "write below", mask=marked())
    assert parts.renderer.requests[-1].mask.getbbox() == (10, 10, 60, 60)


@pytest.mark.parametrize(
    ("text", "tone", "word"),
    [("seed?", "answer", "seed 11"), ("which?", "question", "Which"), ("no", "refusal", "won't"),
     ("ghost", "problem", "couldn't find"),
     ("write on it", "problem", "couldn't find the ghost"),
     ("v9", "problem", "9"), ("   ", "problem", "write")],
)  # fmt: skip
def test_words_back_leave_the_pictures_alone(session, parts, text, tone, word):
    say(session, "a house")
    said = say(session, text)[-1]
    assert isinstance(said, Said)
    assert (said.tone, word in said.text) == (tone, True)
    assert len(parts.store.versions(session.conversation)) == 1


def test_an_edit_without_a_picture_is_answered(session):
    assert "no picture yet" in say(session, "dog")[-1].text


def test_our_own_fault_is_an_apology_and_the_conversation_goes_on(session, parts):
    parts.renderer.error = ZeroDivisionError("a bug")
    said = say(session, "a house")[-1]
    assert said.tone == "problem"
    assert "a bug" not in said.text
    parts.renderer.error = None
    assert painted(say(session, "a house"))


def test_a_full_disk_is_told_and_nothing_raises(session, parts, monkeypatch):
    def full(*_, **__):
        raise StoreError("The disk is full.")

    monkeypatch.setattr(parts.store, "add_version", full)
    monkeypatch.setattr(parts.store, "add_turn", full)
    assert say(session, "a house")[-1].text == "The disk is full."


def test_stop_keeps_what_was_finished(session, parts):
    cancel = threading.Event()
    events = []
    for event in session.reply(Message(text="two houses"), cancel):
        events.append(event)
        if isinstance(event, Painted):
            cancel.set()
    assert len(painted(events)) == 1
    assert events[-1].text.startswith("Stopped")
    assert len(parts.store.versions(session.conversation)) == 1


def test_waiting_is_told(session, parts):
    parts.renderer.queued = 2
    waits = [e.position for e in say(session, "a house") if isinstance(e, Waiting)]
    assert waits == [2, 1]


def test_an_upload_becomes_a_version_that_can_be_edited(session):
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(buffer, "PNG")
    uploaded, edited = painted(say(session, "darker", upload=buffer.getvalue()))
    assert (uploaded.recipe.kind, edited.parent) == ("upload", uploaded.number)
    assert edited.receipt.max_outside == 0


def test_of_a_photo_in_another_manner_it_is_said_what_to_expect(session, parts):
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "PNG")
    painted_over = say(session, "watercolour", upload=buffer.getvalue())
    assert painted_over[-1] == Said(ROUGH)
    assert Said(ROUGH) not in say(session, "watercolour")
    other = ChatSession(replace(parts, facts=facts_for("sd15")), parts.store.new_conversation())
    assert Said(ROUGH) not in say(other, "watercolour", upload=buffer.getvalue())


def test_a_drawn_mask_is_used_as_it_is(session, parts):
    say(session, "a house")
    mask = Image.new("L", (256, 256), 0)
    mask.paste(255, (10, 10, 60, 60))
    say(session, "ghost", mask=mask)
    assert parts.renderer.requests[-1].mask is mask
    assert parts.segmenter.targets == []


def marked(size=(256, 256), box=(10, 10, 60, 60)):
    mask = Image.new("L", size, 0)
    mask.paste(255, box)
    return mask


def test_a_thing_named_over_a_mark_is_painted_there(session, parts):
    say(session, "a house")
    (version,) = painted(say(session, "a small boat", mask=marked()))
    assert (version.parent, version.caption) == (1, "a house with a small boat")
    assert version.receipt.max_outside == 0
    assert parts.renderer.requests[-1].mask.getbbox() == (10, 10, 60, 60)
    assert parts.planner.calls[-1][1].marked


def test_an_empty_mark_is_as_no_mark(session, parts):
    say(session, "a house")
    (version,) = painted(say(session, "a small boat", mask=Image.new("L", (256, 256), 0)))
    assert version.recipe.kind == "text-to-image"
    assert not parts.planner.calls[-1][1].marked


def test_a_mark_without_a_picture_is_no_mark(session):
    (version,) = painted(say(session, "a small boat", mask=marked()))
    assert version.recipe.kind == "text-to-image"


def test_a_mark_drawn_at_another_size_fits_the_picture(session, parts):
    say(session, "a house")
    (version,) = painted(say(session, "a small boat", mask=marked((512, 512), (20, 20, 120, 120))))
    assert version.receipt.max_outside == 0
    assert parts.renderer.requests[-1].mask.getbbox() == (10, 10, 60, 60)


def test_it_is_kept_that_a_region_was_marked(session, parts):
    say(session, "a house")
    say(session, "a small boat", mask=marked())
    first, second = (t for t in parts.store.turns(session.conversation) if t.role == "user")
    assert first.detail is None
    assert second.detail == '{"marked": true}'


def test_everything_said_is_kept_in_order(session, parts):
    say(session, "a house")
    say(session, "which?")
    roles = [turn.role for turn in parts.store.turns(session.conversation)]
    assert roles == ["user", "plan", "plan", "assistant", "user", "assistant"]


def test_buttons_need_no_words(session):
    say(session, "a house")
    say(session, "dog")
    (event,) = session.perform(plan(Goto(version=1)), threading.Event())
    assert event.version.number == 1


def test_the_planner_sees_versions_and_steps(session, parts):
    say(session, "a house")
    say(session, "dog")
    say(session, "undo")
    context = parts.planner.calls[-1][1]
    assert context.captions == {1: "a house", 2: "a house with a dog"}
    assert (context.current, context.previous, context.can_undo) == (2, "dog", 1)


def test_versions_are_named_and_starred(session, parts):
    assert [e.text for e in say(session, "call it home") if isinstance(e, Said)] == [
        "There is no picture yet. Tell me first what to paint."
    ]
    say(session, "a house with a tree")
    say(session, "darker")
    assert say(session, "call it home")[-1] == Said("Version 2 is called “home” now.")
    assert say(session, "star v1")[-1] == Said("Version 1 has a star now.")
    say(session, "what now?")
    context = parts.planner.calls[-1][1]
    assert (context.names, context.starred, context.parents) == ({2: "home"}, {1}, {1: None, 2: 1})


def test_a_planner_that_finds_nothing_raises_no_surprise(session, parts):
    parts.planner.table = {"x": RegionNotFound("I see no x.")}
    assert say(session, "x")[-1].text == "I see no x."


def test_a_version_is_watched_from_noise_to_picture_and_nothing_is_kept(session, parts):
    say(session, "a house with a tree under a blue sky")
    say(session, "darker")
    turns = len(parts.store.turns(session.conversation))
    *growing, last = session.watch(2, threading.Event())
    assert all(isinstance(event, Progress) for event in growing)
    assert isinstance(last, Watched)
    assert (last.version.number, last.same) == (2, True)
    assert len(last.frames) == last.version.recipe.num_inference_steps
    assert last.frames[-1].tobytes() == parts.store.image(last.version).tobytes()
    assert "sky" in last.maps
    assert len(parts.store.versions(session.conversation)) == 2
    assert len(parts.store.turns(session.conversation)) == turns


def test_what_was_not_painted_out_of_noise_here_cannot_be_watched(session):
    say(session, "a house")
    say(session, "larger")
    for number, words in ((2, "not painted out of noise"), (9, "no version 9")):
        (said,) = session.watch(number, threading.Event())
        assert isinstance(said, Said)
        assert words in said.text


def test_of_two_alike_the_chat_asks_which_with_a_picture_of_each(session, parts):
    both = box_mask((256, 256), TREE)
    both.paste(255, (10, 100, 70, 220))
    right = box_mask((256, 256), TREE)
    table = {"the tree": both, "tree": both, "the right tree": right}
    parts.segmenter.table = table
    parts.planner.table = TABLE | {
        "remove the right tree": plan(Remove(target="the right tree")),
        "trees": plan(Remove(target="the trees")),
    }
    say(session, "two trees")
    planned, asked = say(session, "no tree")
    assert isinstance(planned, Planned)
    assert (asked.text, asked.tone) == ("Which tree?", "question")
    assert asked.options[1] == "remove the right tree"
    assert len(asked.crops) == len(asked.options) == 3
    (version,) = painted(say(session, asked.options[1]))
    assert version.caption == "a tree"
    say(session, "undo")
    assert painted(say(session, "no tree", mask=marked()))
