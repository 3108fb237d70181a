"""Text normalisation of messages: spelling, numbers ("seed 7"), sizes, aspect ratios, slang."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

SPELLING = 0.72
"""Minimum similarity for a word to count as a misspelling of another."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+")
_ENGLISH = frozenset(
    """the of and with without make turn add put remove delete paint draw give my please more less
    not back go show this that for from by but same like into you want could swap erase get it is
    to at raise lift left right open close smile bigger smaller darker brighter lighter warmer
    another again sharpen blur extend expand zoom upscale undo redo white bench his her their him
    them who what which where should would too should much very fewer old new two three""".split()
)
"""Common English words that no other expected language has."""


def split(text: str) -> list[str]:
    """The words and numbers of a text, in lower case, without possessive endings."""
    return [re.sub(r"['’]s$", "", word.lower()) for word in _WORD.findall(text)]


def heard(word: str, words: set[str]) -> bool:
    """Whether a word is among others, ignoring number and misspelling."""
    word = word.lower()
    if word in words or word.rstrip("s") in words or f"{word}s" in words or word.isdigit():
        return True
    if any(len(word) == len(other) and sorted(word) == sorted(other) for other in words):
        return True  # swapped letters, which the similarity below rates too low in short words
    return bool(difflib.get_close_matches(word, words, n=1, cutoff=SPELLING))


_COMMANDS = frozenset("make remove delete change replace paint erase turn".split())
_COMMANDED = re.compile(r"[^\W\d_]{4,}")
_POINTED_AT = re.compile(r"(?<=\bthe )[^\W\d_]{3,}", re.IGNORECASE)


def spelled(text: str, shown: str) -> str:
    """The text with misspelt command words and names of the caption's things corrected.

    ("rmeove the brn", "a red barn") → "remove the barn"
    """
    there = {word for word in split(shown) if len(word) > 3}
    ordered = _COMMANDED.sub(lambda found: _meant(found.group(), _COMMANDS), text)
    return _POINTED_AT.sub(lambda found: _meant(found.group(), there, lost=True), ordered)


def _meant(word: str, right: Iterable[str], *, lost: bool = False) -> str:
    """The one correct word a misspelt one is close to; the word itself if there is not just one."""
    wrong = word.lower()
    if wrong in right or wrong.rstrip("s") in right:
        return word
    near = [other for other in right if _swapped(wrong, other) or (lost and _lost(wrong, other))]
    return near[0] if len(near) == 1 else word


def _swapped(wrong: str, right: str) -> bool:
    """Whether two neighbouring letters changed places."""
    apart = [at for at, (a, b) in enumerate(zip(wrong, right, strict=False)) if a != b]
    return len(wrong) == len(right) and sorted(wrong) == sorted(right) and _side_by_side(apart)


def _side_by_side(places: Sequence[int]) -> bool:
    return len(places) == 2 and places[1] == places[0] + 1


def _lost(wrong: str, right: str) -> bool:
    """Whether a vowel within the word was left out."""
    return any(
        wrong == right[:at] + right[at + 1 :]
        for at in range(1, len(right) - 1)
        if right[at] in "aeiou"
    )


def is_english(text: str) -> bool:
    """Whether a text has a common English word, so that a plan can be checked against it."""
    return not _ENGLISH.isdisjoint(split(text))


def number_of(name: str, text: str) -> int | None:
    """The whole number beside a setting's name (a regex): "seed 7", "30 steps"."""
    text = without_separators(text.lower())
    found = re.search(rf"(?:{name})\b[^\d,;]{{0,12}}?(\d+)", text) or re.search(
        rf"(\d+)\s*(?:inference |sampling )?(?:{name})\b", text
    )
    return int(found.group(1)) if found and len(found.group(1)) < 11 else None


def without_separators(text: str) -> str:
    """The text without thousands separators: "10,000" → "10000"."""
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def pixel_size(text: str) -> str | None:
    """The size in pixels a text names, as "512x384"."""
    found = re.search(r"\b(\d{2,4})\s?[x×]\s?(\d{2,4})\b", text.lower())
    return f"{found.group(1)}x{found.group(2)}" if found else None


_MANY = re.compile(
    r"\b(two|three|four|[2-4])\s+(?:different |more |new )?"
    r"(?:pictures|images|paintings|drawings|versions|variations|options|takes)\b"
)


def pictures(text: str) -> int:
    """How many pictures a text asks for; 1 by default."""
    found = _MANY.search(text.lower())
    if found is None:
        return 1
    return {"two": 2, "three": 3, "four": 4}.get(found.group(1)) or int(found.group(1))


_SLANG = {
    "gimme": "give me", "lemme": "let me", "wanna": "want to", "gonna": "going to",
    "gotta": "have to", "pls": "please", "plz": "please", "plss": "please", "u": "you",
    "ur": "your", "r": "are", "thx": "thanks", "w/": "with", "w/o": "without",
    "bg": "background", "pic": "picture", "smth": "something", "da": "the", "teh": "the",
    "lil": "little", "moar": "more", "hella": "much", "doggo": "dog", "chonky": "fat",
    "smol": "small", "bruh": "", "lol": "", "lmao": "", "tbh": "", "imo": "",
}  # fmt: skip
_SLANG_WORD = re.compile(
    r"(?<![\w’'-])(?:"
    + "|".join(sorted(map(re.escape, _SLANG), key=len, reverse=True))
    + r")(?![\w’'/-])",
    re.IGNORECASE,
)
_TAKE_AWAY = re.compile(
    r"(?<!the )(?<!an )(?<!a )\b(?:yeet|nuke|bin|ditch|axe|scrap|zap|rm|del|boot|dump)\b"
    r"(?=\s+(?:the|this|that|those|these|his|her|its|their|my|all|both|every)\b)",
    re.IGNORECASE,
)


_HALFWAY = re.compile(
    r"(?:half ?way|some(?:thing|where)|in the middle)?(?: in)? ?between"
    r"(?: the two| them| those| these| both| the two of them)",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"(?:\s*,|\s+and|\s+but)+\s*(?:keep|leave) the [\w'-]+(?: as it is| as is| alone| there)?$",
    re.IGNORECASE,
)


def plainly(text: str) -> str:
    """The text simplified for a small model: no shouting, no slang, no clauses about what stays."""
    said = text.lower() if text.isupper() and " " in text else text
    if _HALFWAY.fullmatch(said.strip(" .!?")):
        return "halfway"
    if not is_english(said):
        return said
    if not re.search(r"\b(?:everything|all|rest)\b", said, re.IGNORECASE):
        rest = _KEPT.sub("", said.rstrip(" .!"))
        said = rest if len(rest.split()) > 2 else said
    said = _SLANG_WORD.sub(lambda found: _SLANG[found.group().lower()], said)
    said = _TAKE_AWAY.sub("remove", said)
    return re.sub(r"\s+", " ", said).strip() or text


def describes(text: str) -> bool:
    """Whether a text begins as the description of a scene: "a harbour without people"."""
    return bool(_SCENE.match(text.lower()))


_SCENE = re.compile(
    r"(?:an?|two|three|some)\s+(?!(?:bit|little|lot|few|couple|different|new|random|version|variation"
    r"|more|of)\b)[a-z]"
)
SHAPES = {
    "square": "1:1", "widescreen": "16:9", "panorama": "21:9", "panoramic": "21:9",
    "portrait": "2:3", "landscape": "3:2", "vertical": "2:3", "horizontal": "3:2", "upright": "2:3",
}  # fmt: skip
"""Named aspect ratios."""
_SHAPE_ONLY = re.compile(
    r"(?P<asked>(?:(?:can you |please |and |now |i )*"
    r"(?:make|paint|do|redo|repaint|turn|have|try|want) (?:it|this|that) "
    r"|in |as a |as |to |into |same (?:but |in |thing in |thing but )?)*)"
    r"(?P<shape>square|widescreen|panorama|portrait|landscape|vertical|horizontal|upright|\d+:\d+)"
    r"(?P<named> (?:format|mode|orientation|shape|picture))?(?P<meant> instead| please| pls)*"
)


def shape_alone(text: str) -> str | None:
    """The aspect ratio of a message that asks for nothing else: "portrait instead" → "2:3"."""
    found = _SHAPE_ONLY.fullmatch(text.lower().strip(" .!?"))
    if found is None:
        return None
    if not (found["asked"] or found["named"] or found["meant"] or ":" in found["shape"]):
        return None
    return ratio(found["shape"]) or SHAPES.get(found["shape"])


_RATIO = re.compile(r"\b([1-9]|1\d|2[01])\s?:\s?([1-9]|10|16|21)\b")
"""An aspect ratio in numbers; "12:30" is a time of day."""


def ratio(text: str) -> str | None:
    """The aspect ratio a text names, as "16:9"."""
    found = _RATIO.search(text)
    return f"{found.group(1)}:{found.group(2)}" if found else None


_ASIDE = re.compile(
    r"[\s,]*\b(?:(?:with|using|in|as) )?"
    r"(?:seed\s*[:=#]?\s*\d+|\d{1,2}:(?:\d|10|16|21)(?: format)?)\b",
    re.IGNORECASE,
)
"""Settings inside a prompt: "seed 7", "in 16:9"."""


def without_asides(prompt: str) -> str:
    """The prompt without seed and aspect ratio, unless it is nothing else."""
    return _ASIDE.sub("", prompt).strip(" ,") or prompt


_ORDER = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|now|so|well|please|pls|and|then|next|great|nice)\b[\s,!.]*)*"
    r"(?:(?:can|could|would|will) (?:you|u) (?:please )?|i(?:'d| would) (?:like|love) |i want |"
    r"please |let'?s )?"
    r"(?:(?:to )?(?:draw|paint|create|generate|make|show|render|imagine|design|sketch|see)\b\s*)?"
    r"(?:me |us )?(?:(?:a|an|the) (?:picture|image|painting|drawing|photo) of )?",
    re.IGNORECASE,
)
_THANKS = re.compile(r"[\s,]*\b(?:please|pls|plz|thanks|thank you|thx)[\s!.]*$", re.IGNORECASE)


def own_words(text: str) -> str:
    """The prompt in a request: "please draw me a cat" → "a cat"."""
    bare = _THANKS.sub("", _ORDER.sub("", text, count=1)).strip(" ,.!?:")
    return bare or text
