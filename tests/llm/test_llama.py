"""The language model: found, locked, deterministic, bound by its grammar."""

import csv
import itertools
import re
import threading
from pathlib import Path

import numpy as np
import pytest

from t2i_chat.cli.plan_batch import planned_or_asked
from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.protocols import PlanContext
from t2i_chat.llm import llama
from t2i_chat.llm.chat_template import chat_prompt, prompt_pieces
from t2i_chat.planning.line_grammar import GRAMMAR, parse
from t2i_chat.planning.planner import SCHEMA, LlmPlanner
from t2i_chat.text import captions

CASES = Path(__file__).parents[1] / "planner_cases.csv"
QUIET = {"answer", "clarify", "refuse"}


_open_real = llama.open_language_model


@pytest.fixture(scope="module")
def model():
    """The real model."""
    opened = _open_real(threads=1)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def planned(recorded):
    """What the shipped planner makes of every case, with the model's recorded answers."""
    planner = LlmPlanner(recorded)
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row, planned_or_asked(planner, row["message"], context(row))) for row in rows]


def context(row):
    pairs = [pair.split("=", 1) for pair in row["versions"].split("; ") if pair]
    shown = {int(name.strip("v")): words for name, words in pairs}
    current = int(row["current"]) if row["current"] else None
    return PlanContext(shown, current, row["previous"] or None, can_undo=max(len(shown) - 1, 0))


def agrees(plan, wanted):
    if len(plan.actions) != len(wanted.actions):
        return False
    return all(same(one, other) for one, other in zip(plan.actions, wanted.actions, strict=True))


def same(one, other):
    if one.action != other.action:
        return False
    for name in ("version", "of", "count", "steps", "seed", "aspect_ratio", "factor", "direction"):
        if getattr(one, name, None) != getattr(other, name, None):
            return False
    if one.action in ("inpaint", "remove", "replace"):
        heads = {captions.head_noun(action.target).rstrip("s") for action in (one, other)}
        return len(heads) == 1
    return True


def accepted(row):
    return [
        parse(lines.replace(" ; ", "\n"), row["message"]) for lines in row["lines"].split(" / ")
    ]


def test_the_planner_understands_what_people_say(planned):
    wrong = [
        (row["message"], [action.model_dump(exclude_none=True) for action in plan.actions])
        for row, plan in planned
        if not any(agrees(plan, wanted) for wanted in accepted(row))
    ]
    assert len(wrong) <= 0.03 * len(planned), "\n".join(map(str, wrong))


def test_nothing_is_painted_for_a_question_or_a_refusal(planned):
    loud = [
        row["message"]
        for row, plan in planned
        if all(action.action in QUIET for wanted in accepted(row) for action in wanted.actions)
        and any(action.action not in QUIET for action in plan.actions)
    ]
    assert not loud


def test_what_is_unsafe_is_never_painted(planned):
    for row, plan in planned:
        if row["habit"] == "unsafe":
            assert {action.action for action in plan.actions} <= QUIET, row["message"]


@pytest.mark.weights
def test_the_same_request_gets_the_same_answer(model):
    first = model.complete("v1 = a cat\nnow v1\n> add a hat", grammar=GRAMMAR)
    model.complete("no picture yet\n> a dog", grammar=GRAMMAR)
    assert model.complete("v1 = a cat\nnow v1\n> add a hat", grammar=GRAMMAR) == first


REQUESTS = (
    "no picture yet\n> a heron",
    "v1 = a heron\nnow v1, last: a heron\n> put it on a rock",
    "v1 = a heron\nv2 = a heron on a rock\nnow v2, last: put it on a rock\n> make the sky pink",
    "v1 = a heron\nv2 = an otter on a rock\nnow v1\n> undo that and add a frog",
)


@pytest.mark.weights
@pytest.mark.slow
def test_what_was_read_before_changes_no_bit_of_what_is_read_next(model):
    """The logits after a request, and its answer, read anew and after another that begins alike."""

    def logits():
        reader = llama.llama_cpp.llama_get_logits_ith(model._model.ctx, -1)
        return np.ctypeslib.as_array(reader, (model._model.n_vocab(),)).copy()

    def read(request):
        model._reader.read([model._tokens(piece) for piece in prompt_pieces(request)])
        return logits()

    for before, request in itertools.permutations(REQUESTS, 2):
        model._reader.forget()
        alone = read(request)
        read(before)
        assert np.array_equal(read(request), alone)


@pytest.mark.weights
def test_only_what_is_new_in_a_request_is_read(model, monkeypatch):
    model.complete(REQUESTS[1], grammar=GRAMMAR)
    evaluated = []
    evaluate = model._model.eval
    monkeypatch.setattr(
        model._model, "eval", lambda tokens: (evaluated.extend(tokens), evaluate(tokens))
    )
    model._reader.read([model._tokens(piece) for piece in prompt_pieces(REQUESTS[2])])
    assert len(evaluated) < len(model._tokens(chat_prompt(REQUESTS[2]))) - 5


@pytest.mark.weights
@pytest.mark.parametrize("grammar", [GRAMMAR, 'root ::= "maybe" | "no" [0-9]{2}'])
def test_the_answer_is_that_of_llama_cpps_own_sampler(model, grammar):
    """Also where the likeliest word is not one that the grammar allows."""
    for request in REQUESTS:
        answer = model.complete(request, grammar=grammar)
        model._reader.forget()
        said = model._model.create_completion(
            model._tokens(chat_prompt(request)),
            grammar=llama.llama_cpp.LlamaGrammar.from_string(grammar, verbose=False),
            max_tokens=200,
            temperature=0.0,
        )
        assert answer == said["choices"][0]["text"].strip()


@pytest.mark.weights
def test_a_grammar_that_cannot_be_read_is_told(model):
    with pytest.raises(ValueError, match="grammar"):
        model.complete("> undo", grammar="root ::= (")


@pytest.mark.weights
@pytest.mark.parametrize("has_amx", [0, 1])
def test_weights_keep_their_plain_layout_where_there_is_amx(monkeypatch, has_amx):
    library = llama.llama_cpp.llama_cpp
    defaults = library.llama_model_default_params
    told = f"AVX2 = 1 | AMX_INT8 = {has_amx} | OPENMP = 1".encode()
    monkeypatch.setattr(llama.llama_cpp, "llama_print_system_info", lambda: told)
    asked = []

    class Loaded:
        def __init__(self, *_, **__):
            asked.append(library.llama_model_default_params().use_extra_bufts)

    monkeypatch.setattr(llama.llama_cpp, "Llama", Loaded)
    _open_real()
    assert asked == [not has_amx]
    assert library.llama_model_default_params is defaults


@pytest.mark.weights
def test_threads_take_turns(model):
    """Two threads inside one Llama end the process, so this test ends it when the lock is gone."""
    answers = []
    ask = 'root ::= "yes" | "no"'
    threads = [
        threading.Thread(target=lambda: answers.append(model.complete("> undo", grammar=ask)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1


@pytest.mark.weights
@pytest.mark.slow
def test_a_request_too_long_for_the_context_is_cut_at_its_beginning(model):
    assert model.complete("word " * 3000, grammar='root ::= "yes"') == "yes"


@pytest.mark.weights
def test_another_model_answers_in_json_of_the_plan():
    plain = _open_real(str(llama.embedded_file()), threads=1)
    assert not plain.speaks_lines
    answer = plain.answer_json("Answer in JSON.", "undo", schema=SCHEMA, max_tokens=16)
    plain.close()
    assert re.match(r'\{ ?"actions" ?: ?\[ ?\{ ?"action" ?: ?"[a-z_]+', answer)


def test_the_embedded_file_is_there():
    assert llama.embedded_file().name.endswith(".gguf")


def test_a_missing_adapter_or_file_is_told_in_a_sentence(tmp_path):
    with pytest.raises(ModelMissing, match="adapter"):
        llama.open_language_model(adapter=tmp_path / "none.gguf")
    with pytest.raises(ModelMissing, match="no file"):
        llama.open_language_model(str(tmp_path / "none.gguf"))
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF but not really")
    with pytest.raises(ModelMissing, match="cannot load"):
        llama.open_language_model(str(broken))


@pytest.mark.parametrize("name", ["nobody", "nobody/nothing", "nobody/nothing/file.gguf"])
def test_a_hub_id_that_cannot_be_fetched_says_what_to_do(name, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelMissing, match="T2I_CHAT_LLM"):
        llama.open_language_model(name)
