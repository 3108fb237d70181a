"""Prompt enrichment: adds light, mood, palette and style; never changes the person's words.

A small language model that rewrites freely loses nouns and counts. So it only chooses among fitting
phrases, and if a word of the person's prompt is missing afterwards, the enrichment is dropped.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from operator import contains
from typing import Protocol

from t2i_chat.core.protocols import EnrichedPrompt
from t2i_chat.planning import prompts
from t2i_chat.planning.style_presets import PLAIN, Additions

Groups = Sequence[Sequence[str]]
Choose = Callable[[str, Groups], Sequence[str]]
"""Chooses one phrase of each group for a prompt."""


class Chooser(Protocol):
    """The language model, as far as it is needed here."""

    def continue_text(self, text: str, *, grammar: str, seed: int, max_tokens: int = 40) -> str:
        """Continues a text, under a GBNF grammar."""
        ...


LONG = 30
"""Prompts of this many words are detailed enough and are not enriched."""
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_TIME = frozenset(
    """sky skies night day dawn dusk sunset sunrise noon midnight morning evening afternoon
    twilight hour light lit lighting moonlight sunlight sunny rain rainy raining snow snowy snowing
    fog foggy mist misty storm stormy cloudy clouds overcast starry stars winter summer autumn
    spring dark bright underwater space indoors room kitchen cave neon candle candlelight""".split()
)
_MOOD = frozenset(
    """mood atmosphere calm peaceful cheerful gloomy dramatic dreamy scary spooky sad happy cosy
    cozy serene angry mysterious magical epic romantic eerie horror festive gentle""".split()
)
_PALETTE = frozenset(
    """colours colors colour color palette monochrome sepia grayscale greyscale pastel vivid
    sketch pencil charcoal ink drawing engraving noir blueprint silhouette""".split()
)
_STYLE = frozenset(
    """style illustration painting photo photograph photorealistic realistic watercolour watercolor
    oil anime manga cartoon pixel render sketch drawing engraving comic poster art cinematic
    impressionism cubism 3d collage mosaic origami claymation lego embroidery""".split()
)


def by_words(prompt: str, groups: Groups) -> Sequence[str]:
    """A choice without a language model: deterministic for a prompt."""
    number = prompt_number(prompt)
    return [options[(number >> 3 * place) % len(options)] for place, options in enumerate(groups)]


def prompt_number(prompt: str) -> int:
    """A hash of the prompt below 2**31: the seed of its enrichment."""
    return int.from_bytes(hashlib.sha256(prompt.lower().encode()).digest()[:4]) >> 1


def choice_grammar(groups: Groups) -> str:
    """A GBNF grammar for one phrase of each group, separated by commas."""
    rules = [" | ".join(json.dumps(option) for option in options) for options in groups]
    return "root ::= " + ' ", " '.join(f"({rule})" for rule in rules)


def with_model(model: Chooser) -> Choose:
    """A choice by a language model: sampled as a continuation of the prompt, with its seed."""

    def choose(prompt: str, groups: Groups) -> Sequence[str]:
        opening = prompts.fill("enrichment", prompt=prompt) + " "
        said = model.continue_text(
            opening, grammar=choice_grammar(groups), seed=prompt_number(prompt)
        )
        chosen = said.strip().split(", ")
        fits = len(chosen) == len(groups) and all(map(contains, groups, chosen))
        return chosen if fits else by_words(prompt, groups)

    return choose


def enrich(prompt: str, additions: Additions = PLAIN, choose: Choose = by_words) -> EnrichedPrompt:
    """The prompt with light, mood, palette and style, each only if the prompt names none."""
    said = {word.lower() for word in _WORD.findall(prompt)}
    if len(said) > LONG:
        return EnrichedPrompt(prompt)
    own = (_TIME, _MOOD, _PALETTE, _STYLE)
    groups = [
        options
        for options, words in zip(additions.groups, own, strict=True)
        if options and said.isdisjoint(words)
    ]
    added = _fitting(prompt, choose(prompt, groups) if groups else (), additions.token_limit)
    enriched = ", ".join([prompt.rstrip(" ,."), *added])
    if not keeps(prompt, enriched):
        return EnrichedPrompt(prompt, kept=False)
    return EnrichedPrompt(enriched, tuple(added))


LETTERS = 5
"""Letters per token, for a conservative estimate; CLIP averages six or more."""


def tokens(text: str) -> int:
    """Estimated number of tokens in a text, rather too many than too few."""
    words = (-(-len(word) // LETTERS) for word in _WORD.findall(text))
    return sum(words) + len(re.findall(r"[^\w\s]", text)) + 2


def _fitting(prompt: str, added: Sequence[str], limit: int) -> Sequence[str]:
    """The first additions that still fit into the token limit after the prompt."""
    kept: list[str] = []
    for words in added:
        if tokens(", ".join([prompt, *kept, words])) > limit:
            break
        kept.append(words)
    return kept


def keeps(prompt: str, enriched: str) -> bool:
    """Whether the enriched prompt contains every word of the prompt, in order."""
    words = iter(word.lower() for word in _WORD.findall(enriched))
    return all(word.lower() in words for word in _WORD.findall(prompt))
