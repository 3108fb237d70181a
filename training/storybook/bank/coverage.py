"""Measures how many common nouns the bank draws: `python -m training.storybook.bank.coverage`.

wanted.txt lists 500 that a picture book might be asked for, chosen before the bank was looked at.
Half of them, drawn with a seed, were used to improve the tables of words; the other half are only
counted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from t2i_chat.storybook.bank import Bank, load_bank

PATH = Path(__file__).with_name("wanted.txt")
SEED = 500
HOWS = {
    "name": "drawn as themselves",
    "synonym": "drawn as themselves",
    "nearest": "nearest, and said",
}
NOTHING = "nothing, and said"


def halves() -> tuple[Sequence[str], Sequence[str]]:
    """The nouns to develop against and those only to count."""
    nouns = PATH.read_text(encoding="utf-8").split("\n")[:-1]
    random.Random(SEED).shuffle(nouns)
    middle = len(nouns) // 2
    return sorted(nouns[:middle]), sorted(nouns[middle:])


def outcomes(nouns: Sequence[str], bank: Bank) -> Counter[str]:
    """How many nouns are drawn as themselves, as the nearest, and not at all."""
    found = (bank.find(noun) for noun in nouns)
    return Counter(NOTHING if match is None else HOWS[match.how] for match in found)


def report(
    words: Annotated[bool, typer.Option(help="List the first half's nouns as well.")] = False,
) -> None:
    """Print the share of each outcome for both halves."""
    bank = load_bank()
    seen, held = halves()
    for name, nouns in (("developed against", seen), ("only counted", held)):
        shares = (f"{how} {n / len(nouns):.1%}" for how, n in outcomes(nouns, bank).most_common())
        typer.echo(f"{name} ({len(nouns)}): " + "; ".join(shares))
    for noun in seen if words else ():
        typer.echo(f"{noun}: {bank.find(noun)}")


if __name__ == "__main__":
    typer.run(report)
