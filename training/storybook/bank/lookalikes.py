"""Lists correct words that would be taken for a slip of a name in the bank.

`python -m training.storybook.bank.lookalikes FILE…` reads lists of English words, one a line (those
used are SCOWL's of size 60, Debian's packages wamerican and wbritish).
"""

from __future__ import annotations

from pathlib import Path

import typer

from t2i_chat.storybook.bank import load_bank
from t2i_chat.storybook.bank.find import LOOKALIKES, SLIP


def write(lists: list[Path]) -> None:
    """Write the package's lookalikes.txt anew."""
    LOOKALIKES.write_text("", encoding="utf-8")
    load_bank.cache_clear()
    find = load_bank().find
    words = {
        word
        for file in lists
        for word in file.read_text(encoding="utf-8").split()
        if word.isalpha() and word.islower()
    }
    found = ((word, find(word)) for word in sorted(words))
    taken = [word for word, match in found if match is not None and match.score == SLIP]
    LOOKALIKES.write_text("\n".join(taken) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(write)
