"""Writes synthetic requests with their plans, for training the small planner; seeded.

    python -m training.planner.generate 8000 runs/requests.jsonl --seed 1

Knows templates and words only. `--exclude FILE` drops whatever equals or nearly equals a text of
that file (JSON lines with "text" or "utterance"), so that a yardstick stays unseen.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from t2i_chat.planning.line_grammar import BadLine, parse
from t2i_chat.planning.line_grammar import situation as situation_text
from training.planner.contexts import Situation, situation
from training.planner.leaks import bag, near, texts
from training.planner.slots import NoFit
from training.planner.templates import Template, realise, sections
from training.planner.typing_noise import say

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """One request as the planner reads it, and the lines it is to answer."""

    prompt: str
    answer: str
    section: str


def samples(seed: int, exclude: Sequence[str] = ()) -> Iterator[Sample]:
    """Endless different samples; every section in its weight, its templates in turn."""
    rng = random.Random(seed)
    names = [name for name, (weight, _) in sections().items() for _ in range(weight)]
    decks: dict[str, list[Template]] = {}
    barred = [bag(text) for text in exclude]
    seen: set[str] = set()
    while True:
        name = rng.choice(names)
        if not decks.get(name):
            decks[name] = rng.sample(sections()[name][1], k=len(sections()[name][1]))
        made = _sample(decks[name].pop(), rng)
        if made is None or made[0].prompt in seen or near(bag(made[1]), barred):
            continue
        seen.add(made[0].prompt)
        yield made[0]


def _sample(template: Template, rng: random.Random) -> tuple[Sample, str] | None:
    here = situation(rng, template.need)
    if template.need == "edit" and template.section != "clarify" and rng.random() < 0.04:
        here = Situation()
    try:
        message, answer = realise(template, here, rng)
    except NoFit:
        return None
    message = say(message, rng, polite=template.section not in ("new_bare", "new_short"))
    prompt = situation_text(here.captions, here.current, here.previous, message)
    try:
        parse(answer, "own words")
    except BadLine as error:
        raise ValueError(f"{template} makes {answer!r}") from error
    return Sample(prompt, answer, template.section), message


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("count", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exclude", type=Path, action="append", default=[])
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    endless = samples(options.seed, texts(options.exclude))
    with options.out.open("w", encoding="utf-8") as out:
        for _, sample in zip(range(options.count), endless, strict=False):
            out.write(json.dumps(asdict(sample), ensure_ascii=False) + "\n")
    log.info("%d samples in %s", options.count, options.out)


if __name__ == "__main__":
    main()
