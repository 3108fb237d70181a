"""Parses A1111 metadata: the `parameters` text that AUTOMATIC1111 and others write into PNGs.

The format: the prompt, perhaps "Negative prompt: …", then one line of `Name: value` pairs that
begins with the steps. Whatever cannot be read or kept (LoRAs, ControlNet, …) is listed by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from t2i_chat.core.geometry import MAX_SIDE, MIN_SIDE
from t2i_chat.core.settings import MAX_GUIDANCE, MAX_SEED, MAX_STEPS, MAX_WORDS

_PAIR = re.compile(r'\s*([\w \-/.+]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
_NEGATIVE = "Negative prompt:"
PAINTED_OVER = "the picture it was painted over"
"""Named as unread when there is a denoising strength: the input picture is not in the file."""
_EXTRAS = {
    "Denoising strength": PAINTED_OVER,
    "Hires upscale": "how it was enlarged",
    "ControlNet 0": "ControlNet",
    "Clip skip": "Clip skip",
}
"""Keys that affect the picture but are not imported, with the name shown to the person."""
_LORA = re.compile(r"<lora:[^>]*>")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Generation parameters of another program; None where the text does not give them.

    `size` is written "512x768". `unread` names what is there but could not be read or kept.
    """

    prompt: str
    negative: str | None = None
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    size: str | None = None
    unread: tuple[str, ...] = field(default=())


def read_parameters(text: str) -> Parameters | None:
    """Parses the `parameters` text of a PNG; None when it has no prompt."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    pairs = _pairs(lines[-1])
    words = lines[:-1] if pairs else lines
    cut = next((i for i, line in enumerate(words) if line.startswith(_NEGATIVE)), len(words))
    prompt, unread = _plain("\n".join(words[:cut]))
    if not prompt:
        return None
    negative, _ = _plain("\n".join(words[cut:]).removeprefix(_NEGATIVE))
    seed = _whole(pairs.get("Seed"), 0, MAX_SEED)
    steps = _whole(pairs.get("Steps"), 1, MAX_STEPS)
    guidance, size = _guidance(pairs.get("CFG scale")), _size(pairs.get("Size"))
    read = {"Seed": seed, "Steps": steps, "CFG scale": guidance, "Size": size}
    unread += [name for name, value in read.items() if name in pairs and value is None]
    unread += [told for name, told in _EXTRAS.items() if name in pairs]
    return Parameters(prompt, negative or None, seed, steps, guidance, size, tuple(unread))


def _pairs(line: str) -> dict[str, str]:
    """The `Name: value` pairs of the last line; empty if that line belongs to the prompt."""
    found = {m[1].strip(): m[2].strip().strip('"') for m in _PAIR.finditer(line)}
    return found if "Steps" in found else {}


def _plain(words: str) -> tuple[str, list[str]]:
    """A prompt on one line, without LoRA tags, cut to MAX_WORDS; and the names of what was cut."""
    bare = " ".join(_LORA.sub("", words).split()).strip(" ,")
    unread = ["a LoRA"] if _LORA.search(words) else []
    if len(bare) > MAX_WORDS:
        unread.append(f"the prompt beyond {MAX_WORDS} characters")
    return bare[:MAX_WORDS].strip(), unread


def _whole(value: str | None, least: int, most: int) -> int | None:
    number = int(value) if value and re.fullmatch(r"\d{1,12}", value) else None
    return number if number is not None and least <= number <= most else None


def _guidance(value: str | None) -> float | None:
    number = float(value) if value and re.fullmatch(r"\d{1,3}(\.\d+)?", value) else None
    return number if number is not None and number <= MAX_GUIDANCE else None


def _size(value: str | None) -> str | None:
    found = re.fullmatch(r"(\d{1,5})\s?x\s?(\d{1,5})", value or "")
    fits = found and all(MIN_SIDE <= int(side) <= MAX_SIDE for side in found.groups())
    return f"{found[1]}x{found[2]}" if found and fits else None
