"""What is not understood is said in the person's language, with buttons that will be."""

import csv
from importlib import resources

import pytest

from t2i_chat.core.actions import Clarify, Goto, Plan, Remove, Undo
from t2i_chat.planning.glossary import gloss
from t2i_chat.planning.languages import UNREAD, language_of, sorry, translated
from t2i_chat.planning.planner import LlmPlanner
from tests.planning.test_planner import EMPTY, HERE, FakeModel

ROWS = list(
    csv.DictReader(
        resources.files("t2i_chat.planning")
        .joinpath("languages.csv")
        .read_text("utf-8")
        .splitlines()
    )
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("haz el cielo azul", "es"),
        ("mets un chat dans le jardin", "fr"),
        ("mach den Himmel rot", "de"),
        ("metti un gatto nella foto", "it"),
        ("tire o gato do telhado", "pt"),
        ("сделай темнее", "ru"),
        ("画一只猫", "zh"),
        ("猫を描いて", "ja"),
        ("고양이 그려줘", "ko"),
        ("बिल्ली बनाओ", "hi"),
        ("ارسم قطة", "ar"),
        ("zzz", None),
        ("No!", None),
        ("no me gusta", "es"),
    ],
)
def test_languages_are_told_apart(text, language):
    assert language_of(text) == language


def test_every_language_has_every_sentence():
    languages = {row["language"] for row in ROWS}
    assert languages >= {"es", "fr", "de", "pt", "zh", "ja", "hi", "ar"}
    keys = {(row["language"], row["key"]) for row in ROWS}
    assert len(keys) == len(languages) * 5
    assert all(row["sentence"].strip() for row in ROWS)


@pytest.mark.parametrize("language", sorted(UNREAD))
def test_every_button_of_a_language_the_model_cannot_read_is_in_the_table(language):
    for row in ROWS:
        if row["language"] == language:
            assert all(gloss(option) for option in row["options"].split("/") if option), row


@pytest.mark.parametrize(
    "message",
    [
        "这是一个非常复杂的句子没有人会明白的",
        "इस वाक्य को कोई नहीं समझेगा भाई साहब",
        "هذه جملة معقدة جدا لا يفهمها أحد",
        "この文章は誰にも理解できません",
    ],
)
def test_what_cannot_be_read_paints_nothing_and_says_so_in_its_language(message):
    model = FakeModel()
    for context in (HERE, EMPTY):
        (action,) = LlmPlanner(model).plan(message, context).actions
        assert isinstance(action, Clarify)
        assert language_of(action.question) == language_of(message)
        assert len(action.options) >= 2
    assert model.asked == []


def test_a_larger_model_reads_every_language_itself():
    model = FakeModel('{"actions": [{"action": "undo"}]}', speaks_lines=False)
    assert LlmPlanner(model).plan("这是一个非常复杂的句子", HERE).actions == (Undo(),)
    assert "这是一个非常复杂的句子" in model.asked[0]


def test_a_question_is_asked_in_the_language_of_the_message():
    (asked,) = LlmPlanner(FakeModel("ask|more")).plan("haz algo con el cielo", HERE).actions
    assert asked.question.startswith("¿")
    (asked,) = LlmPlanner(FakeModel("ask|more")).plan("do something to it", HERE).actions
    assert asked.question == "What would you like to be different?"


def test_only_standing_questions_are_translated():
    plans = [
        Plan(actions=(Goto(version=1),)),
        Plan(actions=(Clarify(question="Which lamp?"),)),
        Plan(actions=(Remove(target="x"),)),
    ]
    assert [translated(plan, "de") for plan in plans] == plans
    assert translated(plans[1], None) == plans[1]
    assert "Knopf" in sorry("de", True).question
