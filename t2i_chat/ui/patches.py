"""Incremental page updates: compares lists of HTML pieces by hash, sends only the changed ones.

What is drawn is a list of pieces of HTML. A browser says with each event which list it shows, by
its revision; the answer is a patch from there: runs of pieces to keep, and pieces to put between
them. A revision nobody remembers is answered with all of the list, so that a restart, a second
page or a lost answer costs bytes and nothing else. `assets/patches.js` is the other end.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Patch = dict[str, Any]
"""`base` and `rev`, two revisions; `ops`, of which `[i, j]` keeps pieces i to j of the base's list
and `[key, parent, html]` puts a piece there. Without a base the list it starts from is empty."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some HTML elements, inside the first element of the piece with the key `parent`.

    A piece stands behind its parent in the list, and no two have the same key. The page knows
    some parents itself: the elements that `assets/patches.js` was told to draw into.
    """

    key: str
    parent: str
    html: str

    @property
    def digest(self) -> bytes:
        """Tells pieces apart."""
        content = json.dumps([self.key, self.parent, self.html]).encode()
        return hashlib.blake2b(content, digest_size=8).digest()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list of pieces that a page shows, by their digests."""

    revision: str
    digests: tuple[bytes, ...]


BLANK = Sheet("", ())
"""A page that shows nothing, or nothing that is remembered."""


def sheet(pieces: Sequence[Piece]) -> Sheet:
    """A list of pieces, with the revision that only the same list has."""
    digests = tuple(piece.digest for piece in pieces)
    return Sheet(hashlib.blake2b(b"".join(digests), digest_size=16).hexdigest(), digests)


class Sheets:
    """The lists that were sent last, to any page."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._sent: OrderedDict[str, Sheet] = OrderedDict()
        self._lock = threading.Lock()

    def shown(self, value: object) -> Sheet:
        """The list that a browser says it shows, whatever it really sent; else `BLANK`."""
        revision = value.get("rev") if isinstance(value, dict) else None
        with self._lock:
            if not isinstance(revision, str) or revision not in self._sent:
                return BLANK
            self._sent.move_to_end(revision)
            return self._sent[revision]

    def patch(self, base: Sheet, pieces: Sequence[Piece]) -> Patch:
        """What turns the list `base` into `pieces`, which are remembered from now on."""
        new = sheet(pieces)
        with self._lock:
            self._sent[new.revision] = new
            self._sent.move_to_end(new.revision)
            while len(self._sent) > self._most:
                self._sent.popitem(last=False)
        return {"base": base.revision, "rev": new.revision, "ops": list(_ops(base, new, pieces))}


def _ops(base: Sheet, new: Sheet, pieces: Sequence[Piece]) -> Iterator[list[int] | list[str]]:
    match = SequenceMatcher(None, base.digests, new.digests, autojunk=False)
    for kind, kept_from, kept_to, new_from, new_to in match.get_opcodes():
        if kind == "equal":
            yield [kept_from, kept_to]
        else:
            yield from ([one.key, one.parent, str(one.html)] for one in pieces[new_from:new_to])
