"""The mask panel: clicks mark things, buttons add and remove them, edits can be corrected."""

import threading

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import MARKED, Combine, Inpaint, Plan, Restyle, Undo
from t2i_chat.core.errors import UnknownVersion
from t2i_chat.core.events import Located, Message, Painted
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.registry import COMPOSITE
from t2i_chat.core.settings import Settings
from t2i_chat.imaging import masks
from t2i_chat.imaging.contours import path
from t2i_chat.rendering.combine import Compositor
from t2i_chat.rendering.dispatch import Dispatch
from t2i_chat.store import SqlStore
from t2i_chat.ui import brush
from t2i_chat.ui.action_row import Here
from t2i_chat.ui.click_select import switched, under
from t2i_chat.ui.corrections import edit_of, is_local, is_whole
from t2i_chat.ui.retract import amendment
from t2i_chat.ui.turns import Pictures, blocks, passing
from tests.fakes import SMALL, FakePlanner, FakeRenderer, FakeSegmenter

SIZE = Size(width=256, height=256)
SKY, HOUSE = Box(x0=0, y0=0, x1=256, y1=120), Box(x0=60, y0=80, x1=160, y1=220)
TABLE = {
    "darker": Plan(actions=(Inpaint(target="the sky", result="a darker sky"),)),
    "watercolour": Plan(actions=(Restyle(result="watercolour"),)),
}


def mask(*boxes):
    return masks.boxes_mask(boxes, SIZE)


@pytest.fixture
def session(tmp_path):
    with SqlStore(tmp_path) as store:
        parts = Parts(
            planner=FakePlanner(TABLE),
            segmenter=FakeSegmenter({"sky": SKY, "the sky": SKY, "house": HOUSE}),
            renderer=Dispatch({COMPOSITE: Compositor()}, FakeRenderer()),
            store=store,
            facts=SMALL,
            settings=Settings(data_dir=tmp_path),
        )
        yield ChatSession(parts, store.new_conversation())


def say(session, text, **more):
    return list(session.reply(Message(text=text, **more), threading.Event()))


def painted(events):
    return [event.version for event in events if isinstance(event, Painted)]


# ── what is touched and pressed ──────────────────────────────────────────────────────────────


def test_a_touch_marks_the_smallest_thing_there():
    things = {"sky": mask(SKY), "house": mask(HOUSE)}
    assert under(things, 0.4, 0.4) is things["house"]  # both are there
    assert under(things, 0.9, 0.1) is things["sky"]
    assert under(things, 0.9, 0.9) is None
    assert under(things, -1, -1) is None
    assert under(things, 1, 0) is things["sky"]
    assert under({}, 0.5, 0.5) is None


def test_a_name_pressed_twice_leaves_the_mark_as_it_was():
    before = mask(Box(x0=200, y0=200, x1=220, y1=220))
    once = switched(before, mask(HOUSE))
    assert masks.binary(once).sum() == masks.binary(before).sum() + masks.binary(mask(HOUSE)).sum()
    assert switched(once, mask(HOUSE)).tobytes() == before.tobytes()
    assert switched(None, mask(HOUSE)).tobytes() == mask(HOUSE).tobytes()


def test_what_is_half_marked_is_marked_whole():
    half = mask(Box(x0=60, y0=80, x1=110, y1=220))
    assert switched(half, mask(HOUSE)).tobytes() == mask(HOUSE).tobytes()


def test_a_region_put_into_the_editor_comes_out_of_it_again():
    value = brush.opened(Image.new("RGB", (256, 256)), mask(HOUSE)).value
    assert brush.opened(Image.new("RGB", (256, 256))).value["layers"] == []
    layers = [Image.open(layer["path"]) for layer in value["layers"]]
    assert brush.mask({"layers": layers}).tobytes() == mask(HOUSE).tobytes()


def test_things_are_what_the_caption_names_and_can_be_seen(session):
    say(session, "a house on the left and a dragon at night, a painting")
    things = session.things(1)
    assert set(things) == {"house", "sky"}
    assert things["house"].tobytes() == mask(HOUSE).tobytes()
    with pytest.raises(UnknownVersion):
        session.things(9)


# ── where it paints ──────────────────────────────────────────────────────────────────────────


def test_it_is_shown_where_an_edit_paints_before_it_does(session):
    say(session, "a house")
    events = say(session, "darker")
    located = next(event for event in events if isinstance(event, Located))
    assert located.region.tobytes() == mask(SKY).tobytes()
    assert events.index(located) < events.index(next(e for e in events if isinstance(e, Painted)))
    assert not [event for event in say(session, "a castle") if isinstance(event, Located)]


def test_an_outline_encloses_just_the_region():
    region = mask(HOUSE, Box(x0=10, y0=230, x1=20, y1=250))
    hole = Box(x0=80, y0=120, x1=120, y1=160)
    region.paste(0, (hole.x0, hole.y0, hole.x1, hole.y1))
    drawn = np.zeros((256, 256), np.uint8)
    edges = [
        np.array([point.split(",") for point in one.split(" ")], dtype=np.int32)
        for one in path(region).replace("M", "").split("Z")[:-1]
    ]
    cv2.fillPoly(drawn, edges, 255)
    again = Image.fromarray(drawn)
    apart = np.count_nonzero(masks.binary(again) != masks.binary(region))
    assert len(edges) == 3
    assert apart < 0.02 * 256 * 256  # the pixels of the edges themselves
    assert path(mask()) == ""


def test_a_round_region_has_a_short_path():
    disc = Image.new("L", (512, 512), 0)
    ImageDraw.Draw(disc).ellipse((20, 20, 480, 480), fill=255)
    assert len(path(disc)) < 2000


def test_the_edge_lies_over_the_growing_picture():
    located = Located(Image.new("RGB", (256, 256)), mask(HOUSE))
    (block,) = passing(located, located)
    assert 'class="edge" viewBox="0 0 256 256"' in block.html


# ── putting it right ─────────────────────────────────────────────────────────────────────────


def test_an_edit_is_said_again_where_it_was_corrected(session):
    store = session.parts.store
    say(session, "a house")
    say(session, "darker")
    edit = edit_of(store, session.conversation, 2)
    assert (edit.before, edit.words) == (1, "darker")
    assert edit.region.tobytes() == mask(SKY).tobytes()
    corrected = mask(Box(x0=0, y0=0, x1=100, y1=100))
    (version,) = painted(say(session, "darker", mask=corrected, of=edit.before))
    assert version.parent == 1
    assert version.receipt.max_outside == 0
    assert edit_of(store, session.conversation, 3).region.tobytes() == corrected.tobytes()
    assert edit_of(store, session.conversation, 1) is None


def test_only_edits_of_a_region_can_be_shown_and_only_whole_ones_kept_in_part(session):
    say(session, "a house")
    say(session, "darker")
    say(session, "watercolour")
    one, two, three = session.parts.store.versions(session.conversation)
    assert is_local(two, one)
    assert not is_local(one, None)
    assert not is_local(three, two)
    wider = two.model_copy(
        update={"recipe": two.recipe.model_copy(update={"size": Size(width=512, height=256)})}
    )
    assert not is_local(wider, one)
    assert is_whole(three, two)
    assert three.receipt.changed_fraction > 0
    assert not is_whole(two, one)


def test_of_a_whole_picture_the_marked_part_is_kept_and_nothing_else(session):
    store = session.parts.store
    say(session, "a house")
    say(session, "a castle")
    only = Plan(actions=(Combine(target=MARKED, source=2, of=1),))
    (version,) = painted(session.perform(only, threading.Event(), mask(HOUSE)))
    kept, before, source = (
        store.image(store.version(session.conversation, number))
        for number in (version.number, 1, 2)
    )
    assert version.receipt.max_outside == 0
    inside = (70, 90, 150, 210)
    assert kept.crop(inside).tobytes() == source.crop(inside).tobytes()
    assert kept.crop((0, 230, 256, 256)).tobytes() == before.crop((0, 230, 256, 256)).tobytes()


# ── not what I meant ─────────────────────────────────────────────────────────────────────────


def kept(session):
    store = session.parts.store
    current = store.current(session.conversation)
    undo, redo = store.steps(session.conversation)
    here = Here(current.number if current else None, undo > 0, redo > 0)
    return store.turns(session.conversation), here


def test_the_last_plan_can_be_taken_back_with_its_picture(session):
    say(session, "a house")
    first = amendment(*kept(session))
    assert (first.words, first.undoes) == ("a house", None)  # there is nothing before it
    say(session, "darker")
    second = amendment(*kept(session))
    assert (second.words, second.undoes) == ("darker", 2)
    list(session.perform(Plan(actions=(Undo(),)), threading.Event()))
    assert amendment(*kept(session)) is None


def test_a_plan_can_be_taken_back_while_it_is_carried_out(session):
    say(session, "a house")
    events = session.reply(Message(text="darker"), threading.Event())
    for event in events:
        if isinstance(event, Located):
            break
    during = amendment(*kept(session))
    assert (during.words, during.undoes) == ("darker", None)
    list(events)


def test_what_was_said_since_leaves_the_old_plan_alone(session):
    say(session, "a house")
    say(session, "")
    turns, here = kept(session)
    assert turns[-1].role == "assistant"
    assert amendment([*turns, turns[0]], here) is None
    assert amendment([], here) is None


def test_the_button_holds_the_words_as_they_were_typed(session):
    say(session, 'a "red" house')
    turns, here = kept(session)
    versions = {v.number: v for v in session.parts.store.versions(session.conversation)}
    pictures = Pictures(versions, lambda version: f"p/{version.number}.png", here)
    drawn = "".join(block.html for block in blocks(turns, pictures))
    assert drawn.count("data-again") == 1
    assert 'data-again="a &#34;red&#34; house"' in drawn
