"""Reads request templates and makes a message and its target answer from each."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from training.planner.contexts import Situation
from training.planner.slots import Draw, Filler, fill

SLOT = re.compile(
    r"\{((?:es|fr|de|ita|pt|nl):(?:the|a|scene|colour)|[a-z_]+?\d?(?:'s)?)"
    r"(\.a|\.|:[a-z ]*\d?)?\}"
)
FILES = (
    "edits.txt", "turns.txt", "more.txt", "foreign.txt", "talk.txt", "people.txt", "looks.txt",
    "wishes.txt", "questions.txt", "languages.txt",
)  # fmt: skip
LONGEST_COPY = 16
"""Words of a prompt the planner is taught to copy; of longer ones the person's text is taken."""


@dataclass(frozen=True, slots=True)
class Template:
    """One line of a template file: how people say it, what it means, and when it can be said."""

    section: str
    need: str
    message: str
    answer: str


@cache
def sections() -> dict[str, tuple[int, tuple[Template, ...]]]:
    """All templates by section, with the section's weight."""
    found: dict[str, tuple[int, list[Template]]] = {}
    for name in FILES:
        text = resources.files(__package__).joinpath("templates", name).read_text("utf-8")
        for line in text.splitlines():
            if line.startswith("["):
                section, weight, need = line.strip("[]").split()
                heaviest, rows = found.get(section, (0, []))
                found[section] = (max(heaviest, int(weight)), rows)
            elif "=>" in line and not line.startswith("#"):
                message, answer = (part.strip() for part in line.split("=>", 1))
                rows.append(Template(section, need, message, answer))
    return {name: (weight, tuple(rows)) for name, (weight, rows) in found.items()}


def expand(template: str, rng: random.Random) -> tuple[str, list[str]]:
    """The message with one of each "(a|b|)" taken, and what was taken, group by group."""
    taken: list[str] = []

    def sequence(at: int, nested: bool) -> tuple[list[str], int]:
        options = [""]
        while at < len(template):
            char = template[at]
            if char == "(":
                slot = len(taken)
                taken.append("")
                inner, at = sequence(at + 1, True)
                taken[slot] = rng.choice(inner)
                options[-1] += taken[slot]
            elif nested and char == ")":
                return options, at + 1
            elif nested and char == "|":
                options.append("")
                at += 1
            else:
                options[-1] += char
                at += 1
        return options, at

    options, _ = sequence(0, False)
    return re.sub(r"\s+", " ", options[0]).strip(), taken


def realise(template: Template, here: Situation, rng: random.Random) -> tuple[str, str]:
    """A message and its answer lines. Raises NoFit when the conversation lacks what it needs."""
    fillers: dict[str, Filler] = {}

    def filler(name: str) -> Filler:
        if name not in fillers:
            fillers[name] = fill(name, Draw(rng, here))
        return fillers[name]

    def adjective(word: str) -> str:
        """A slot's words, or a word that stands for itself ("more", or one taken from a group)."""
        return (
            filler(word).meant
            if word.rstrip("23") in ("adj", "colour", "comp", "lastword")
            else word
        )

    def put(match: re.Match[str], meant: bool) -> str:
        name, how = match.group(1), match.group(2) or ""
        if how == ".a":
            return filler(f"{name}.a").said
        got = filler(name)
        if not how:
            return got.meant if meant else got.said
        if how == ".":
            return got.noun.word if got.noun else got.meant
        if got.noun is None:
            return got.meant
        return got.noun.indefinite(" ".join(adjective(word) for word in how[1:].split()))

    message, taken = expand(template.message, rng)
    message = SLOT.sub(lambda m: put(m, False), message)
    answer = re.sub(r"\$(\d)(ed)?", lambda m: _taken(m, taken), template.answer)
    for name in re.findall(r"\$(\d)", answer):  # pragma: no cover - a template's own mistake
        raise ValueError(f"{template} has no group {name}")
    answer = SLOT.sub(lambda m: put(m, True), answer)
    lines = [_shorten(_tidy(line)) for line in answer.split(" ; ")]
    return message, "\n".join(lines)


def _taken(match: re.Match[str], taken: list[str]) -> str:
    """What stood in a group; within a slot it can only be plain words."""
    before = match.string[: match.start()]
    inside = before.count("{") > before.count("}")
    words = taken[int(match.group(1)) - 1]
    word = SLOT.sub("", words).strip() if inside else words
    if not match.group(2):
        return word
    word = word.strip()
    verb, _, rest = word.partition(" ")
    ending = {"e": "d", "y": "ied"}.get(verb[-1], "ed")
    stem = verb[:-1] if verb.endswith("y") and verb[-2] not in "aeiou" else verb
    if verb in ("blur", "flip"):
        stem += verb[-1]
    irregular = {"break": "broken", "freeze": "frozen"}
    return f"{irregular.get(verb, stem + ending)} {rest}".strip()


def _tidy(line: str) -> str:
    """The line without the spaces that empty groups leave."""
    return re.sub(r"\s*\|\s*", "|", re.sub(r"\s+", " ", line)).strip()


def _shorten(line: str) -> str:
    verb, *rest = line.split("|")
    if verb == "new" and rest and "=" not in rest[0] and len(rest[0].split()) > LONGEST_COPY:
        return "|".join(["new", *rest[1:]])
    return line
