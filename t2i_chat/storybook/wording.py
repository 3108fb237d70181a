"""Rewrites a prompt in the embedded model's vocabulary: swaps unknown nouns, drops strange ones.

Every other word stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from PIL import Image

from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Layout, Recipe
from t2i_chat.storybook import english
from t2i_chat.storybook.arrange import arrange, resettle
from t2i_chat.storybook.nearest import Names, Term, storybook_names
from t2i_chat.storybook.phrases import PromptPhrase, PromptPiece, phrases_of, pieces_of
from t2i_chat.storybook.spelling import as_typed, mended
from t2i_chat.text.lexicon import Reading, Swap, Zone
from t2i_chat.text.plurals import ends_like_a_plural

_ORANGES = ("orange", "tangerine")
"""Colours that are fruit when they stand alone."""
_FRUIT = "orange fruit"


class StorybookLexicon:
    """The vocabulary of the embedded model, as a `Lexicon`."""

    landscape = "a green meadow under a blue sky"
    needs_layout = False

    @cached_property
    def _names(self) -> Names:
        return storybook_names()

    def read(self, prompt: str) -> Reading:
        """The prompt mapped to the vocabulary; idempotent."""
        read, slips = mended(prompt)
        pieces = pieces_of(read, self._names)
        phrases = phrases_of(pieces)
        left_out = _leave_out(pieces, phrases)
        said = as_typed(_joined(pieces), prompt, slips) if left_out else None
        kept = [phrase for phrase in phrases if not (phrase.is_negative or phrase.body[0].gone)]
        swaps = [Swap(said, meant, "spelling") for said, meant in slips]
        swaps += [swap for phrase in kept for swap in _swapped(phrase, pieces)]
        known = any(_names_something(phrase) for phrase in kept)
        return Reading(_joined(pieces), tuple(dict.fromkeys(swaps)), left_out, known, said)

    def arrange(self, prompt: str, size: Size, seed: int) -> Layout | None:
        """The layout for a prompt; None if it names no thing."""
        return arrange(self.read(prompt).prompt, size, seed)

    def zones(self, recipe: Recipe) -> Mapping[Zone, Image.Image]:  # noqa: ARG002  the protocol's names
        """Empty: they have to be segmented."""
        return {}

    def resettle(self, layout: Layout, words: str) -> Layout | None:
        """The layout with the sky or ground named in `words`; None if they name none."""
        return resettle(layout, self.read(words).prompt)


def _names_something(phrase: PromptPhrase) -> bool:
    names = (piece.words for piece in phrase.nouns)
    return any(name != "landscape" for name in names) or _is_fruit(phrase)


# Leaving out: phrases about things that nothing comes near.


def _leave_out(pieces: Sequence[PromptPiece], phrases: Sequence[PromptPhrase]) -> tuple[str, ...]:
    """Removes phrases about unknown things from the pieces; returns them as they were typed."""
    said: list[str] = []
    last: PromptPiece | None = None  # of a phrase just left out
    for index, phrase in enumerate(phrases):
        goes_on = last is not None and phrase.before is last and phrase.follows("of")
        goes_on = goes_on and not phrase.nouns
        if not goes_on and not _is_strange(phrase, phrases[index + 1 : index + 2], pieces):
            continue
        words = " ".join([*(p.words for p in phrase.heads), *(p.text for p in phrase.body)])
        said = [*said[:-1], f"{said[-1]} of {words}"] if goes_on else [*said, words]
        _remove(pieces, phrase)
        last = phrase.body[-1]
    return tuple(dict.fromkeys(said))


def _is_strange(
    phrase: PromptPhrase, following: Sequence[PromptPhrase], pieces: Sequence[PromptPiece]
) -> bool:
    """Whether a phrase is clearly about a thing, and about no known one."""
    if phrase.is_negative or phrase.is_material or not phrase.is_meant:
        return False
    if phrase.nouns or any(piece.is_neutral for piece in phrase.body) or _is_fruit(phrase):
        return False
    strange = phrase.body[-1].is_strange
    return strange and not any(_goes_on(phrase, other, pieces) for other in following)


def _goes_on(phrase: PromptPhrase, following: PromptPhrase, pieces: Sequence[PromptPiece]) -> bool:
    """Whether the next phrase continues this one: "a gnarly, old house", "a stack of"."""
    between = pieces[pieces.index(phrase.body[-1]) + 1 : pieces.index(following.pieces[0])]
    if [piece.words for piece in between] == ["of"]:
        return bool(following.nouns)
    listed = [piece.words for piece in between] == [","] and len(following.body) > 1
    return listed and not following.heads and not following.body[0].is_noun


def _remove(pieces: Sequence[PromptPiece], phrase: PromptPhrase) -> None:
    """Removes a phrase with the function words that led to it: "… wearing a tuxedo"."""
    for piece in phrase.pieces:
        piece.gone = True
    for piece in reversed(pieces[: pieces.index(phrase.pieces[0])]):
        if not _leads(piece):
            return
        piece.gone = True


def _leads(piece: PromptPiece) -> bool:
    doing = piece.term is None and english.is_participle(piece.words)
    return doing or piece.says(english.JOINTS, (",",))


# Swapping: the thing a phrase is about, in the nearest words.


def _swapped(phrase: PromptPhrase, pieces: Sequence[PromptPiece]) -> list[Swap]:
    """Replaces the noun of a phrase; returns what the person is told."""
    swaps: list[Swap] = []
    for piece in phrase.body:
        term = piece.term
        if term is None or term.painted is None or phrase.is_material:
            continue
        if term.part == "colour":
            piece.text = term.painted
            swaps.append(Swap(piece.words, piece.text, "colour"))
        elif not _is_kind(piece, pieces):
            swaps += _nearest(piece, term, term.painted, phrase)
    if _is_fruit(phrase):
        phrase.body[-1].text = _FRUIT
    _agree(phrase)
    return swaps


def _is_kind(piece: PromptPiece, pieces: Sequence[PromptPiece]) -> bool:
    """Whether a noun only modifies the next one: "pirate ship", "a statue of"."""
    after = next(iter(pieces[pieces.index(piece) + 1 :]), None)
    if after is None or after.gone or piece.term is None or piece.term.kind == "weather":
        return False
    if piece.words in english.DEPICTIONS and after.words == "of":
        return True
    thing = after.term is not None and after.term.part == "thing"
    return not piece.term.plural and (thing or after.says(english.MANNERS))


def _nearest(piece: PromptPiece, term: Term, painted: str, phrase: PromptPhrase) -> list[Swap]:
    """Replaces a noun by the vocabulary's nearest, and removes its modifiers."""
    kinds = _kinds(piece, phrase)
    said = _spoken(piece, term, phrase, [kind.words for kind in kinds])
    for kind in kinds:
        kind.gone = True
    piece.text = painted
    if term.plural or not term.counted:
        _without_article(phrase)
    elif phrase.article or not phrase.heads:
        piece.text = _each_with_article(painted).split(" ", 1)[1]
        _with_article(piece, painted, phrase)
    if not term.told:
        return []
    alone = term.plural or not term.counted
    return [Swap(said, painted if alone else _each_with_article(painted))]


def _kinds(piece: PromptPiece, phrase: PromptPhrase) -> list[PromptPiece]:
    """The nouns right before it that modify it: "dog" in "dog blanket"."""
    kinds: list[PromptPiece] = []
    for other in reversed(phrase.body[: phrase.body.index(piece)]):
        if other.term is None or other.term.part != "thing" or other.term.plural:
            break
        kinds.insert(0, other)
    return kinds


def _with_article(piece: PromptPiece, painted: str, phrase: PromptPhrase) -> None:
    """Adds "a" where the old noun needed none: "in space" → "in a starry sky"."""
    if phrase.article is not None:
        return
    first = next(other for other in phrase.body if not other.gone)
    if phrase.joint is not None and phrase.joint.says(english.PLACING):
        first.text = f"{english.article(first.text)} {first.text}"
    else:
        piece.text = painted


def _without_article(phrase: PromptPhrase) -> None:
    """Removes "a", or uses "the", for nouns without it: "in a blizzard" → "in the …"."""
    if phrase.article is not None:
        phrase.article.text = "the"
        phrase.article.gone = phrase.joint is None or phrase.follows("of", "with", "and")


def _each_with_article(painted: str) -> str:
    return " and ".join(f"{english.article(one)} {one}" for one in painted.split(" and "))


def _spoken(piece: PromptPiece, term: Term, phrase: PromptPhrase, kinds: Sequence[str]) -> str:
    """The unknown thing with its article, for the message."""
    the = [head for head in phrase.heads if head.words == "the"]
    if piece.text[0].isupper() and (the or (phrase.joint and not phrase.heads)):
        return f"the {piece.text}" if the else piece.text  # somebody's own name
    said = " ".join([*kinds, piece.words])
    bare = term.kind in ("weather", "food") and not phrase.heads
    if term.plural or bare or ends_like_a_plural(said) or said in english.UNCOUNTED:
        return said
    return f"{english.article(said)} {said}"


def _is_fruit(phrase: PromptPhrase) -> bool:
    """Whether "an orange" is the fruit, since nothing is said to have the colour."""
    alone = phrase.article is not None and not phrase.nouns and phrase.body[-1:] == phrase.body[:1]
    return alone and phrase.body[-1].words in _ORANGES


def _agree(phrase: PromptPhrase) -> None:
    """Adjusts "a" or "an" to the word that now follows."""
    article = phrase.article
    first = next((piece for piece in phrase.body if not piece.gone), None)
    if article is None or first is None or article.text == "the":
        return
    if first is not phrase.body[0] or first.text.lower() != first.words:
        spoken = english.article(first.text)
        article.text = spoken.capitalize() if article.text[0].isupper() else spoken


# Putting together.


def _joined(pieces: Sequence[PromptPiece]) -> str:
    """What is left of the pieces, as a prompt."""
    kept = [piece for piece in pieces if not piece.gone]
    if len(kept) < len(pieces):
        while kept and kept[0].says(english.LEADING, (",",)):
            kept = kept[1:]
    text = "".join(piece.space + piece.text for piece in kept)
    text = re.sub(r"\(\s*(?::\s*[\d.]+)?\s*\)", "", text)
    return re.sub(r"\s+(?=[,.])", "", re.sub(r"\s{2,}", " ", text)).strip(" ,")
