"""Measure the shipped storybook model on held-out prompts; it does not know how it was trained.

python -m t2i_chat.storybook.evaluate --quick --json

Every figure stands beside its ceiling: the same judge on composed scenes, which are right.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from diffusers import StableDiffusionInpaintPipeline, StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from t2i_chat.storybook import judge
from t2i_chat.storybook.captions import caption
from t2i_chat.storybook.compose import Painting, compose
from t2i_chat.storybook.package import WEIGHTS
from t2i_chat.storybook.scenes import SIZE, Scene, sample_scene
from t2i_chat.storybook.segmenter import phrase
from t2i_chat.storybook.sheet import pixels_to_tensor, save_sheet
from t2i_chat.storybook.vocabulary import load_vocabulary

STEPS, GUIDANCE = 20, 4.0
FIRST = 20_000_000
"""Seeds from here on belong to the evaluation alone."""
Pixels = NDArray[np.uint8]
Check = Callable[[judge.Judge, Pixels], bool | None]


@dataclass(frozen=True)
class Question:
    """A prompt, a composed scene that answers it, and checks by the name of their figure."""

    prompt: str
    scene: Scene
    checks: tuple[tuple[str, Check], ...]


def questions(per_kind: int) -> Iterator[Question]:
    """Yield prompts for one thing, two things, colour, position, sky and ground."""
    for plan in PLANS.values():
        found, seed = 0, FIRST
        while found < per_kind:
            scene = sample_scene(seed)
            seed += 1
            question = plan(scene)
            if question is not None:
                found += 1
                yield question


def _sees(noun: str) -> Check:
    return lambda j, pixels: j.sees(pixels, noun) is not None


def _judged(noun: str, test: Callable[[Pixels, Any], bool]) -> Check:
    """Return a check that is left out when the thing itself is not found."""

    def check(j: judge.Judge, pixels: Pixels) -> bool | None:
        mask = j.sees(pixels, noun)
        return None if mask is None else test(pixels, mask)

    return check


def _one(scene: Scene) -> Question | None:
    if len(scene.things) != 1:
        return None
    noun = scene.things[0].noun
    prompt = f"a {noun} under a {_sky_phrase(scene)}"
    return Question(prompt, scene, (("one thing", _sees(noun)),))


def _two(scene: Scene) -> Question | None:
    nouns = [thing.noun for thing in scene.things]
    if len(set(nouns)) != 2 or len(nouns) != 2:
        return None
    checks = tuple(("two things, each", _sees(noun)) for noun in nouns)

    def both(j: judge.Judge, pixels: Pixels) -> bool:
        return all(j.sees(pixels, noun) is not None for noun in nouns)

    return Question(f"a {nouns[0]} and a {nouns[1]}", scene, (*checks, ("two things, both", both)))


def _colour(scene: Scene) -> Question | None:
    if len(scene.things) != 1 or not scene.things[0].colour:
        return None
    thing = scene.things[0]
    check = _judged(
        thing.noun, lambda pixels, mask: judge.colour(pixels, mask, thing.noun) == thing.colour
    )
    return Question(f"a {thing.colour} {thing.noun}", scene, (("colour, if seen", check),))


def _position(scene: Scene) -> Question | None:
    if len(scene.things) != 1:
        return None
    thing = scene.things[0]
    where = scene.position(thing)
    side = "in the middle" if where == "middle" else f"on the {where}"
    check = _judged(thing.noun, lambda _, mask: judge.position(mask) == where)
    return Question(f"a {thing.noun} {side}", scene, (("position, if seen", check),))


def _sky(scene: Scene) -> Question | None:
    if not scene.things:
        return None
    prompt = f"a {scene.things[-1].noun} under a {_sky_phrase(scene)}"
    return Question(prompt, scene, (("sky", lambda _, p: judge.sky(p) == scene.sky),))


def _ground(scene: Scene) -> Question | None:
    if len(scene.things) != 1 or scene.sky not in ("clear", "sunset", "night"):
        return None
    ground = load_vocabulary().grounds[scene.ground]
    prompt = f"a {scene.things[0].noun} {ground.phrases[0]} under a {_sky_phrase(scene)}"
    return Question(prompt, scene, (("ground", lambda _, p: judge.ground(p) == scene.ground),))


def _sky_phrase(scene: Scene) -> str:
    return load_vocabulary().skies[scene.sky].phrases[0]


PLANS: dict[str, Callable[[Scene], Question | None]] = {
    "one": _one, "two": _two, "colour": _colour, "position": _position, "sky": _sky,
    "ground": _ground,
}  # fmt: skip


def evaluate(per_kind: int, sheet: Path | None = None) -> dict[str, Any]:
    """Return every figure: {"scores": {name: {"painted", "ceiling", "count"}}, …}."""
    pipe = StableDiffusionPipeline.from_pretrained(WEIGHTS, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    jury = judge.Judge()
    tallies: dict[str, list[tuple[bool | None, bool | None]]] = {}
    pictures, seconds = [], []
    asked = list(questions(per_kind))
    for number, question in enumerate(asked):
        started = time.perf_counter()
        painted = paint(pipe, question.prompt, seed=number)
        seconds.append(time.perf_counter() - started)
        pictures.append(painted)
        composed = compose(question.scene).pixels
        for name, check in question.checks:
            pair = (check(jury, painted), check(jury, composed))
            tallies.setdefault(name, []).append(pair)
    if sheet is not None:
        save_sheet(sheet, pictures, columns=8, captions=[q.prompt for q in asked])
    return {
        "scores": {name: _score(pairs) for name, pairs in tallies.items()},
        "sky edits": sky_edits(pipe, jury, max(4, per_kind // 4)),
        "autoencoder psnr (dB)": autoencoder_psnr(pipe),
        "segmenter": segmenter_scores(jury, 8 * per_kind),
        "seconds a picture": round(float(np.median(seconds)), 2),
        "steps": STEPS,
        "guidance": GUIDANCE,
        "threads": torch.get_num_threads(),
        "megabytes on disk": round(_bytes(WEIGHTS) / 1e6, 1),
        "peak memory (MB)": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def paint(pipe: StableDiffusionPipeline, prompt: str, seed: int, size: int = SIZE) -> Pixels:
    """Return a picture as (size, size, 3) uint8."""
    image = pipe(
        prompt,
        num_inference_steps=STEPS,
        guidance_scale=GUIDANCE,
        height=size,
        width=size,
        generator=torch.Generator().manual_seed(seed),
    ).images[0]
    return np.asarray(image)


def sky_edits(pipe: StableDiffusionPipeline, jury: judge.Judge, count: int) -> dict[str, float]:
    """Repaint the sky of painted day pictures as night; report how many came out as night."""
    inpaint = StableDiffusionInpaintPipeline(**pipe.components, requires_safety_checker=False)
    inpaint.set_progress_bar_config(disable=True)
    nights = 0
    for seed in range(count):
        noun = ("house", "tree", "car", "castle")[seed % 4]
        day = paint(pipe, f"a {noun} in a meadow under a blue sky", seed)
        (mask,) = jury.masks(day, ["the sky"])
        night = inpaint(
            f"a {noun} under a starry night sky",
            image=Image.fromarray(day),
            mask_image=Image.fromarray((mask * 255).astype(np.uint8)),
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            strength=1.0,
            height=SIZE,
            width=SIZE,
            generator=torch.Generator().manual_seed(seed),
        ).images[0]
        nights += judge.sky(np.asarray(night)) in ("night", "storm")
    return {"asked": count, "dark afterwards": nights}


@torch.no_grad()
def autoencoder_psnr(pipe: StableDiffusionPipeline, count: int = 24) -> float:
    """Return the mean PSNR of held-out scenes through the autoencoder."""
    values = []
    for k in range(count):
        pixels = pixels_to_tensor(compose(sample_scene(FIRST + k)).pixels[None])
        decoded = pipe.vae.decode(pipe.vae.encode(pixels).latent_dist.mode()).sample.clamp(-1, 1)
        values.append(10 * np.log10(4 / float(((decoded - pixels) ** 2).mean())))
    return round(float(np.mean(values)), 2)


def segmenter_scores(jury: judge.Judge, count: int) -> dict[str, float]:
    """Return the mean overlap on held-out scenes, and how often nothing is rightly found."""
    overlaps: list[float] = []
    quiet: list[bool] = []
    for k in range(count):
        painting: Painting = compose(sample_scene(FIRST + k))
        text, mask = phrase(painting, np.random.default_rng(k))
        (found,) = jury.masks(painting.pixels, [text])
        if mask.any():
            overlaps.append(float((found & mask).sum() / (found | mask).sum()))
        else:
            quiet.append(bool(found.sum() < 100))
    return {
        "mean overlap (IoU)": round(float(np.mean(overlaps)), 3),
        "absent things not found": round(float(np.mean(quiet)), 3),
    }


def _score(pairs: list[tuple[bool | None, bool | None]]) -> dict[str, float]:
    painted = [p for p, _ in pairs if p is not None]
    ceiling = [c for _, c in pairs if c is not None]
    return {
        "painted": round(sum(painted) / max(1, len(painted)), 3),
        "ceiling": round(sum(ceiling) / max(1, len(ceiling)), 3),
        "count": len(painted),
    }


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def example_captions(count: int = 8) -> list[str]:
    """Return captions of held-out scenes, to see what kind of words the model was taught."""
    rng = np.random.default_rng(0)
    return [caption(sample_scene(FIRST + k), rng) for k in range(count)]


def main(
    quick: Annotated[bool, typer.Option(help="Few prompts: a minute instead of ten.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    sheet: Annotated[Path | None, typer.Option(help="Save the painted pictures here.")] = None,
) -> None:
    """Measure the shipped weights."""
    figures = evaluate(6 if quick else 32, sheet)
    console = Console()
    if json_output:
        console.print_json(json.dumps(figures))
        return
    table = Table("figure", "painted", "ceiling", "count")
    for name, score in figures.pop("scores").items():
        table.add_row(name, *(str(score[k]) for k in ("painted", "ceiling", "count")))
    console.print(table)
    for name, value in figures.items():
        console.print(f"{name}: {value}")
    console.print("judged by the shipped segmenter and by plain colours; see the ceiling")


if __name__ == "__main__":
    typer.run(main)
