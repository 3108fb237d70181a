"""Finds held-out requests that also occur in the training requests or templates (data leaks).

    python -m training.planner.leaks FOLDER --requests requests.jsonl

FOLDER holds JSON-lines files with "text", "utterance" or "prompt". A request that nearly equals one
of them, or a template that can say nearly the same, is listed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.planner.templates import SLOT, expand, sections

NEAR = 0.8
"""Share of common words above which two texts count as nearly the same."""
COMMAND = 2
"""Different words of a text that is a mere command, which nobody owns."""
IDIOM = 4
"""Different words up to which a template's text is common speech; requests are held to COMMAND."""
EXPANSIONS = 40
"""How often a template's alternatives are drawn when it is held against the yardstick."""
log = logging.getLogger(__name__)

Words = frozenset[str]


def bag(text: str) -> Words:
    """The words of a text without their order."""
    return frozenset(re.findall(r"\w+", text.lower()))


def near(words: Words, barred: Sequence[Words], command: int = COMMAND) -> bool:
    """Whether they are nearly the words of one of the barred texts; commands never are."""
    if len(words) <= command:
        return False
    return any(len(words & other) >= NEAR * len(words | other) for other in barred)


def texts(paths: Sequence[Path]) -> list[str]:
    """What people say in JSON-lines files."""
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    return [str(row.get("text") or row.get("utterance") or row.get("prompt") or "") for row in rows]


def yardstick(folder: Path) -> list[str]:
    """All texts of a folder's JSON-lines files."""
    return texts(sorted(folder.glob("*.jsonl")))


def in_requests(file: Path, barred: Sequence[Words]) -> Iterator[str]:
    """The messages of a training file that nearly equal a barred text."""
    for line in file.read_text("utf-8").splitlines():
        message = str(json.loads(line)["prompt"]).rpartition("> ")[2]
        if near(bag(message), barred):
            yield message


def in_templates(barred: Sequence[Words], rng: random.Random) -> Iterator[str]:
    """What templates can say that nearly equals a barred text, its slots left out."""
    for _, rows in sections().values():
        for template in rows:
            said = {SLOT.sub(" ", expand(template.message, rng)[0]) for _ in range(EXPANSIONS)}
            yield from (text for text in sorted(said) if near(bag(text), barred, IDIOM))


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 when something leaked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="the yardstick's files")
    parser.add_argument("--requests", type=Path, help="what generate.py wrote")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    barred = [bag(text) for text in yardstick(options.folder)]
    found = list(in_templates(barred, random.Random(1)))
    if options.requests:
        found += in_requests(options.requests, barred)
    for text in found:
        log.warning("leaked: %s", text)
    log.info("%d leaks against %d texts", len(found), len(barred))
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())
