"""Puts bodies under drawings of heads and busts, so that they can stand in a scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from t2i_chat.storybook.bank.drawings import Style
from training.storybook.bank.svg import flattened, rasterised

FINE = 4
"""Times the size at which legs are drawn, for smooth edges."""
CANVAS = 256
"""Width of a body in pixels."""


@dataclass(frozen=True, slots=True)
class Coat:
    """Colours of a body, each as (light, dark): fur or shirt, belly or trousers, limbs or skin."""

    fur: tuple[str, str]
    belly: tuple[str, str]
    limbs: tuple[str, str]
    tail: bool = False


def _coat(fur: str, belly: str, limbs: str = "", *, tail: bool = False) -> Coat:
    light, dark = fur.split()
    pale, shade = belly.split()
    upper, lower = (limbs or fur).split()
    return Coat((light, dark), (pale, shade), (upper, lower), tail)


Tone = NDArray[np.float64]
Row = NDArray[np.uint8]
_BODY_SHOWN = 132
"""Pixels of a drawn body below its head."""
_EDGE = 6
"""The row of a bust, from below, whose colours go on downwards: its last ones are shaded."""

COATS = {
    "fox": _coat("#ff9a3c #f2702b", "#fff3e0 #ffd9ae", "#8a4a3c #5a2e2a", tail=True),
    "wolf": _coat("#b4b2bb #8f8c99", "#ece9f2 #cfcad9", tail=True),
    "bear": _coat("#96604e #6f4237", "#c99273 #a9735a"),
    "polar-bear": _coat("#ffffff #d9d4e6", "#ffffff #ece8f4"),
    "panda": _coat("#ffffff #d9d4e6", "#ffffff #ece8f4", "#5b5170 #3a3350"),
    "koala": _coat("#bdbac4 #96929f", "#eeebf4 #d4d0de"),
    "lion": _coat("#ffbe4d #f09a35", "#ffe3ae #ffcf85", tail=True),
    "raccoon": _coat("#a09daa #7d7988", "#dcd9e4 #bdb9c8", "#5d5a66 #3f3c48", tail=True),
    "hamster": _coat("#ffb98a #f2946a", "#fff0e2 #ffdcc4"),
    "frog": _coat("#49d6a0 #2bb27c", "#ffd873 #ffb84d"),
}
_HAIR = ("bald", "blonde-hair", "red-hair", "white-hair", "curly-hair")
_SKIN = "#ffd23e #f5a52b"
_BLUE, _PURPLE, _ORANGE = "#5fb4ff #2f7de0", "#b98cff #7d55d6", "#ff9d5c #f2702b"
_JEANS, _GREY = "#5a78c8 #3d549c", "#8d8798 #6a6478"
CLOTHES = {
    "boy": _coat(_BLUE, _JEANS, _SKIN),
    "girl": _coat("#ff8fc0 #e0558f", "#ff8fc0 #d8487f", _SKIN),
    "child": _coat("#7fd069 #3d9a4f", _JEANS, _SKIN),
    "baby": _coat("#bfe6ff #86c4f0", "#bfe6ff #86c4f0", _SKIN),
    "man": _coat(_BLUE, _GREY, _SKIN),
    "woman": _coat(_PURPLE, _GREY, _SKIN),
    "person": _coat(_ORANGE, _GREY, _SKIN),
    "old-man": _coat("#8fb48a #5f8a5c", "#8a7160 #66503f", _SKIN),
    "old-woman": _coat("#c99ae0 #9a66bd", "#8d8798 #6a6478", _SKIN),
    "older-person": _coat(_ORANGE, _GREY, _SKIN),
    "santa-claus": _coat("#ff5a63 #cf2742", "#ff5a63 #cf2742", "#ffffff #d9d4e6"),
    "mrs-claus": _coat("#ff5a63 #cf2742", "#ff5a63 #cf2742", "#ffffff #d9d4e6"),
    "mx-claus": _coat("#ff5a63 #cf2742", "#ff5a63 #cf2742", "#ffffff #d9d4e6"),
    "robot": _coat("#e6e1f0 #b3acc4", "#b3acc4 #8c859e", "#ff5f7a #d43255"),
    "alien": _coat("#7de37a #3fb05a", "#7de37a #3fb05a", "#7de37a #3fb05a"),
    "clown-face": _coat("#ffd968 #f2a33a", "#63b4ff #2f6fd6", "#ffffff #d8d3e6"),
    "ogre": _coat("#c8384f #8d2038", "#7a4a2c #5a331f", "#c8384f #8d2038"),
    "goblin": _coat("#f2504f #b52a3c", "#4a4458 #2e2a38", "#f2504f #b52a3c"),
    **{f"man-{hair}": _coat(_BLUE, _GREY, _SKIN) for hair in _HAIR},
    **{f"woman-{hair}": _coat(_PURPLE, _GREY, _SKIN) for hair in _HAIR},
    "man-beard": _coat(_BLUE, _GREY, _SKIN),
    "man-wearing-turban": _coat(_BLUE, _GREY, _SKIN),
    "woman-wearing-turban": _coat(_PURPLE, _GREY, _SKIN),
    "person-wearing-turban": _coat(_ORANGE, _GREY, _SKIN),
    "baby-angel": _coat("#ffffff #d8d3e6", "#ffffff #d8d3e6", _SKIN),
}
"""Of people and other figures of whom only the head is drawn."""
WITHOUT = frozenset(
    """people-hugging couple-with-heart kiss family pregnant-woman person-bowing man-bowing
    woman-bowing""".split()
)
"""Busts of people whom no single body suits."""


_TAIL = '<path d="M190 140q52 4 50-40q14 6 8 34q-8 34-58 30z" fill="url(#f)"/>'
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 170" width="256" height="170">
<defs>
<linearGradient id="f" x1="0" y1="0" x2="0.25" y2="1">
<stop stop-color="{fur0}"/><stop offset="1" stop-color="{fur1}"/></linearGradient>
<linearGradient id="b" x1="0" y1="0" x2="0.25" y2="1">
<stop stop-color="{belly0}"/><stop offset="1" stop-color="{belly1}"/></linearGradient>
<linearGradient id="l" x1="0" y1="0" x2="0.25" y2="1">
<stop stop-color="{limbs0}"/><stop offset="1" stop-color="{limbs1}"/></linearGradient>
</defs>
"""
_SITTING = (
    _SVG
    + """{tail}
<ellipse cx="128" cy="86" rx="72" ry="76" fill="url(#f)"/>
<ellipse cx="128" cy="100" rx="45" ry="56" fill="url(#b)"/>
<ellipse cx="70" cy="86" rx="20" ry="44" transform="rotate(16 70 86)" fill="url(#l)"/>
<ellipse cx="186" cy="86" rx="20" ry="44" transform="rotate(-16 186 86)" fill="url(#l)"/>
<ellipse cx="78" cy="146" rx="38" ry="22" fill="url(#l)"/>
<ellipse cx="178" cy="146" rx="38" ry="22" fill="url(#l)"/>
</svg>"""
)
_STANDING = (
    _SVG
    + """{tail}
<rect x="92" y="96" width="33" height="62" fill="url(#b)"/>
<rect x="131" y="96" width="33" height="62" fill="url(#b)"/>
<rect x="80" y="146" width="46" height="22" rx="11" fill="#4a4056"/>
<rect x="130" y="146" width="46" height="22" rx="11" fill="#4a4056"/>
<circle cx="58" cy="104" r="15" fill="url(#l)"/><circle cx="198" cy="104" r="15" fill="url(#l)"/>
<ellipse cx="72" cy="66" rx="19" ry="42" transform="rotate(20 72 66)" fill="url(#f)"/>
<ellipse cx="184" cy="66" rx="19" ry="42" transform="rotate(-20 184 66)" fill="url(#f)"/>
<rect x="80" y="10" width="96" height="106" rx="26" fill="url(#f)"/>
</svg>"""
)


def whole_figure(cut: Image.Image, icon: str, style: Style) -> tuple[Image.Image, float]:
    """Return a head or bust with a body, and the share of the height that was there before."""
    if icon in COATS:
        whole = _below(cut, _painted(_SITTING, COATS[icon], style), 196)
    elif icon in CLOTHES:
        whole = _below(cut, _painted(_STANDING, CLOTHES[icon], style), 170)
    else:
        bust = _trimmed(cut)
        return _standing(bust), bust.height / (bust.height + _leg_length(bust))
    return whole, 1 - _BODY_SHOWN / whole.height


def _painted(svg: str, coat: Coat, style: Style) -> Image.Image:
    parts = {"fur": coat.fur, "belly": coat.belly, "limbs": coat.limbs}
    tones = {f"{part}{k}": tone for part, pair in parts.items() for k, tone in enumerate(pair)}
    drawn = svg.format(**tones, tail=_TAIL if coat.tail else "")
    return rasterised(flattened(drawn) if style == "flat" else drawn, CANVAS)


def _below(head: Image.Image, body: Image.Image, width: int) -> Image.Image:
    """A head, scaled to a width, in front of a body that shows `_BODY_SHOWN` pixels below it."""
    size = (width, round(head.height * width / head.width))
    head = head.resize(size, Image.Resampling.LANCZOS)
    whole = Image.new("RGBA", (CANVAS, head.height + _BODY_SHOWN))
    whole.alpha_composite(body, (0, whole.height - body.height))
    whole.alpha_composite(head, ((CANVAS - width) // 2, 0))
    return whole


def _standing(bust: Image.Image) -> Image.Image:
    """A bust whose clothes go on downwards, then legs and two shoes."""
    pixels = np.asarray(bust)
    row = pixels[-_EDGE]
    left, right = _shoulders(bust)
    inner = pixels[
        -_EDGE - 2 : -_EDGE + 3, left + (right - left) // 3 : right - (right - left) // 3
    ]
    cloth = np.median(inner[..., :3].reshape(-1, 3), axis=0)
    whole = Image.new("RGBA", (bust.width, bust.height + _leg_length(bust)))
    whole.alpha_composite(_legs(whole.size, (left, right), bust.height, 0.55 * cloth + 12))
    whole.alpha_composite(_hem(row, whole.size, (left, right), bust.height))
    whole.alpha_composite(bust)
    return whole


def _trimmed(bust: Image.Image) -> Image.Image:
    """A bust without what hangs below it: its last row is the lowest broad one."""
    broad = np.flatnonzero((np.asarray(bust)[..., 3] > 200).mean(axis=1) > 0.3)
    return bust.crop((0, 0, bust.width, int(broad.max(initial=_EDGE)) + 1))


def _shoulders(bust: Image.Image) -> tuple[int, int]:
    """The first and the last opaque column near the lower edge."""
    opaque = np.flatnonzero(np.asarray(bust)[-_EDGE, :, 3] > 200)
    return int(opaque.min(initial=bust.width)), int(opaque.max(initial=0))


def _leg_length(bust: Image.Image) -> int:
    left, right = _shoulders(bust)
    return round(0.5 * (right - left))


def _legs(size: tuple[int, int], sides: tuple[int, int], top: int, tone: Tone) -> Image.Image:
    left, right = sides
    width, bottom = right - left, size[1]
    large = Image.new("RGBA", (size[0] * FINE, size[1] * FINE))
    draw = ImageDraw.Draw(large)
    colour = (*(round(float(value)) for value in tone), 255)
    for near, far, out in ((0.2, 0.48, (-0.06, 0.0)), (0.52, 0.8, (0.0, 0.06))):
        first, last = left + near * width, left + far * width
        draw.rectangle(_fine(first, top, last, bottom - 12), colour)
        shoe = _fine(first + out[0] * width, bottom - 26, last + out[1] * width, bottom - 1)
        draw.rounded_rectangle(shoe, 12 * FINE, (58, 50, 66, 255))
    return large.resize(size, Image.Resampling.LANCZOS)


def _hem(row: Row, size: tuple[int, int], sides: tuple[int, int], top: int) -> Image.Image:
    """The lower part of the clothes: the bust's last row of pixels drawn out downwards."""
    left, right = sides
    inset, hem = 0.06 * (right - left), 0.2 * (right - left)
    mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
    box = _fine(left + inset, top - 2 * hem, right - inset, top + hem)
    ImageDraw.Draw(mask).rounded_rectangle(box, 26 * FINE, 255)
    out = np.zeros((size[1], size[0], 4), np.uint8)
    out[top - _EDGE :, left : right + 1] = row[left : right + 1]
    shape = np.asarray(mask.resize(size, Image.Resampling.LANCZOS), np.uint16)
    out[..., 3] = (out[..., 3] * shape // 255).astype(np.uint8)
    return Image.fromarray(out)


def _fine(*box: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (value * FINE for value in box)
    return left, top, right, bottom
