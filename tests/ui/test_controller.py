"""The page draws what is kept, hears Stop at once, and takes nobody's words for code."""

import html
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import escape
from PIL import Image

from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import (
    Clarify,
    Goto,
    Inpaint,
    Plan,
    Redo,
    Remove,
    SetParam,
    Undo,
    Variation,
)
from t2i_chat.core.errors import BadParameter, HostError, ModelMissing
from t2i_chat.core.events import Message, Part, Progress, Said, Turn, Waiting
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import Layout, Receipt, Recipe, Region, Version
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import MAX_SEED, Settings
from t2i_chat.store import SqlStore
from t2i_chat.ui import brush, serving, theme
from t2i_chat.ui.action_row import ACTIONS, Here, deeds
from t2i_chat.ui.advanced import choices
from t2i_chat.ui.advanced_values import Wishes, seed_field
from t2i_chat.ui.controller import Controller
from t2i_chat.ui.history_tree import rows, shelf
from t2i_chat.ui.html import TEMPLATES
from t2i_chat.ui.picture_urls import Shown
from t2i_chat.ui.rate_limit import HOUSEHOLD
from t2i_chat.ui.recent_conversations import MOST, earlier, ids, remembered
from t2i_chat.ui.recipe_view import how
from t2i_chat.ui.starters import FIRST, first_pictures
from t2i_chat.ui.stop import Running
from t2i_chat.ui.streaming import Beat, beside
from t2i_chat.ui.translations import marked
from t2i_chat.ui.turns import Pictures, blocks, chat_log, passing, said, talk
from t2i_chat.ui.views import Glance, View, Visitor
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter

NASTY = '<img src=x onerror="alert(1)"> & `x` *y* ${z} {{w}} "quoted"'
TABLE = {
    "darker": Plan(actions=(Inpaint(target="sky", result="a darker sky"),)),
    "which?": Plan(actions=(Clarify(question="Which tree?", options=("left", 'the "big" one')),)),
    "ghost": Plan(actions=(Remove(target="ghost"),)),
}
ANNA, BEN = Visitor("anna", "1.1.1.1"), Visitor("ben", "2.2.2.2")


@pytest.fixture
def parts(tmp_path):
    settings = Settings(data_dir=tmp_path, messages_per_minute=5)
    with SqlStore(tmp_path) as store:
        yield Parts(
            planner=FakePlanner(TABLE, added=("soft light",)),
            segmenter=FakeSegmenter({"sky": Box(x0=0, y0=0, x1=256, y1=100)}),
            renderer=FakeRenderer(),
            store=store,
            facts=facts_for("storybook"),
            settings=settings,
        )


@pytest.fixture
def conversations(parts):
    return page_of(parts)


def page_of(parts, ready=lambda: None, open_session=None):
    return Controller(
        open_session or (lambda conversation: ChatSession(parts, conversation)),
        parts.store,
        parts.settings,
        ready,
        lambda: ("storybook", "sd15"),
        Shown(),
    )


def say(conversations, text, conversation="", visitor=ANNA, wishes=None, upload=None):
    """The views that come of a message."""
    message = Message(text=text, upload=upload)
    return list(conversations.say(conversation, message, wishes or Wishes(), visitor))


def seen(view):
    """The words of a view, as a person reads them."""
    return re.sub(
        r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", talk([*view.kept, *view.now])))
    )


def version(number=1, *, kind="text-to-image", receipt=None, caption="a house"):
    return Version(
        conversation="c" * 32,
        number=number,
        parent=None,
        caption=caption,
        summary="I'll paint a house.",
        recipe=Recipe(model="m", kind=kind, seed=7, size=Size(width=64, height=32)),
        sha256="0" * 64,
        receipt=receipt,
        created_at=datetime.now(UTC),
    )


def turn(role, text, number=None, detail=None):
    return Turn(role=role, text=text, version=number, detail=detail, created_at=datetime.now(UTC))


def drawn(*turns, of=()):
    return chat_log(
        blocks(turns, Pictures({v.number: v for v in of}, lambda v: f"p/{v.number}.png"))
    )


class Tags(HTMLParser):
    """Which tags and attributes a piece of HTML really has."""

    def __init__(self, text):
        super().__init__()
        self.found = Counter()
        self.images = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Counts a tag."""
        self.found[tag] += 1
        if tag == "img":
            self.images.append(dict(attrs))


# ── what stands in the chat ──────────────────────────────────────────────────────────────────


def test_what_people_write_is_shown_and_never_run():
    page = drawn(
        turn("user", NASTY), turn("assistant", NASTY, 1), of=[version(caption=NASTY)]
    ) + shelf([version(caption=NASTY)], None, lambda _: "p.png")
    tags = Tags(page)
    assert len(tags.images) == 2
    assert all("onerror" not in image for image in tags.images)
    assert tags.images[0]["alt"] == NASTY
    assert set(tags.images[0]) == {"src", "alt", "width", "height"}
    assert NASTY in html.unescape(page)


def test_a_picture_tells_what_it_shows_and_holds_its_place():
    [picture] = Tags(drawn(turn("assistant", "Done.", 1), of=[version()])).images
    assert picture == {"src": "p/1.png", "alt": "a house", "width": "64", "height": "32"}


def test_the_plan_is_not_repeated_over_its_pictures():
    plan = turn("plan", "I'll paint a house.")
    added = turn("plan", "I added: fog.", detail='{"prompt": "a house, fog"}')
    painted = [turn("assistant", plan.text, number) for number in (1, 2)]
    page = drawn(plan, added, *painted, of=[version(1), version(2)])
    assert html.unescape(page).count(plan.text) == 1
    assert page.count('class="pictures"') == 1
    assert '<p class="quiet">I added: fog. ' in page


def test_added_words_can_be_edited_and_nothing_else():
    added = turn("plan", "I added: fog.", detail='{"prompt": "a \\"house\\" & a hut, fog"}')
    page = drawn(turn("plan", "I'll paint a house."), added)
    assert page.count("data-edit") == 1
    assert 'data-edit="a &#34;house&#34; &amp; a hut, fog"' in page


def test_a_local_edit_carries_its_receipt():
    exact = version(receipt=Receipt(max_outside=0, changed_fraction=0.23))
    off = version(receipt=Receipt(max_outside=3, changed_fraction=0.001))
    done = turn("assistant", "Done.", 1)
    assert "23 % of the picture is new. Nothing else changed" in drawn(done, of=[exact])
    assert html.escape("< 1 %") in drawn(done, of=[off])
    assert "Nothing else changed" not in drawn(done, of=[off])


def offered(page):
    """What the buttons and links of a piece of HTML say."""
    return re.findall(r"<span[^>]*>([^<]+)</span></(?:button|a)>", page)


def test_undo_stands_under_the_current_picture_and_a_way_on_under_every_other():
    here = Here(current=2, can_undo=True, can_redo=True)
    assert offered(deeds(version(2), here)) == [
        "Mark a part", "4 variations", "Compare", "Undo", "Redo",
        "Star", "Name", "Link", "Delete",
    ]  # fmt: skip
    assert offered(deeds(version(1), here)) == [
        "Continue from here", "4 variations", "Star", "Name", "Link", "Delete"
    ]  # fmt: skip
    assert offered(deeds(version(2), Here(current=2))) == [
        "Mark a part", "4 variations", "Compare", "Star", "Name", "Link", "Delete"
    ]  # fmt: skip
    assert 'aria-label="Version 2"' in deeds(version(2), here)


def test_only_what_was_painted_can_be_varied_and_has_a_seed_to_copy():
    brought = drawn(turn("assistant", "Done.", 1), of=[version(kind="upload")])
    assert offered(brought) == [
        "Continue from here",
        "Star",
        "Name",
        "Link",
        "Delete",
        "Download",
        "JPEG",
    ]
    painted = drawn(turn("assistant", "Done.", 1), of=[version()])
    assert 'data-copy="7"' in painted
    assert 'href="p/1.png" download="picture-1.png"' in painted


def test_how_a_picture_was_painted_is_told_from_its_recipe():
    recipe = Recipe(
        model="m", kind="text-to-image", prompt=NASTY, negative_prompt="fog", seed=7,
        num_inference_steps=12, guidance_scale=4.5, size=Size(width=64, height=32),
        layout=Layout(backdrop="a <b>field</b>", regions=(
            Region(prompt="a cow", box=Box(x0=0, y0=0, x1=8, y1=8)),
        )),
    )  # fmt: skip
    told = how(version().model_copy(update={"recipe": recipe}), ["a", "<i>"])
    words = html.unescape(re.sub(r"<[^>]+>", " ", told))
    for part in (
        NASTY, "fog", "First the backdrop “a <b>field</b>”, then “a cow”.", "Seed 7", "12 steps",
        "Guidance 4.5", "reads 2 pieces", "64 × 32",
    ):  # fmt: skip
        assert part in words
    assert set(Tags(told).found) <= set("details summary span dl dt dd kbd button".split())
    assert told.count("<button") == 3, "to watch it being painted, and to turn two numbers"


def test_only_what_was_painted_tells_how():
    assert how(version(kind="upload")) == ""
    assert "Seed" not in how(version(kind="upscale"))
    assert "Seed" in how(version())


def test_each_button_asks_for_the_version_it_stands_under():
    asked = {deed: action(3) for deed, action in ACTIONS.items()}
    assert asked["vary"] == Variation(of=3, count=4)
    assert asked["goto"] == Goto(version=3)
    assert (asked["undo"], asked["redo"]) == (Undo(), Redo())


def test_only_the_last_question_can_be_answered_by_a_click():
    question = turn("assistant", "Which?", detail='{"options": ["left", "right"]}')
    assert drawn(question).count("data-say") == 2
    assert drawn(question, turn("user", "left")).count("data-say") == 0


def test_an_option_shows_the_part_of_the_picture_it_means():
    crop = {"version": 1, "box": {"x0": 64, "y0": 0, "x1": 192, "y1": 128}}
    square = Size(width=256, height=256)
    recipe = Recipe(model="m", kind="text-to-image", size=square)
    wide = version().model_copy(update={"recipe": recipe})
    gone = {"version": 7, "box": {"x0": 0, "y0": 0, "x1": 9, "y1": 9}}
    detail = json.dumps({"options": ["the left tree", "both"], "crops": [crop, gone]})
    page = drawn(turn("assistant", "Which tree?", detail=detail), of=(wide,))
    assert page.count('class="crop"') == 1
    assert "background-size:200.00% 200.00%;background-position:50.00% 0.00%" in page


def test_an_upload_is_called_the_persons_own_picture():
    brought = turn("assistant", "You brought this picture.", 1)
    assert "Version 1 · your picture" in drawn(brought, of=[version(kind="upload")])


def test_a_preview_shows_how_far_the_painting_is():
    page = talk(passing(Progress(5, 20, Image.new("RGB", (8, 8), "red"))))
    assert "Painting… 25 %" in page
    assert Tags(page).images[0]["src"].startswith("data:image/jpeg;base64,")
    assert "25 %<" in page, "no number where nothing was learnt"
    assert passing(Said("Done.")) == []


def read(drawn):
    """The words of blocks."""
    return html.unescape(re.sub(r"<[^>]+>", "", talk(drawn)))


def test_how_long_it_takes_is_told_where_it_was_learnt():
    growing = Progress(5, 20, Image.new("RGB", (8, 8)), seconds=18.3, part=Part("pictures", 2, 4))
    assert read(passing(growing)).endswith("Picture 2 of 4… 25 %, about 20 s left")
    for waiting, words in (
        (Waiting(2), "2 pictures are painted before yours"),
        (Waiting(1, 5.2), "One picture is painted before yours, about 5 s"),
        (Waiting(0, 2.1), "Painting… a few seconds left"),
    ):
        assert read(passing(waiting)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a few seconds"), (3.4, "a few seconds"), (3.6, "about 4 s"), (9.4, "about 9 s"),
        (9.6, "about 10 s"), (18, "about 20 s"), (57, "about 55 s"), (58, "about 1 minute"),
        (89, "about 1 minute"), (110, "about 2 minutes"), (3000, "about 50 minutes"),
    ],
)  # fmt: skip
def test_seconds_are_said_no_more_exactly_than_they_are_known(seconds, words):
    assert read(passing(Waiting(1, seconds))) == f"One picture is painted before yours, {words}"


def test_an_empty_message_leaves_no_empty_bubble():
    assert "<p>" not in drawn(turn("user", ""))
    assert said("", picture=True).html == f"<p>{marked('apicture')}</p>"


def test_the_shelf_marks_the_current_version_and_names_each():
    page = shelf([version(1), version(2)], version(2), lambda v: f"{v.number}.png")
    assert page.count("aria-current") == 1
    assert 'aria-label="Go to version 2: a house" data-i18n-label="gotoversion"' in page
    assert 'title="a house" aria-current="true"' in page
    marked = version(3).model_copy(update={"name": NASTY, "starred": True})
    named = shelf([marked], None, lambda _: "")
    assert f'aria-label="Go to version 3, with a star: {escape(NASTY)}: a house"' in named
    assert "★" in named
    assert shelf([], None, lambda _: "") == ""


def layer(opacity=0, box=(2, 2, 6, 6)):
    painted = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    painted.paste((212, 84, 47, opacity), box)
    return painted


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ([], []),
        ([None, 1, 2], [[1, 2, 3]]),
        ([None, None, None], [[1, 2, 3]]),
        ([None, 1, 1, 1], [[1, 2], [3, 4]]),
        ([None, 1, 2, 1, 4, None], [[1, 2, 3], [4, 5], [6]]),
        ([None, 1, None, 3, 1], [[1, 2], [5], [3, 4]]),
    ],
)
def test_lines_of_changes_stand_in_rows_and_branches_in_their_own(parents, expected):
    versions = [
        version(number).model_copy(update={"parent": parent})
        for number, parent in enumerate(parents, 1)
    ]
    assert [[one.number for one in row] for row in rows(versions)] == expected


def test_a_branch_says_where_it_comes_from():
    versions = [version(1), *(version(n).model_copy(update={"parent": 1}) for n in (2, 3))]
    page = shelf(versions, versions[0], lambda v: f"{v.number}.png")
    assert page.count("↳1") == 1
    assert page.count("class=row") == 2


def test_the_mask_is_what_was_painted_over_on_any_layer():
    two = brush.mask({"layers": [layer(150), layer(150, (0, 0, 1, 1))]})
    assert two.mode == "L"
    assert two.getcolors() == [(64 - 17, 0), (17, 255)]
    for nothing in (None, {}, {"layers": []}, {"layers": [layer()]}, {"layers": [layer(20)]}):
        assert brush.mask(nothing) is None


def test_the_brush_suits_the_picture():
    sizes = [brush.opened(Image.new("RGB", (side, side))).brush.default_size for side in (64, 1024)]
    assert sizes == [4, 73]


def test_a_marked_message_says_so_while_it_is_painted_and_afterwards(conversations):
    mine = say(conversations, "a house")[-1].conversation
    message = Message(text="a small boat", mask=layer(255).getchannel("A"))
    views = list(conversations.say(mine, message, Wishes(), ANNA))
    assert "in the part you marked" in talk(views[0].now)
    assert seen(views[-1]).count("in the part you marked") == 1


# ── a conversation ───────────────────────────────────────────────────────────────────────────


def test_a_message_is_seen_at_once_then_the_plan_then_the_picture(conversations):
    views = say(conversations, "a house")
    assert "a house" in seen(views[0])
    assert views[0].busy
    assert views[0].versions == ()
    texts = [seen(view) for view in views if isinstance(view, View)]
    order = [next(i for i, text in enumerate(texts) if word in text) for word in
             ("I understood", "I added: soft light", "Version 1")]  # fmt: skip
    assert order == sorted(order)
    assert any("Painting…" in talk(view.now) for view in views if isinstance(view, Glance))
    assert not views[-1].busy
    assert views[-1].now == ()


def test_a_reload_shows_what_the_last_view_showed(conversations):
    first = say(conversations, "a house")[-1]
    for text in ("darker", "ghost", "which?"):
        last = say(conversations, text, first.conversation)[-1]
    again = page_of(parts_of(conversations)).show(last.conversation)
    assert [b.html for b in last.kept if not b.picture] == [
        b.html for b in again.kept if not b.picture
    ]
    assert (again.versions, again.current) == (last.versions, last.current)


def parts_of(conversations):
    return conversations._open_session("").parts


def test_an_unknown_id_is_an_empty_page_and_then_a_new_conversation(conversations):
    for unknown in ("", "../../etc/passwd", "0" * 32):
        assert conversations.show(unknown).kept == ()
        assert say(conversations, "a house", unknown)[-1].conversation not in ("", unknown)


def test_two_people_never_see_each_others_pictures(conversations):
    anna = say(conversations, "a house", visitor=ANNA)[-1]
    ben = say(conversations, "a boat", visitor=BEN)[-1]
    assert anna.conversation != ben.conversation
    assert "boat" not in seen(conversations.show(anna.conversation))
    addresses = {conversations.address(view.current) for view in (anna, ben)}
    assert len(addresses) == 2
    assert not any(view.conversation in address for view in (anna, ben) for address in addresses)


def test_the_served_file_is_the_kept_file(conversations):
    view = say(conversations, "a house")[-1]
    served = Path(conversations.address(view.current).removeprefix("gradio_api/file="))
    kept = Path(conversations.store.image_path(view.current))
    assert served.read_bytes() == kept.read_bytes()
    assert conversations.store.image_path(view.current) not in conversations.address(view.current)


def test_buttons_move_between_versions(conversations):
    first = say(conversations, "a house")[-1]
    assert not first.here.can_undo
    mine = first.conversation
    four = list(conversations.do(mine, Plan(actions=(Variation(count=4),)), ANNA, Wishes()))[-1]
    assert [v.number for v in four.versions] == [1, 2, 3, 4, 5]
    assert list(conversations.do(mine, Plan(actions=(Undo(),)), ANNA))[-1].here.can_redo
    gone = list(conversations.do(mine, Plan(actions=(Goto(version=2),)), ANNA))
    assert gone[-1].current.number == 2
    assert not any("brushes" in talk(view.now) for view in gone)


def test_the_drawer_is_applied_before_the_next_picture(conversations):
    wishes = Wishes(seed="11", steps="3", negative="people")
    last = say(conversations, "a house", wishes=wishes)[-1]
    recipe = last.current.recipe
    assert (recipe.seed, recipe.num_inference_steps) == (11, 3)
    assert recipe.negative_prompt.endswith("people")
    assert last.wishes is None
    assert conversations.show(last.conversation).wishes == wishes


def test_a_wrong_number_is_explained_and_the_words_are_kept(conversations, parts):
    [view] = say(conversations, "a house", wishes=Wishes(steps="many"))
    assert "Steps go from 1 to" in view.problem
    assert parts.renderer.requests == []


def test_what_cannot_be_set_stops_the_message(conversations, parts):
    last = say(conversations, "a house", wishes=Wishes(shape="4096x4096"))[-1]
    assert "4096x4096 is more than" in seen(last)
    assert parts.renderer.requests == []


def test_the_seed_field_shows_the_last_seed_unless_one_is_locked(conversations):
    view = say(conversations, "a house")[-1]
    assert view.last_seed == str(view.current.recipe.seed)
    assert seed_field("", view.last_seed) == (view.last_seed, False)
    assert seed_field("7", view.last_seed) == ("7", True)
    brought = version(kind="upload")
    assert View("c", current=brought).last_seed == View("c").last_seed == ""


def test_another_model_is_loaded_while_the_page_says_so_and_is_kept(parts):
    loading = threading.Event()

    def load(model):
        assert loading.wait(5)
        return facts_for(model)

    slow = page_of(replace(parts, load_model=load))
    mine = say(slow, "a house")[-1].conversation
    assert slow.show(mine).model == "storybook"
    shown = slow.use(mine, "sd15", ANNA)
    assert "takes a while" in talk(next(shown).now)
    loading.set()
    last = list(shown)[-1]
    assert "From now on I paint with sd15." in seen(last)
    assert (last.model, last.wishes) == ("sd15", None)
    assert page_of(parts).show(mine).model == "sd15"


def test_a_model_that_cannot_be_loaded_is_told_and_the_old_one_stays(conversations):
    last = list(conversations.use("", "sd15", ANNA))[-1]
    assert "cannot be loaded here. I go on with storybook." in seen(last)
    assert last.model == "storybook"


def test_a_model_that_is_not_offered_is_not_loaded(conversations):
    assert list(conversations.use("", "../../etc", ANNA)) == []
    assert list(conversations.use("", "storybook", ANNA)) == []


def test_a_model_that_is_gone_leaves_the_choice_to_the_program(conversations, parts):
    mine = parts.store.new_conversation()
    parts.store.set_params(mine, {"model": "sdxl"})
    assert conversations.show(mine).model == "storybook"


def test_models_are_called_by_the_last_part_of_their_names():
    assert choices(["storybook", "/models/mine", "org/name"]) == [
        ("storybook", "storybook"), ("mine", "/models/mine"), ("name", "org/name")
    ]  # fmt: skip


def test_too_many_messages_get_a_friendly_sentence(conversations, parts):
    mine = say(conversations, "a house")[-1].conversation
    for _ in range(parts.settings.messages_per_minute - 1):
        say(conversations, "a house", mine)
    assert "wait a minute" in say(conversations, "a house", mine)[-1].problem
    assert say(conversations, "a house", visitor=BEN)[-1].problem is None


def test_new_conversations_do_not_get_around_the_limit(conversations, parts):
    allowed = parts.settings.messages_per_minute * HOUSEHOLD
    refused = [say(conversations, "a house")[-1].problem for _ in range(allowed + 1)]
    assert refused[:-1] == [None] * allowed
    assert refused[-1]


def test_stop_is_heard_and_the_page_stays_usable(conversations, parts):
    parts.renderer.step_seconds = 0.05
    shown = conversations.say("", Message(text="a house"), Wishes(), ANNA)
    for view in shown:
        if "Painting…" in talk(view.now):
            conversations.stop(ANNA)
            break
    last = list(shown)[-1]
    assert "Stopped." in seen(last)
    assert last.versions == ()
    assert parts.renderer.cancelled == 1
    parts.renderer.step_seconds = 0
    assert say(conversations, "a boat", last.conversation)[-1].versions


def test_stop_stops_only_ones_own_painting(conversations):
    shown = conversations.say("", Message(text="a house"), Wishes(), ANNA)
    next(shown)
    conversations.stop(BEN)
    assert list(shown)[-1].versions


def test_a_second_message_while_painting_is_left_in_the_box(conversations):
    shown = conversations.say("", Message(text="a house"), Wishes(), ANNA)
    next(shown)
    assert say(conversations, "a boat") == []
    assert len(list(shown)[-1].versions) == 1


def test_a_closed_page_stops_its_painting(conversations, parts):
    parts.renderer.step_seconds = 0.02
    shown = conversations.say("", Message(text="a house"), Wishes(), ANNA)
    while "Painting…" not in talk(next(shown).now):
        pass
    before = set(threading.enumerate())
    shown.close()
    for thread in before - {threading.main_thread()}:
        if thread.name.startswith("answer"):
            thread.join(5)
    assert parts.renderer.cancelled == 1


def test_models_that_are_still_loading_are_waited_for(parts):
    sentences = iter(["I'm still unpacking my paints.", None])
    views = say(page_of(parts, ready=lambda: next(sentences, None)), "a house")
    assert any("unpacking my paints" in talk(view.now) for view in views)
    assert views[-1].versions


def test_stop_is_heard_while_models_are_still_loading(parts):
    slow = page_of(parts, ready=lambda: "Still unpacking.", open_session=lambda _: None)
    shown = slow.say("", Message(text="a house"), Wishes(), ANNA)
    next(shown)
    slow.stop(ANNA)
    assert list(shown)[-1].problem == "Stopped before anything was painted."


def test_an_answer_that_breaks_off_leaves_an_apology(parts, monkeypatch):
    trouble = []
    monkeypatch.setattr(threading, "excepthook", trouble.append)
    last = say(page_of(parts, open_session=lambda _: None), "a house")[-1]
    assert "something went wrong" in last.problem
    assert len(trouble) == 1


def test_a_model_that_cannot_be_loaded_is_explained(parts):
    def missing(_conversation):
        raise ModelMissing("There is no model called “oil”.")

    last = say(page_of(parts, open_session=missing), "a house")[-1]
    assert last.problem == "There is no model called “oil”."


def test_an_uploaded_picture_is_seen(conversations, tmp_path):
    file = tmp_path / "mine.png"
    Image.new("RGB", (64, 64), "green").save(file)
    last = say(conversations, "", upload=file.read_bytes())[-1]
    assert "Version 1 · your picture" in seen(last)


def test_earlier_conversations_are_offered_with_their_pictures(conversations):
    mine = say(conversations, "a house")[-1]
    empty = conversations.store.new_conversation()
    page = earlier(conversations, [empty, "0" * 32, mine.conversation])
    assert page.count("<button") == 1
    assert 'data-earlier="2" aria-label="Go on with: a house"' in page
    assert mine.conversation not in page
    assert earlier(conversations, []) == ""


def test_the_first_pictures_are_small_and_each_paints_its_words(conversations):
    for place, one in enumerate(FIRST):
        assert one.path.stat().st_size < 20_000
        with Image.open(one.path) as picture:
            assert (picture.format, picture.size) == ("WEBP", (512, 512))
        assert f'data-first="{place}"' in first_pictures(conversations.shown.own)
        views = conversations.do("", Plan(actions=(one.action,)), ANNA, Wishes(), one.words)
        [*_, view] = views
        assert view.turns[0].text == one.words
        assert view.current.recipe.seed == one.seed


def test_a_browser_remembers_the_newest_first_and_none_twice():
    assert remembered(["b", "c"], "a") == ["a", "b", "c"]
    assert remembered(["b", "c"], "", opening="b") == ["c"]
    assert remembered(["b", "c"], "c", opening="b") == ["c"]
    assert len(remembered([str(n) for n in range(99)], "a")) == MOST
    assert ids({"no": "list"}) == ids(None) == ids([1, None]) == []


# ── the pieces below ─────────────────────────────────────────────────────────────────────────


def test_previews_nobody_waited_for_are_left_out():
    rough = Image.new("RGB", (4, 4))
    heard = threading.Event()

    def answer(_cancel):
        yield Waiting(1)
        for step in range(1, 9):
            yield Progress(step, 9, rough)
        yield Said("Done.")
        heard.set()

    events = beside(answer, threading.Event())
    assert next(events) == Waiting(1)
    assert heard.wait(5)
    assert list(events) == [Said("Done.")]


def test_a_beat_tells_that_stop_was_pressed():
    go, cancel = threading.Event(), threading.Event()

    def answer(_cancel):
        go.wait(5)
        yield Said("Stopped.")

    events = beside(answer, cancel)
    assert next(events) == Beat(stopping=False)
    cancel.set()
    assert next(events) == Beat(stopping=True)
    go.set()
    assert Said("Stopped.") in list(events)


def test_a_page_runs_one_answer_at_a_time():
    running = Running()
    with running.claim("anna") as first, running.claim("anna") as second:
        assert second is None
        running.stop("anna")
        assert first.is_set()
    with running.claim("anna") as again:
        assert not again.is_set()


def test_a_cleared_field_gives_the_choice_back_and_an_unchanged_drawer_sets_nothing():
    assert Wishes().changes({}) is None
    assert Wishes(seed="7", guidance="5").changes({"seed": 7, "guidance": 5.0}) is None
    assert Wishes(seed="").changes({"seed": 7}) == SetParam(seed="random")
    assert Wishes(negative="").changes({"negative": "fog"}) == SetParam(negative="")
    assert Wishes(steps="").changes({"steps": 9}) == SetParam(steps="auto")
    assert Wishes(guidance="7,5").changes({}) == SetParam(guidance=7.5)
    assert Wishes(shape="").changes({"size": "512x384"}) == SetParam(aspect_ratio="auto")
    for wrong in (str(MAX_SEED + 1), "1.5", "seven", "-1"):
        with pytest.raises(BadParameter):
            Wishes(seed=wrong).changes({})


def test_widgets_without_a_value_are_empty_fields():
    assert Wishes.read(None, None, " 12 ", "", None, None, None) == Wishes(steps="12")


def test_only_a_locked_seed_is_a_wish():
    assert Wishes.read("7", False, "", "", "", "", False) == Wishes()
    assert Wishes.read("7", True, "", "", "", "", False) == Wishes(seed="7")
    assert Wishes(seed="").changes({"seed": 7}) == SetParam(seed="random")


def test_a_shape_is_a_ratio_or_a_size():
    assert Wishes(shape="3:2").changes({"size": "64x64"}) == SetParam(aspect_ratio="3:2")
    for words in ("512x384", "512 × 384", "512X384"):
        assert Wishes(shape=words).changes({}) == SetParam(size="512x384")
    assert Wishes(shape="512x384").changes({"size": "512x384"}) is None
    for wrong in ("huge", "12345x1", "3:x"):
        with pytest.raises(BadParameter):
            Wishes(shape=wrong).changes({})


def test_agents_are_refused_in_words_where_their_library_is_missing(conversations, monkeypatch):
    monkeypatch.setattr(serving, "find_spec", lambda _: None)
    with pytest.raises(HostError, match="pip install"):
        serving.launch(None, Settings(mcp=True), conversations.store)


def test_the_page_loads_nothing_from_elsewhere():
    files = [*theme.ASSETS.glob("*.*"), *TEMPLATES.glob("*.html")]
    everything = "".join(file.read_text(encoding="utf-8") for file in files)
    addresses = set(re.findall(r"https?://[\w./-]+", everything))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in everything
    assert "googleapis" not in str(theme.theme()._stylesheets)


HEAVY = "torch diffusers transformers sqlalchemy llama_cpp scipy pandas".split()
BUILD = f"""
import sys
from t2i_chat import ui
from t2i_chat.core.settings import Settings
blocks = ui.build(None, None, Settings(), None, None)
print([module for module in {HEAVY} if module in sys.modules])
print(sorted(f.api_name for f in blocks.fns.values() if f.api_visibility == "public"))
"""


def test_the_page_is_there_before_any_heavy_library_and_has_named_endpoints():
    """In a process of its own, where nothing is imported yet."""
    built = subprocess.run(
        [sys.executable, "-c", BUILD], capture_output=True, text=True, check=True
    )
    heavy, names = built.stdout.splitlines()
    assert heavy == "[]"
    assert names == "['chat', 'edit', 'generate', 'goto', 'redo', 'stop', 'undo', 'variation']"
