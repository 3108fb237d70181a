"""Parses requests to letter text into a picture, keeping spelling and case exactly.

A language model would correct them.
"""

from __future__ import annotations

import re
from typing import Final

from t2i_chat.core.actions import MAX_LETTERS, Letter
from t2i_chat.text.colors import A_COLOUR

_OPEN, _CLOSE = "[\"“„«‘']", "[\"”“»’']"
_QUOTED: Final = rf"{_OPEN}(?P<text>.+?){_CLOSE}"
_POLITE: Final = r"(?:(?:please|pls|now|and|then|can you|could you|would you)[ ,]+)*"
_WRITE: Final = (
    r"(?:write|print|letter|engrave|(?:put|add|place|paint|set)(?: the)? (?:text|words?|letters"
    r"|lettering|caption|title|inscription))[:,]?"
)
_WHERE: Final = (
    r"(?P<where>(?:on|in|at|across|over|onto|into|along)(?: the)? (?:top of |side of )?[\w' -]+?)"
)
_THANKS: Final = r"(?:[ ,]+(?:please|pls|thanks|thank you))?[ .!?]*"
_MUST: Final = r"(?:should|must|shall|has to)"
_SAYS: Final = r"(?:say|says|read|reads)"
_OF_A_THING: Final = r"(?P<thing>(?:the|that|this|his|her|its|their|my) [\w' -]+?)"

_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"(?i:{_POLITE}{_WRITE}) {_QUOTED}(?i:(?: {_WHERE})?{_THANKS})",
        rf"(?i:{_POLITE}(?:make|let|have) {_OF_A_THING} {_SAYS}) {_QUOTED}(?i:{_THANKS})",
        rf"(?i:{_POLITE}{_OF_A_THING} {_MUST} {_SAYS}) {_QUOTED}(?i:{_THANKS})",
        # Without quotes capitals tell words to be written from words about where.
        rf"(?i:{_POLITE}{_WRITE}) (?P<text>[^a-z]*[A-Z][^a-z]*?)(?: {_WHERE})?(?i:{_THANKS})",
        rf"(?i:{_POLITE}(?:make|let|have) {_OF_A_THING} {_SAYS}) (?P<text>[^a-z]*[A-Z][^a-z]*)",
        rf"(?i:{_POLITE}{_WRITE}) (?P<text>.+) (?i:{_WHERE.replace('(?: the)?', ' the')}{_THANKS})",
    )
)


_INK: Final = re.compile(
    rf"(?i:,? in (?:big |large |small |bright |bold )*(?P<ink>{A_COLOUR})"
    r"(?: (?:letters?|lettering|writing|type|ink|text)\b|(?=[ .!?]*$)))"
)
_QUOTE: Final = re.compile(_QUOTED)


def read(message: str) -> Letter | None:
    """The Letter action a message asks for; None for other messages."""
    quoted = _QUOTE.search(message)
    for found in _INK.finditer(message):
        if quoted is None or not quoted.start() <= found.start() < quoted.end():
            written = _read(message[: found.start()] + message[found.end() :])
            ink = found["ink"].lower().replace("golden", "gold")
            return written and written.model_copy(update={"ink": ink})
    return _read(message)


def _read(message: str) -> Letter | None:
    for form in _FORMS:
        found = form.fullmatch(message.strip())
        if found is not None:
            said = found.groupdict()
            text = said["text"].strip()
            place = said.get("where") or (f"on {said['thing']}" if said.get("thing") else None)
            return Letter(text=text, target=place) if 0 < len(text) <= MAX_LETTERS else None
    return None
