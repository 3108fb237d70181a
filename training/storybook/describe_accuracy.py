"""Measures how well wishes are understood, on two sets written before the parser was.

`python -m training.storybook.describe_accuracy` prints the shares for wishes.jsonl, which the
parser was developed on, and wishes_held.jsonl, of which only these totals are ever looked at.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from t2i_chat.storybook.bank import load_bank
from t2i_chat.storybook.describing import NounFinder, describe
from t2i_chat.storybook.description import Description, Thing

FOLDER = Path(__file__).parents[2] / "tests" / "storybook" / "describing"
SETS = ("wishes.jsonl", "wishes_held.jsonl")
DETAILS = ("count", "colours", "size", "pose", "position")
Wish = Mapping[str, Any]
Marks = dict[str, bool]


def read_wishes(path: Path) -> list[Wish]:
    """Read wishes with what they mean: one object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def mark(wish: Wish, bank: NounFinder) -> Marks:
    """Which kinds of statement about a wish are all right; kinds it has none of are left out.

    Nouns are compared as the bank draws them, so the wishes suit any bank. A kind of which the wish
    says nothing and the description something is wrong.
    """
    found = describe(wish["prompt"], bank)
    pairs = _paired(wish["things"], found.things, bank)
    marks = {"things": pairs is not None and _all_undrawn(wish, found, bank)}
    for detail in DETAILS:
        expected = [_detail(thing, detail) for thing in wish["things"]]
        if pairs is not None and (any(expected) or any(_said(t, detail) for t in found.things)):
            marks[detail] = all(_same(thing, one, detail) for thing, one in pairs)
    if wish["related"] or found.related:
        marks["related"] = _relations(wish, bank) == _found_relations(found)
    if wish["setting"] or any(asdict(found.setting).values()):
        said = {field: value for field, value in asdict(found.setting).items() if value}
        marks["setting"] = said == wish["setting"]
    return {**marks, "whole": all(marks.values())}


def measure(wishes: Iterable[Wish], bank: NounFinder) -> dict[str, tuple[int, int]]:
    """Right and all, by kind of statement, then whole wishes by kind of wish."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for wish in wishes:
        marks = mark(wish, bank)
        for kind, good in {**marks, f"wishes: {wish['kind']}": marks["whole"]}.items():
            every[kind] += 1
            right[kind] += good
    return {kind: (right[kind], every[kind]) for kind in sorted(every)}


def _noun(words: str, bank: NounFinder) -> str:
    match = bank.find(words)
    return match.noun if match else words


def _paired(
    expected: Sequence[Wish], found: Sequence[Thing], bank: NounFinder
) -> list[tuple[Wish, Thing]] | None:
    """Each expected thing that the bank can draw with the one found; None if any lacks its pair."""
    left = list(found)
    pairs = []
    for thing in expected:
        match = bank.find(thing["noun"])
        if match is None:
            continue
        one = next((t for t in left if t.noun == match.noun and _same(thing, t, "colours")), None)
        one = one or next((t for t in left if t.noun == match.noun), None)
        if one is None:
            return None
        left.remove(one)
        pairs.append((thing, one))
    return None if left else pairs


def _all_undrawn(wish: Wish, found: Description, bank: NounFinder) -> bool:
    strange = [t["noun"] for t in wish["things"] if bank.find(t["noun"]) is None]
    return sorted([*wish["undrawn"], *strange]) == sorted(found.undrawn)


def _detail(thing: Wish, detail: str) -> object:
    return thing.get(detail)


def _said(thing: Thing, detail: str) -> bool:
    return getattr(thing, detail) not in (None, (), 1, "usual")


def _same(thing: Wish, found: Thing, detail: str) -> bool:
    """Whether a detail is as expected; a colour may be in the noun: "black cat"."""
    value = getattr(found, detail)
    if detail == "colours":
        return {*value, *found.noun.split()} >= {*thing.get("colours", ())} >= {*value}
    usual = {"count": 1, "size": "usual"}.get(detail)
    return bool(value == thing.get(detail, usual))


def _relations(wish: Wish, bank: NounFinder) -> list[tuple[str, ...]]:
    return sorted(
        (relation, _noun(one, bank), *(_noun(other, bank) for other in others))
        for one, relation, *others in wish["related"]
    )


def _found_relations(found: Description) -> list[tuple[str, ...]]:
    nouns = [thing.noun for thing in found.things]
    return sorted(
        (r.relation, nouns[r.one], *(nouns[k] for k in (r.other, r.other2) if k is not None))
        for r in found.related
    )


def _table(name: str, scores: Mapping[str, tuple[int, int]]) -> str:
    lines = [f"{kind:20} {right:4} of {every:4}" for kind, (right, every) in scores.items()]
    return "\n".join([name, *lines, ""])


def main() -> None:
    """Print the shares for both sets."""
    bank = load_bank()
    for name in SETS:
        print(_table(name, measure(read_wishes(FOLDER / name), bank)))  # noqa: T201 -- a command


if __name__ == "__main__":
    main()
