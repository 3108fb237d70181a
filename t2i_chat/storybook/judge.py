"""The judge: a small CNN that recognises the things in a storybook picture, cell by cell.

It labels every 16-pixel cell with a noun, or with `NOTHING` for things that are torn, warped or
unrecognisable. It is trained on composed scenes; its score on those is the upper bound of its score
on generated pictures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import nn

from t2i_chat.storybook.layout import BACKGROUNDS, kinds
from t2i_chat.storybook.package import WEIGHTS, make_readable
from t2i_chat.storybook.scenes import GRID, Relation, drawing
from t2i_chat.storybook.sheet import pixels_to_tensor
from t2i_chat.storybook.vocabulary import load_vocabulary

Pixels = NDArray[np.uint8]
Cells = NDArray[np.bool_]
FOLDER = WEIGHTS / "judge"
NOTHING = "nothing"
"""The label of unrecognisable content."""
LEAST_SHARE = 0.4
"""Minimum share of a thing's usual number of cells; small drawings fill 0.46 of it."""
LEAST_PART = 1.0
"""Minimum ratio of a thing's own cells to cells of other labels around the same centre."""
REACH = 0.4
"""Cells belong to one thing if their predicted centres are closer than this share of its side."""


@dataclass(frozen=True)
class Words:
    """The judge's classes, in the order of its outputs; the colour None is the natural one."""

    kinds: tuple[str, ...]
    colours: tuple[str | None, ...]
    skies: tuple[str, ...]
    grounds: tuple[str, ...]

    @classmethod
    def of_vocabulary(cls) -> Words:
        """Return the words of vocabulary.json."""
        words = load_vocabulary()
        return cls(
            (*kinds(), NOTHING), (None, *words.colours), tuple(words.skies), tuple(words.grounds)
        )

    @classmethod
    def read(cls, path: Path) -> Words:
        """Return the words a judge was saved with."""
        saved = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{name: tuple(values) for name, values in saved.items()})


@dataclass(frozen=True)
class Answers:
    """The network's outputs for B pictures of h × w cells: scores, and offsets to centres.

    kind (B, K, h, w), colour (B, C, h, w), offset (B, 2, h, w) right and down in cells, sky (B, S),
    ground (B, G).
    """

    kind: torch.Tensor
    colour: torch.Tensor
    offset: torch.Tensor
    sky: torch.Tensor
    ground: torch.Tensor


class JudgeNet(nn.Module):
    """The network: (B, 3, 16h, 16w) pixels in -1..1 to Answers; `width` channels at cell level."""

    def __init__(self, words: Words, width: int = 192) -> None:
        super().__init__()
        half, quarter = width // 2, width // 4
        self.body = nn.Sequential(
            _layer(3, quarter, 4, stride=4),
            _Residual(quarter),
            _layer(quarter, half, 2, stride=2),
            _Residual(half),
            _Residual(half),
            _layer(half, width, 2, stride=2),
            *(_Residual(width, dilation) for dilation in (1, 2, 1, 2)),
        )
        self.sizes = [len(words.kinds), len(words.colours), 2]
        self.cells = nn.Conv2d(width, sum(self.sizes), 1)
        self.sky = nn.Linear(width, len(words.skies))
        self.ground = nn.Linear(2 * width, len(words.grounds))

    def forward(self, pixels: torch.Tensor) -> Answers:
        """Return the answers, one for every cell of 16 pixels and one for every picture."""
        features = self.body(pixels.contiguous(memory_format=torch.channels_last))
        kind, colour, offset = self.cells(features).float().split(self.sizes, 1)
        middle = features.shape[2] // 2
        upper, lower = (
            part.float().mean((2, 3)) for part in (features[:, :, :middle], features[:, :, middle:])
        )
        ground = self.ground(torch.cat([upper, lower], 1))
        return Answers(kind, colour, offset, self.sky(upper).float(), ground.float())


class _Residual(nn.Module):
    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.layer = _layer(width, width, 3, dilation=dilation)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        changed: torch.Tensor = features + self.layer(features)
        return changed


def _layer(inward: int, out: int, side: int, *, stride: int = 1, dilation: int = 1) -> nn.Module:
    padding = dilation * (side // 2) if stride == 1 else 0
    conv = nn.Conv2d(inward, out, side, stride, padding, dilation, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out), nn.ReLU())


def save_judge(net: JudgeNet, words: Words, folder: Path = FOLDER) -> None:
    """Saves the network in half precision, and its classes."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: _halved(value) for name, value in net.state_dict().items()}
    save_file(state, folder / "judge.safetensors")
    path = folder / "words.json"
    path.write_text(json.dumps(asdict(words)) + "\n", encoding="utf-8")
    make_readable(folder)


def _halved(value: torch.Tensor) -> torch.Tensor:
    return (value.half() if value.is_floating_point() else value).contiguous()


@dataclass(frozen=True)
class SightPiece:
    """One recognised thing: its (h, w) cells, its centre in pixels, its colour."""

    noun: str
    cells: Cells
    centre: tuple[float, float]
    colour: str | None

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return the pixels it spans, xyxy, in whole cells."""
        ys, xs = np.nonzero(self.cells)
        left, top, right, bottom = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
        return (GRID * int(left), GRID * int(top), GRID * int(right), GRID * int(bottom))


@dataclass(frozen=True)
class Sight:
    """All things recognised in a picture, largest first."""

    size: int
    pieces: tuple[SightPiece, ...]
    sky: str
    ground: str

    def of(self, noun: str) -> tuple[SightPiece, ...]:
        """Return every `noun` that is seen."""
        return tuple(piece for piece in self.pieces if piece.noun == noun)

    def sees(self, noun: str) -> bool:
        """Return whether there is a `noun`."""
        return bool(self.of(noun))

    def count(self, noun: str) -> int:
        """Return how many there are."""
        return len(self.of(noun))

    def colours(self, noun: str) -> frozenset[str | None]:
        """Return the colours of every `noun` there is."""
        return frozenset(piece.colour for piece in self.of(noun))

    def positions(self, noun: str) -> frozenset[str]:
        """Return the thirds of the picture, "left", "middle", "right", that hold a `noun`."""
        thirds = (int(3 * piece.centre[0] / self.size) for piece in self.of(noun))
        return frozenset(("left", "middle", "right")[min(2, max(0, third))] for third in thirds)

    def related(self, one: str, relation: Relation, other: str) -> bool:
        """Return whether some `one` plainly stands so to some `other`."""
        pairs = ((a, b) for a in self.of(one) for b in self.of(other) if a is not b)
        return any(_stands(a, relation, b) for a, b in pairs)


def _stands(one: SightPiece, relation: Relation, other: SightPiece) -> bool:
    between = abs(one.centre[0] - other.centre[0])
    box, beside = one.box, other.box
    wide = (box[2] - box[0] + beside[2] - beside[0]) / 2
    if relation == "above":
        return one.centre[1] < other.centre[1] - GRID and between <= 3 * GRID
    if relation == "in front of":
        return box[3] > beside[3] and between < 0.6 * wide
    return 0.6 * wide < between <= wide + 3 * GRID and abs(box[3] - beside[3]) <= 2 * GRID


class Judge:
    """A trained net, asked about (256, 256, 3) uint8 pictures."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.words = Words.read(folder / "words.json")
        state = load_file(folder / "judge.safetensors")
        self._net = JudgeNet(self.words, width=state["cells.weight"].shape[1])
        self._net.load_state_dict({k: _single(v) for k, v in state.items()})
        self._net.eval()

    def look(self, pixels: Pixels) -> Sight:
        """Return what the picture shows."""
        return see(self._net, self.words, pixels[None])[0]


def _single(value: torch.Tensor) -> torch.Tensor:
    return value.float() if value.is_floating_point() else value


@torch.inference_mode()
def see(net: JudgeNet, words: Words, pixels: Pixels) -> tuple[Sight, ...]:
    """Return what each of (B, h, w, 3) uint8 pictures shows."""
    answers = net(pixels_to_tensor(pixels))
    skies, grounds = answers.sky.argmax(1).tolist(), answers.ground.argmax(1).tolist()
    return tuple(
        Sight(
            pixels.shape[1],
            _pieces(words, answers.kind[k], answers.colour[k], answers.offset[k]),
            words.skies[skies[k]],
            words.grounds[grounds[k]],
        )
        for k in range(len(pixels))
    )


def _pieces(
    words: Words, kind: torch.Tensor, colour: torch.Tensor, offset: torch.Tensor
) -> tuple[SightPiece, ...]:
    named = kind.argmax(0).numpy()
    ys, xs = np.mgrid[: named.shape[0], : named.shape[1]] + 0.5
    middles = np.stack([xs, ys]) + offset.numpy()
    tones = colour.log_softmax(0).numpy()
    nouns = load_vocabulary().nouns
    pieces = []
    for number in np.unique(named):
        noun = words.kinds[number]
        if noun not in nouns:
            continue
        reach = REACH * nouns[noun].side / GRID
        for cells in _apart(named == number, middles, reach):
            centre = np.median(middles[:, cells], axis=1)
            others = (named >= len(BACKGROUNDS)) & (named != number)
            others &= np.hypot(*(middles - centre[:, None, None])) < reach
            if cells.sum() >= max(LEAST_SHARE * usual_cells(noun), LEAST_PART * others.sum()):
                shade = _shade(words.colours, noun, tones[:, cells].sum(1))
                x, y = (GRID * float(c) for c in centre)
                pieces.append(SightPiece(noun, cells, (x, y), shade))
    return tuple(sorted(pieces, key=lambda piece: -int(piece.cells.sum())))


def _apart(cells: Cells, middles: NDArray[np.float64], reach: float) -> list[Cells]:
    """Splits `cells` into things by clustering their predicted centres within `reach`."""
    found: list[Cells] = []
    sums: list[NDArray[np.float64]] = []
    for y, x in zip(*np.nonzero(cells), strict=True):
        middle = middles[:, y, x]
        near = (k for k, own in enumerate(found) if _near(sums[k] / own.sum(), middle, reach))
        place = next(near, len(found))
        if place == len(found):
            found.append(np.zeros_like(cells))
            sums.append(np.zeros(2))
        found[place][y, x] = True
        sums[place] += middle
    return found


def _near(one: NDArray[np.float64], other: NDArray[np.float64], reach: float) -> bool:
    return float(np.hypot(*(one - other))) < reach


def _shade(colours: Sequence[str | None], noun: str, scores: NDArray[np.float32]) -> str | None:
    """Return the likeliest of the colours that `noun` can have."""
    entry = load_vocabulary().nouns[noun]
    possible = {*entry.colours, entry.default_colour}
    return max(
        (pair for pair in zip(colours, scores, strict=True) if pair[0] in possible),
        key=lambda pair: float(pair[1]),
    )[0]


@cache
def usual_cells(noun: str) -> float:
    """Return how many cells the usual drawing of `noun` fills."""
    side = load_vocabulary().nouns[noun].side
    return float(drawing(noun, None, side).alpha.sum()) / GRID**2
