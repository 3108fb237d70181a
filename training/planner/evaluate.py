"""Scores planners on a folder of labelled requests and prints the table.

    python -m training.planner.evaluate FOLDER

FOLDER holds edits.jsonl, turns.jsonl, prompts.jsonl and the rules, score.py. Three planners are
compared: the plain code without a model, the model without the plain code, and both, which is what
the program runs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from t2i_chat.cli.plan_batch import context_of, dumped
from t2i_chat.core.actions import Clarify, Plan
from t2i_chat.core.errors import UserError
from t2i_chat.core.protocols import LanguageModel, PlanContext
from t2i_chat.llm import llama
from t2i_chat.planning.enrich import keeps
from t2i_chat.planning.line_grammar import GRAMMAR, BadLine, clean, parse, situation
from t2i_chat.planning.planner import LlmPlanner

Row = Mapping[str, Any]
Ask = Callable[[str, PlanContext], Plan]
log = logging.getLogger(__name__)


class NoModel:
    """Stands where the language model does and never knows what is meant."""

    speaks_lines = True

    def complete(self, request: str, *, grammar: str, max_tokens: int = 200) -> str:  # noqa: ARG002  the protocol's names
        """A question, whatever the request is."""
        return "ask|more"

    def continue_text(self, text: str, *, grammar: str, seed: int, max_tokens: int = 40) -> str:  # noqa: ARG002  as above
        """Nothing."""
        return ""

    def answer_json(
        self,
        system: str,  # noqa: ARG002  as above
        request: str,  # noqa: ARG002
        *,
        schema: Mapping[str, object],  # noqa: ARG002
        max_tokens: int = 700,  # noqa: ARG002
    ) -> str:
        """A question, whatever the request is."""
        return '{"actions": [{"action": "clarify", "question": "What is meant?"}]}'


def alone(model: LanguageModel) -> Ask:
    """The model's own answer, only brought into the types."""

    def ask(text: str, context: PlanContext) -> Plan:
        request = situation(context.captions, context.current, context.previous, text)
        return parse(model.complete(request, grammar=GRAMMAR), clean(text))

    return ask


@dataclass(frozen=True, slots=True)
class Made:
    """What a planner made of a row: its plan's actions, none where that was no plan.

    `seconds` passed meanwhile; `work` of them were this program's own, whatever else ran.
    """

    row_id: str
    actions: list[dict[str, Any]]
    seconds: float
    work: float


def answers(ask: Ask, rows: Sequence[Row]) -> Iterator[Made]:
    """What a planner makes of each row; what cannot be done is a question, as in the chat."""
    for row in rows:
        text = str(row.get("utterance") or row.get("text") or "")
        began, worked = time.monotonic(), time.process_time()
        actions: list[dict[str, Any]] = []
        try:
            actions = dumped(ask(text, context_of(row)))
        except UserError as error:
            question = Clarify(question=str(error), options=error.options)
            actions = dumped(Plan(actions=(question,)))
        except BadLine:
            log.debug("no plan for %s", row["id"])
        took, work = time.monotonic() - began, time.process_time() - worked
        yield Made(str(row["id"]), actions, took, work)


def rules(folder: Path) -> ModuleType:
    """The yardstick's own rules, FOLDER/score.py."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(folder: Path, planners: Mapping[str, Ask]) -> Iterator[str]:
    """The lines of the table: one planner after the other, then the last one by kind."""
    score = rules(folder)
    for what, judge in (("edits", score.score_edits), ("turns", score.score_turns)):
        rows = _rows(folder / f"{what}.jsonl")
        kinds: Mapping[str, Mapping[str, int]] = {}
        for name, ask in planners.items():
            made = list(answers(ask, rows))
            tally, kinds, _ = judge({one.row_id: one.actions for one in made}, rows)
            valid = sum(bool(one.actions) for one in made)
            spread = _spread([one.seconds for one in made])
            work = _spread([one.work for one in made])
            yield f"{what:6} {name:6} {_told(tally)} valid {valid}  {spread}; of work {work}"
        yield from (f"  {what} {kind:22} {_told(found)}" for kind, found in sorted(kinds.items()))


def enrichment(folder: Path, planner: LlmPlanner) -> str:
    """The share of prompts whose every word stands in the enriched prompt, in its order.

    That holds for more than the nouns, counts, colours, relations and negations among them.
    """
    said = [str(row["prompt"]) for row in _rows(folder / "prompts.jsonl")]
    kept, more, work = 0, 0, []
    for prompt in said:
        worked = time.process_time()
        enriched = planner.enrich(prompt)
        work.append(time.process_time() - worked)
        kept += keeps(prompt, enriched.prompt)
        more += bool(enriched.added)
    return (
        f"enrichment keeps the words of {kept} of {len(said)} prompts and adds to {more}"
        f"  of work {_spread(work)}"
    )


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _told(tally: Mapping[str, int]) -> str:
    return " ".join(f"{name} {count}" for name, count in tally.items())


def _spread(seconds: Sequence[float]) -> str:
    late = sorted(seconds)[int(0.95 * len(seconds))]
    return f"median {statistics.median(seconds):.2f} s, p95 {late:.2f} s"


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="the yardstick's files")
    parser.add_argument("--threads", type=int, default=1, help="how many the model may use")
    parser.add_argument("--adapter", type=Path, help="another adapter than the one shipped")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s", force=True)
    model = llama.open_language_model(
        threads=options.threads, adapter=options.adapter or llama.ADAPTER
    )
    both = LlmPlanner(model)
    planners = {"rules": LlmPlanner(NoModel()).plan, "model": alone(model), "both": both.plan}
    for line in table(options.folder, planners):
        log.info("%s", line)
    log.info("%s", enrichment(options.folder, both))


if __name__ == "__main__":
    main()
