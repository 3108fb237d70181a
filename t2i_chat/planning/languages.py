"""Language detection, by scripts and stop words, and fixed questions in the person's language.

The sentences and buttons are in languages.csv; every button is a message that `glossary` or the
language model understands.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources
from typing import Final

from t2i_chat.core.actions import Add, Clarify, Generate, Plan, Remove
from t2i_chat.planning.glossary import SCRIPTS, things, verbs
from t2i_chat.planning.line_grammar import QUESTIONS
from t2i_chat.text.captions import strip_article

UNREAD: Final = frozenset(SCRIPTS)
"""Languages the embedded model can read only as bytes."""
_SMALL_WORDS: Final = {
    "es": frozenset(
        """el la los las un una unos del al que con sin por para más y hazlo pon quita es en
        no lo cielo quiero dibuja está esto""".split()
    ),
    "fr": frozenset(
        """le la les un une des du au aux que avec sans pour plus et mets enlève est en ne pas
        ciel je dessine c'est ça fais l'image""".split()
    ),
    "de": frozenset(
        """der die das den dem ein eine einen mit ohne für und mach nicht ist im am zum bitte
        mehr ich zeichne es das himmel kein""".split()
    ),
    "it": frozenset(
        """il lo la gli un una del della che con senza per più e metti togli è in non cielo
        voglio disegna questo fai""".split()
    ),
    "pt": frozenset(
        """o a os as um uma do da que com sem para mais e coloque tire é em não céu quero
        desenhe isto deixe""".split()
    ),
}


_ALSO_ENGLISH = frozenset("a an as do die in me no on so".split())
"""Small words of other languages that tell nothing where they are all there is."""


def language_of(text: str) -> str | None:
    """The two-letter code of a text's language; None if no stop word tells."""
    for language, script in SCRIPTS.items():
        if script.search(text):
            return language
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    if _ALSO_ENGLISH.issuperset(words):
        return None
    counts = {name: sum(w in small for w in words) for name, small in _SMALL_WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    alone = sum(count == counts[best] for count in counts.values()) == 1
    return best if counts[best] and alone else None


def sorry(language: str, picture: bool) -> Clarify:
    """Says in a language that a message was not understood, with buttons that will be."""
    sentence, options = _sentences()[language, "sorry" if picture else "first"]
    return Clarify(question=sentence, options=options)


def consistent(plan: Plan, message: str, language: str | None) -> Plan:
    """The plan, but if it adds the thing a message asks to remove, a removal."""
    first = plan.actions[0]
    if language is None or len(plan.actions) > 1 or not isinstance(first, Add):
        return plan
    said = verbs(message, language)
    if "remove the {}" not in said or "add {}" in said:
        return plan
    return Plan(actions=(Remove(target=f"the {strip_article(first.result)}"),))


def faithful(plan: Plan, message: str, language: str | None, picture: bool) -> Plan:
    """The plan, but a question if it paints something the message has no word for.

    A small model that meets an unknown word tends to invent a whole picture.
    """
    first = plan.actions[0]
    if language is None or not isinstance(first, Generate):
        return plan
    said = things(message, language)
    if not said or any(word in first.prompt.lower() for word in said):
        return plan
    return Plan(actions=(sorry(language, picture),))


def translated(plan: Plan, language: str | None) -> Plan:
    """The plan with its fixed question in a language."""
    first = plan.actions[0]
    if language is None or not isinstance(first, Clarify):
        return plan
    key = next((k for k, (question, _) in QUESTIONS.items() if question == first.question), "")
    if (language, key) not in _sentences():
        return plan
    sentence, options = _sentences()[language, key]
    return Plan(actions=(Clarify(question=sentence, options=options),))


@cache
def _sentences() -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    text = resources.files(__package__).joinpath("languages.csv").read_text(encoding="utf-8")
    return {
        (row["language"], row["key"]): (
            row["sentence"],
            tuple(option for option in row["options"].split("/") if option),
        )
        for row in csv.DictReader(text.splitlines())
    }
