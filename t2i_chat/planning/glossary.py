"""Translates short messages to English word by word, with a table (glossary.csv); all or nothing.

The embedded language model reads English, and other scripts only as bytes. A message is glossed
only if nearly all of it is in the table, otherwise it stays as it is. The only grammar: the verb
comes first and takes its objects along.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

UNSPACED = ("zh", "ja", "ko")
"""Languages without spaces, matched character by character."""
_AFTER = ("ja", "ko", "hi")
"""Languages that say "house on" for "on the house"."""
_PLACES = frozenset(["on", "in", "under", "next to", "with", "without"])
SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}
"""The scripts of the languages, in the order in which they are tested."""
_SKIPPED = {
    "es": "el la los las un una unos unas al del de por favor que se me lo y a más le".split(),
    "fr": "le la les un une des du de au aux l d s'il te plaît vous plait et moi par".split(),
    "de": """der die das den dem des ein eine einen einem einer bitte mir und es durch gegen weg
    dazu hinzu zu mal""".split(),
    "it": "il lo la i gli le un uno una dei delle di del della per favore e l con a più".split(),
    "pt": "o a os as um uma uns umas do da dos das de por favor e ao mais".split(),
    "ru": "пожалуйста и мне это этот эту её его ка самое самую".split(),
    "zh": [
        *"把将的了请一只个棵张幅间座朵条辆吧啊我给它那这位头匹本杯盏",
        "给我",
        "颜色",
        "一点",
        "一些",
        "还是",
        "可以",
        "能不能",
        "帮我",
    ],
    "ja": [
        *"をはがのでへと色",
        "やっぱり",
        "ちょっと",
        "少し",
        "もう",
        "すこし",
        "してください",
        "ください",
        "して",
        "お願いします",
        "下さい",
    ],
    "ko": "을 를 은 는 이 가 에 의 으로 로 좀 해줘 주세요 색 색깔".split(),
    "hi": "को का की के एक से कृपया और है ने रंग चित्र".split(),
    "ar": "من فضلك و هذا هذه إلى ب لون لو سمحت واحد واحدة".split(),
}
"""Small words that carry nothing a plan needs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase and its English; one with {} takes the words around it into its slots."""

    phrase: str
    english: str

    @property
    def slots(self) -> int:
        """How many groups of words it takes."""
        return self.english.count("{}")


def gloss(message: str) -> str | None:
    """The message in English, or None if the table does not cover nearly all of it."""
    if not any(letter.isalpha() for letter in message):
        return None
    for language in _languages(message):
        found = _match(_bare(message), language)
        if found is not None:
            return _arrange(_prepositions(found) if language in _AFTER else found)
    return None


def _bare(text: str) -> str:
    """The text in lower case and, in Latin letters, without accents, which many leave out."""
    names = (unicodedata.name(letter, "") for letter in text if letter.isalpha())
    if not all(name.startswith("LATIN") for name in names):
        return text.lower()
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def verbs(message: str, language: str) -> frozenset[str]:
    """The English patterns of the verbs a message holds, as "remove the {}"."""
    words = " ".join(re.findall(r"[\w'’-]+", _bare(message)))
    return frozenset(
        entry.english
        for entry in _entries(language)
        if entry.slots and f" {entry.phrase} " in f" {words} "
    )


def things(message: str, language: str) -> frozenset[str]:
    """The English of those single words of a message that the table holds."""
    words = frozenset(re.findall(r"[\w'’-]+", _bare(message)))
    return frozenset(
        entry.english
        for entry in _entries(language)
        if entry.phrase in words and entry.english and not entry.slots
    )


def _languages(message: str) -> tuple[str, ...]:
    for language, script in SCRIPTS.items():
        if script.search(message):
            return (language,)
    return ("es", "fr", "de", "it", "pt")


@cache
def _entries(language: str) -> tuple[Entry, ...]:
    text = resources.files(__package__).joinpath("glossary.csv").read_text(encoding="utf-8")
    found = [
        Entry(_bare(phrase.strip()), row["english"])
        for row in csv.DictReader(text.splitlines())
        for phrase in row[language].split("/")
        if phrase.strip()
    ]
    found += [Entry(_bare(word), "") for word in _SKIPPED[language]]
    return tuple(sorted(found, key=lambda entry: -len(entry.phrase)))


def _match(message: str, language: str) -> list[Entry] | None:
    """The entries that cover the message in order; None when something stays unknown."""
    rest = re.sub(r"[.,!?;:¿¡…’'\"。，！？、؟]", " ", message)
    found: list[Entry] = []
    while rest := rest.strip():
        entry, length = _longest(rest, language)
        if entry is None:
            number = re.match(r"\d+", rest)
            if number is None:
                return None
            entry, length = Entry(number.group(), number.group()), number.end()
        found.append(entry)
        rest = rest[length:]
    return found if any(entry.english for entry in found) else None


def _longest(text: str, language: str) -> tuple[Entry | None, int]:
    """The longest entry the text begins with, and how many letters it takes."""
    article = 2 if language == "ar" and text.startswith("ال") else 0
    bare = text[article:]
    for entry in _entries(language):
        ending = r"\w*" if entry.phrase.endswith("*") else ""
        found = re.match(re.escape(entry.phrase.rstrip("*")) + ending, bare)
        if found is None:
            continue
        end = found.end()
        if language in UNSPACED or end == len(bare) or not bare[end].isalnum():
            return entry, article + end
    return None, 0


def _prepositions(entries: list[Entry]) -> list[Entry]:
    """Places put behind what stands there: "house on cat" → "cat on house"."""
    entries = [entry for entry in entries if entry.english]
    for at, entry in enumerate(entries):
        if at and entry.english in _PLACES and not entries[at - 1].slots:
            place = [entry, entries[at - 1]]
            rest = entries[: at - 1] + entries[at + 1 :]
            verb = next((i for i, other in enumerate(rest) if other.slots), len(rest))
            return rest[:verb] + place + rest[verb:]
    return entries


def _arrange(entries: list[Entry]) -> str:
    """The English words with the verb in front, its slots filled from what stands around it."""
    verbs = [entry for entry in entries if entry.slots]
    if not verbs:
        words = _words(entries)
        changed = len(words) > 1 and words[-1] in _LOOKS
        return f"make the {' '.join(words)}" if changed else " ".join(words)
    verb = max(verbs, key=lambda entry: entry.slots)
    at = entries.index(verb)
    groups = [group for group in (_words(entries[:at]), _words(entries[at + 1 :])) if group]
    if verb.slots == 2 and len(groups) < 2:
        words = [word for group in groups for word in group]
        groups = [words[:-1], words[-1:]] if len(words) > 1 else [words]
    if verb.slots == 2 and (len(groups) < 2 or groups[1][-1] in _LOOKS):
        return f"make the {' '.join(word for group in groups for word in group)}".strip()
    return _filled(verb, groups)


def _filled(verb: Entry, groups: list[list[str]]) -> str:
    if verb.slots == 1:
        said = [word for group in groups for word in group]
        words = " ".join(said if verb.english.startswith("make") else _colours_first(said))
        return verb.english.format(words if "the {}" in verb.english else _a(words))
    first = groups[0][:-1] if groups[0][-1] in ("on", "in", "with") else groups[0]
    return verb.english.format(" ".join(first), _a(" ".join(groups[1])))


def _colours_first(words: list[str]) -> list[str]:
    """The words with each colour before its thing: "dog brown" → "brown dog"."""
    ordered = list(words)
    for at in range(1, len(ordered)):
        if ordered[at] in _COLOURS and ordered[at - 1] not in _COLOURS | _PLACES:
            ordered[at - 1], ordered[at] = ordered[at], ordered[at - 1]
    return ordered


def _a(words: str) -> str:
    """The words with "a" or "an" before them, unless they begin with a number."""
    first = words.split(" ", 1)[0]
    if first.isdigit() or first in ("two", "three", "four", "people", "stars"):
        return words
    return f"{'an' if words[:1] in tuple('aeiou') else 'a'} {words}"


def _words(entries: list[Entry]) -> list[str]:
    return [entry.english for entry in entries if entry.english and not entry.slots]


_COLOURS = frozenset("red blue green yellow black white pink purple brown orange grey gold".split())
_LOOKS = frozenset(
    """darker brighter bigger smaller red blue green yellow black white pink purple brown big
    small orange grey gold dark old young new happy warmer""".split()
) | {"more colourful", "black and white"}
"""What a thing can be made to look like without becoming another thing."""
