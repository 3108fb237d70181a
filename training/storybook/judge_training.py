"""Trains the judge on crowded scenes and on corrupted things.

A judge trained on intact drawings only calls any patch of the right colour by its name. So two of
five things are corrupted, in five ways, and labelled `NOTHING`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from t2i_chat.storybook.compose import ComposedScene, compose
from t2i_chat.storybook.judge import NOTHING, Answers, JudgeNet, Words, save_judge, see
from t2i_chat.storybook.layout import NOWHERE
from t2i_chat.storybook.scenes import GRID, Box, Scale, Scene, place_thing, sample_scene
from t2i_chat.storybook.sheet import pixels_to_tensor
from t2i_chat.storybook.vocabulary import load_vocabulary
from training.storybook.corruptions import SPOILS, kneaded, wear
from training.storybook.judge_accuracy import trustworthiness
from training.storybook.run import Run, best_device, descend

log = logging.getLogger(__name__)
Rng = np.random.Generator
Pixels = NDArray[np.uint8]

BATCH = 12
FIRST = 6_000_000
"""Seed of the first training scene; the segmenter's lie below, the held-out ones above."""
SPOILT = 0.4
"""The share of things that are spoilt."""
LOOSE = 0.3
"""The share of things that are drawn a little loosely and are none the worse for it."""
SWAPPED = 0.15
"""The share of pictures whose sky does not light their ground, as when a sky was repainted."""
SCALES: tuple[Scale, ...] = ("usual", "usual", "usual", "small", "big")
MOST = 9
"""Things in a crowded scene; what a judge learns from one is all of them."""


@dataclass(frozen=True)
class JudgeExample:
    """A picture with what a judge should say of it.

    Pixels (256, 256, 3); kind and colour (h, w), colour `NOWHERE` outside whole things; offset
    (2, h, w) in cells; numbers of sky and ground, sky `NOWHERE` in a room.
    """

    pixels: Pixels
    kind: NDArray[np.int64]
    colour: NDArray[np.int64]
    offset: NDArray[np.float32]
    sky: int
    ground: int


def example(seed: int, words: Words, *, crowded: bool = True) -> JudgeExample:
    """Return the example of `seed`: a scene, some things spoilt, shifted off the grid and worn."""
    rng = np.random.default_rng((seed, 5))
    scene = sample_scene(seed)
    painting = compose(crowd(scene, rng) if crowded else scene)
    if rng.random() < SWAPPED and scene.ground != "room":
        painting = _under_another_sky(painting, rng)
    pixels = painting.pixels.copy()
    spoilt = set()
    for index, thing in enumerate(painting.scene.things):
        if rng.random() < SPOILT:
            spoil = list(SPOILS.values())[rng.integers(len(SPOILS))]
            pixels = spoil(pixels, thing, rng)
            spoilt.add(index)
        elif rng.random() < LOOSE:
            pixels = kneaded(pixels, thing, rng, rng.uniform(0.01, 0.04))
    shift = tuple(int(v) for v in rng.integers(-GRID // 2, GRID // 2 + 1, 2))
    if rng.random() < 0.4:
        shift = (0, 0)
    return labelled(painting, wear(_shifted(pixels, shift), rng), shift, spoilt, words)


def crowd(scene: Scene, rng: Rng) -> Scene:
    """Return `scene` with more things of any kind, wherever there is room for them."""
    nouns = list(load_vocabulary().nouns.values())
    things = list(scene.things)
    for _ in range(MOST):
        noun = nouns[rng.integers(len(nouns))]
        colours = (noun.default_colour, *noun.colours)
        colour = colours[rng.integers(len(colours))]
        scale = SCALES[rng.integers(len(SCALES))]
        thing = place_thing(rng, scene, noun, colour, noun.places[-1], scale, things)
        if thing is not None:
            things.append(thing)
    return replace(scene, things=tuple(sorted(things[:MOST], key=lambda t: t.box[3])))


def _under_another_sky(painting: ComposedScene, rng: Rng) -> ComposedScene:
    """Return `painting` with its free sky painted as another kind, and everything else as it is."""
    skies = list(load_vocabulary().skies)
    scene = replace(painting.scene, sky=skies[rng.integers(len(skies))])
    other = compose(replace(scene, things=()))
    swap = (
        painting.sky & other.sky & ~np.any([np.zeros_like(painting.sky), *painting.things], axis=0)
    )
    pixels = np.where(swap[..., None], other.pixels, painting.pixels)
    return replace(painting, scene=scene, pixels=pixels)


def _shifted(values: NDArray[np.uint8], shift: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return `values` moved right and down by `shift`; its edges are stretched."""
    reach = GRID // 2
    pads = [(reach, reach), (reach, reach)] + [(0, 0)] * (values.ndim - 2)
    wide = np.pad(values, pads, mode="edge")
    top, left = reach - shift[1], reach - shift[0]
    return wide[top : top + values.shape[0], left : left + values.shape[1]]


def labelled(
    painting: ComposedScene, pixels: Pixels, shift: tuple[int, ...], spoilt: set[int], words: Words
) -> JudgeExample:
    """Say what fills every cell, by the rule of `layout.labels_of`."""
    things = painting.scene.things
    owner = np.zeros(painting.sky.shape, np.uint8)
    owner[painting.water], owner[painting.ground] = 1, 2
    for index, mask in enumerate(painting.things):
        owner[mask] = 3 + index
    owner = _shifted(owner, shift)
    shares = [_share(owner == number) for number in range(3 + len(things))]
    kind = np.argmax(shares[:3], axis=0)
    colour = np.full(kind.shape, NOWHERE)
    offset = np.zeros((2, *kind.shape), np.float32)
    ys, xs = np.mgrid[: kind.shape[0], : kind.shape[1]] + 0.5
    for index, thing in enumerate(things):
        inside = shares[3 + index] > 0.3
        name = NOTHING if index in spoilt else thing.noun
        kind[inside] = words.kinds.index(name)
        colour[inside] = NOWHERE if index in spoilt else words.colours.index(thing.colour)
        x, y = (v + s for v, s in zip(_middle(thing.box), shift, strict=True))
        offset[0][inside] = (x / GRID - xs)[inside]
        offset[1][inside] = (y / GRID - ys)[inside]
    scene = painting.scene
    sky = NOWHERE if scene.ground == "room" else words.skies.index(scene.sky)
    return JudgeExample(pixels, kind, colour, offset, sky, words.grounds.index(scene.ground))


def _share(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    cells = mask.reshape(mask.shape[0] // GRID, GRID, mask.shape[1] // GRID, GRID)
    return np.asarray(cells.mean((1, 3), dtype=np.float32))


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def train(minutes: float, resume: bool, peak: float = 3e-3) -> None:
    """Train for `minutes` and save to `runs/storybook/judge/model`."""
    device, run, words = best_device(), Run("judge", minutes), Words.of_vocabulary()
    net = JudgeNet(words).to(device)
    optimizer = torch.optim.AdamW(net.parameters(), lr=peak, weight_decay=0.02)
    if resume:
        run.take_up(net, optimizer)
    run.train(
        optimizer,
        lambda: _step(net, optimizer, words, run.step),
        lambda: _checkpoint(run, net, optimizer, words),
        peak=peak,
        seconds=180,
    )


def _step(
    net: JudgeNet, optimizer: torch.optim.Optimizer, words: Words, step: int
) -> dict[str, float]:
    device = net.cells.weight.device
    seeds = range(FIRST + step * BATCH, FIRST + (step + 1) * BATCH)
    examples = [example(seed, words, crowded=seed % 4 > 0) for seed in seeds]
    pixels = pixels_to_tensor(np.stack([e.pixels for e in examples])).to(device)
    with torch.autocast(device.type, torch.bfloat16):
        answers = net(pixels)
    losses = losses_of(answers, examples)
    descend(optimizer, torch.stack(list(losses.values())).sum(), net.parameters())
    return {name: round(loss.item(), 4) for name, loss in losses.items()}


def losses_of(answers: Answers, examples: list[JudgeExample]) -> dict[str, torch.Tensor]:
    """Return how wrong the answers are: about kinds, colours, middles, skies and grounds."""
    device = answers.kind.device

    def wanted(name: str) -> torch.Tensor:
        return torch.as_tensor(np.stack([getattr(e, name) for e in examples])).to(device)

    kind, offset = wanted("kind"), wanted("offset")
    things = kind >= 3
    weights = 1 + 2 * things.float()
    named = functional.cross_entropy(answers.kind, kind, reduction="none")
    apart = (answers.offset - offset).abs().sum(1)
    return {
        "kind": (named * weights).sum() / weights.sum(),
        "colour": 0.3 * _right(answers.colour, wanted("colour")),
        "offset": 0.1 * (apart * things).sum() / things.sum().clamp(min=1),
        "sky": 0.2 * _right(answers.sky, wanted("sky")),
        "ground": 0.2 * _right(answers.ground, wanted("ground")),
    }


def _right(scores: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy where there is a right answer, and 0 where there is none."""
    summed = functional.cross_entropy(scores, wanted, ignore_index=NOWHERE, reduction="sum")
    return summed / (wanted != NOWHERE).sum().clamp(min=1)


def _checkpoint(run: Run, net: JudgeNet, optimizer: torch.optim.Optimizer, words: Words) -> None:
    run.keep(net, optimizer)
    save_judge(net, words, run.folder / "model")
    net.eval()
    log.info("%s", trustworthiness(lambda pixels: see(net, words, pixels[None])[0], count=60))
    net.train()
