"""The evaluation asks fair questions, drives the real program, and counts what it should."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from typer.testing import CliRunner

from t2i_chat.chat.session import Parts
from t2i_chat.core.geometry import Box
from t2i_chat.core.registry import facts_for
from t2i_chat.core.settings import Settings
from t2i_chat.store import SqlStore
from t2i_chat.storybook.judge import Sight, SightPiece
from t2i_chat.storybook.scenes import GRID, HELD_OUT
from t2i_chat.storybook.vocabulary import load_vocabulary
from tests.fakes import FakePlanner, FakeRenderer, FakeSegmenter
from training.storybook import evaluate, gallery
from training.storybook.evaluate import table
from training.storybook.measure import Effort, Figure, Measure, share
from training.storybook.questions import KINDS, PLACES, article, questions
from training.storybook.scripted_edits import EDITS, begin, carry_out, stories
from training.storybook.studio import Studio

FEW = Effort(prompts=2, stories=1, composed=4, scenes=3)
EMPTY = Sight(256, (), "nowhere", "nowhere")


def sight_of(scene):
    """What a perfect judge sees in a scene."""
    return Sight(scene.size, tuple(map(piece_of, scene.things)), scene.sky, scene.ground)


def piece_of(thing):
    left, top, right, bottom = thing.box
    cells = np.zeros((16, 16), np.bool_)
    cells[top // GRID : -(-bottom // GRID), left // GRID : -(-right // GRID)] = True
    middle = (left + right) / 2, (top + bottom) / 2
    return SightPiece(thing.noun, cells, middle, thing.colour)


@pytest.fixture
def parts(tmp_path):
    return Parts(
        planner=FakePlanner(),
        segmenter=FakeSegmenter({"the sky": Box(x0=0, y0=0, x1=256, y1=100)}),
        renderer=FakeRenderer(),
        store=SqlStore(tmp_path),
        facts=replace(facts_for("storybook"), num_inference_steps=20),
        settings=Settings(data_dir=tmp_path, enrich=False),
    )


@pytest.fixture
def studio(parts):
    return Studio(parts)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_question_is_answered_by_its_own_scene_and_not_by_an_empty_one(kind):
    asked = list(questions(kind, 6))
    assert [q.prompt for q in asked] == [q.prompt for q in questions(kind, 6)]
    for question in asked:
        assert question.scene.seed >= 2 * HELD_OUT
        assert question.answered(sight_of(question.scene)), question.prompt
        assert not question.answered(EMPTY), question.prompt


def test_counts_and_places_are_asked_about_in_turn():
    by_name = {kind.name: kind for kind in KINDS}
    counts = [len(q.scene.things) for q in questions(by_name["count 1 to 4 as said"], 8)]
    assert counts == [1, 2, 3, 4] * 2
    places = [q.prompt for q in questions(by_name["position as said"], 3)]
    assert all(word in prompt for word, prompt in zip(PLACES, places, strict=True))


def test_colours_swapped_are_colours_wrong():
    (kind,) = (k for k in KINDS if "colour" in k.name)
    for question in questions(kind, 4):
        one, other = question.scene.things
        swapped = replace(one, colour=other.colour), replace(other, colour=one.colour)
        assert not question.answered(sight_of(replace(question.scene, things=swapped)))


def test_every_kind_of_edit_is_done_by_its_after_and_not_by_its_before():
    for story in stories(4):
        before = sight_of(story.before)
        assert [edit.name for edit in story.edits] == list(EDITS)
        for edit in story.edits:
            after = sight_of(edit.after)
            assert edit.done(after)
            assert edit.harmless(before, after)
            assert not edit.done(before)


def test_an_edit_that_loses_or_repaints_another_thing_harms():
    for story in stories(3):
        before = sight_of(story.before)
        for edit in story.edits:
            kept = edit.others[0]
            after = sight_of(edit.after)
            lost = tuple(piece for piece in after.pieces if piece.noun != kept)
            assert not edit.harmless(before, replace(after, pieces=lost))
            other = tuple(
                replace(p, colour="strange") if p.noun == kept else p for p in after.pieces
            )
            assert not edit.harmless(before, replace(after, pieces=other))


def test_an_edit_goes_through_the_program_and_leaves_the_rest_alone(studio):
    (story,) = stories(1)
    talk = studio.talk()
    base = begin(talk, story, seed=3)
    by_name = {edit.name: edit for edit in story.edits}
    sky = carry_out(talk, by_name["sky"])
    assert sky.untouched
    assert np.array_equal(sky.pixels[100 + GRID :], base[100 + GRID :])
    assert not np.array_equal(sky.pixels[:100], base[:100])
    assert carry_out(talk, by_name["remove"]).pixels is None  # the fake finds no such thing


def test_a_blind_judge_finds_nothing_right(studio, tmp_path):
    measure = Measure(studio, lambda _: EMPTY, FEW, tmp_path)
    figure = measure.pictures(KINDS[0])
    assert (figure.value, figure.ceiling, figure.if_seen, figure.count) == (0, 0, None, 2)
    assert (tmp_path / "one-object-present.png").is_file()
    edits = {figure.name: figure for figure in measure.edits()}
    assert edits["edit: remove"].count == 0
    assert edits["edit: remove"].value is None
    assert edits["edit: sky"].value == 0


def test_a_judge_that_sees_what_was_asked_finds_everything_right(studio):
    sights = [sight_of(question.scene) for question in questions(KINDS[0], FEW.composed)]
    answers = iter([*sights, *sights[: FEW.prompts]])  # of the composed scenes, then the painted
    figure = Measure(studio, lambda _: next(answers), FEW).pictures(KINDS[0])
    assert (figure.value, figure.ceiling, figure.if_seen) == (1, 1, 1)


def test_the_segmenter_that_finds_nothing_overlaps_with_nothing(parts):
    studio = Studio(replace(parts, segmenter=FakeSegmenter()))
    effort = replace(FEW, scenes=12)
    overlap, quiet = Measure(studio, lambda _: EMPTY, effort).segmenter()
    assert overlap.value == 0
    assert quiet.value == 1
    assert overlap.count + quiet.count == 12


def test_times_are_measured_in_both_modes(studio):
    measure = Measure(studio, lambda _: EMPTY, FEW)
    measure.pictures(KINDS[0])
    assert measure.drafts(KINDS[0]).count == 2
    names = [figure.name for figure in measure.times()]
    assert names[0] == "picture, 20 steps"
    assert "draft, 8 steps" in names
    steps = [r.recipe.num_inference_steps for r in studio.parts.renderer.requests]
    assert set(steps) == {20, 8}


def test_shares_are_per_cent_and_the_rest_has_its_unit(capsys):
    assert share([]) is None
    assert share([True, False, True]) == pytest.approx(0.667)
    rows = [
        Figure("one", 0.5, 0.95, ceiling=0.975, if_seen=None, count=40),
        Figure("two", None, 0.85, count=0),
        Figure("three", 1.84, 2.0, unit="s"),
    ]
    Console(width=120).print(table(rows))
    said = capsys.readouterr().out
    for words in ("50.0 %", "97.5 %", "95.0 %", "40", "1.84 s", "2 s"):
        assert words in said


def test_the_command_prints_json(monkeypatch):
    def few(*_):
        yield Figure("one object present", 0.5, 0.95)

    monkeypatch.setattr(evaluate, "evaluate", few)
    monkeypatch.setattr(evaluate, "Judge", lambda _: None)
    result = CliRunner().invoke(evaluate.app, ["--quick", "--json"])
    assert result.exit_code == 0
    assert '"one object present"' in result.stdout


def test_an_article_fits_its_word():
    assert article("owl") == "an owl"
    assert article("red owl") == "a red owl"


def test_sixty_wishes_that_all_name_something_known():
    words = load_vocabulary()
    assert len(set(gallery.PROMPTS)) == 60
    names = [name for n in words.nouns.values() for name in (n.noun, n.plural, *n.synonyms)]
    assert all(any(name in prompt for name in names) for prompt in gallery.PROMPTS)
    named = {n.noun for n in words.nouns.values() for p in gallery.PROMPTS
             if n.noun in p or n.plural in p}  # fmt: skip
    assert len(named) > 70


def test_the_gallery_is_one_small_palette_picture(studio, tmp_path):
    gallery.paint_sheet(studio, tmp_path / "sheet.png", side=32, columns=10)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.mode == "P"
        assert sheet.width == 360
        assert sheet.height > 6 * 36
    seeds = [request.recipe.seed for request in studio.parts.renderer.requests]
    assert seeds == list(range(60))
