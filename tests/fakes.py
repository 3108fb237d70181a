"""Test doubles: a renderer, segmenter and planner that are fast, exact, and record their calls."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from t2i_chat.core.actions import Generate, Plan
from t2i_chat.core.errors import BadMessage, Cancelled
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.protocols import EnrichedPrompt, PlanContext
from t2i_chat.core.recipe import (
    Looked,
    Preview,
    Queued,
    Receipt,
    Recipe,
    Rendered,
    RenderEvent,
    RenderRequest,
    pixels_sha256,
)
from t2i_chat.core.registry import facts_for
from t2i_chat.imaging import masks

SMALL = replace(
    facts_for("storybook"),
    native=Size(width=256, height=256),
    num_inference_steps=20,
    guidance_scale=4.0,
)
"""The embedded painter as it would be at 256 pixels, for fast pictures."""


def paint(recipe: Recipe) -> Image.Image:
    """A mosaic of 4 × 4 colours that only the recipe decides; library versions do not count."""
    words = recipe.model_dump_json(exclude={"versions", "revision"})
    colours = hashlib.shake_256(words.encode()).digest(4 * 4 * 3)
    mosaic = Image.frombytes("RGB", (4, 4), colours)
    return mosaic.resize((recipe.size.width, recipe.size.height), Image.Resampling.NEAREST)


def box_mask(size: tuple[int, int], box: Box) -> Image.Image:
    """An 8-bit mask of `size` (width, height), white inside `box`."""
    mask = Image.new("L", size, 0)
    inside = box.clipped(Size(width=size[0], height=size[1]))
    mask.paste(255, (inside.x0, inside.y0, inside.x1, inside.y1))
    return mask


def max_difference(one: Image.Image, other: Image.Image, where: Image.Image | None = None) -> int:
    """The largest difference (0–255) of two RGB pictures, only where `where` is black if given."""
    apart = np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).max(axis=2)
    if where is not None:
        apart = apart[np.asarray(where) == 0]
    return int(apart.max(initial=0))


@dataclass
class FakeRenderer:
    """Paints `paint(recipe)`, and through the mask when there is one: white ≥ 128 is repainted.

    `requests` holds what was asked. `step_seconds` is how long a denoising step takes, `queued`
    how many wait in front, `error` is raised after the first step, `versions` go into the recipe.
    `looked` is where it says it looked; None: everywhere alike.
    It refuses what a real renderer could not do: pictures that are not those the recipe names.
    """

    step_seconds: float = 0.0
    preview_every: int = 1
    queued: int = 0
    error: Exception | None = None
    versions: Mapping[str, str] = field(default_factory=lambda: {"fake-renderer": "1"})
    requests: list[RenderRequest] = field(default_factory=list)
    cancelled: int = 0
    looked: Looked | None = None

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Previews while denoising, then one Rendered. Raises Cancelled within one step."""
        _check(request)
        self.requests.append(request)
        return self._events(request, cancel)

    def _events(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        yield from (Queued(position) for position in range(self.queued, 0, -1))
        picture = _composited(request)
        total = request.recipe.num_inference_steps
        for step in range(1, total + 1):
            if cancel.wait(self.step_seconds) if self.step_seconds else cancel.is_set():
                self.cancelled += 1
                raise Cancelled
            if self.error is not None:
                raise self.error
            if step % (1 if request.watched else self.preview_every) == 0 and step < total:
                yield Preview(step, total, _rough(picture))
        if request.watched:
            words = request.recipe.prompt.split()
            flat = Looked({word: Image.new("L", picture.size, 255) for word in words})
            yield self.looked or flat
        yield Rendered(picture, self._used(request.recipe), _receipt(request, picture))

    def _used(self, recipe: Recipe) -> Recipe:
        return recipe.model_copy(update={"versions": dict(self.versions)})


def _check(request: RenderRequest) -> None:
    recipe = request.recipe
    if recipe.kind == "upload":
        raise ValueError("an upload is not painted")
    for picture, sha256 in (
        (request.image, recipe.image_sha256),
        (request.mask, recipe.mask_sha256),
    ):
        if (picture and pixels_sha256(picture)) != sha256:
            raise ValueError("the request's pictures are not those its recipe names")
    if recipe.kind == "inpaint":
        wanted = (recipe.size.width, recipe.size.height)
        if request.image is None or request.mask is None:
            raise ValueError("inpainting needs a picture and a mask")
        if not request.image.size == request.mask.size == wanted:
            raise ValueError(f"the picture or the mask is not of size {wanted}")


def _composited(request: RenderRequest) -> Image.Image:
    painted = paint(request.recipe)
    if request.image is None:
        return painted
    if request.mask is None:
        share = request.recipe.strength or 0.5
        return Image.blend(request.image.resize(painted.size), painted, share)
    return Image.composite(painted, request.image, _hard(request.mask))


def _hard(mask: Image.Image) -> Image.Image:
    return mask.point([0] * 128 + [255] * 128)


def _rough(picture: Image.Image) -> Image.Image:
    return picture.resize((max(1, picture.width // 8), max(1, picture.height // 8)))


def _receipt(request: RenderRequest, picture: Image.Image) -> Receipt | None:
    if request.image is None:
        return None
    if request.mask is None:
        same = request.image.size == picture.size
        return masks.whole_receipt(request.image, picture) if same else None
    changed = (np.asarray(picture) != np.asarray(request.image)).any(axis=2)
    return Receipt(
        max_outside=max_difference(picture, request.image, where=_hard(request.mask)),
        changed_fraction=float(changed.mean()),
    )


@dataclass
class FakeSegmenter:
    """Finds what its table names: a box (pixels), a ready mask, or None for what is not there.

    Targets that are not in the table are not in the picture. `targets` holds what was asked.
    """

    table: Mapping[str, Box | Image.Image | None] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if it is not there."""
        self.targets.append(target)
        found = self.table.get(target)
        return box_mask(image.size, found) if isinstance(found, Box) else found


@dataclass
class FakePlanner:
    """Reads the plan for a text out of its table; other texts are prompts of a new picture.

    A table entry that is an exception is raised. `added` is what `enrich` puts behind a prompt.
    `calls` holds the texts with their contexts, `enriched` the prompts.
    """

    table: Mapping[str, Plan | Exception] = field(default_factory=dict)
    added: Sequence[str] = ()
    calls: list[tuple[str, PlanContext]] = field(default_factory=list)
    enriched: list[str] = field(default_factory=list)

    def plan(self, text: str, context: PlanContext) -> Plan:
        """The table's plan for `text`. Raises BadMessage when there is nothing to read."""
        self.calls.append((text, context))
        if not text.strip():
            raise BadMessage("Please write what you would like to see.")
        found = self.table.get(text) or Plan(actions=(Generate(prompt=text),))
        if isinstance(found, Exception):
            raise found
        return found

    def explain(self, plan: Plan) -> str:
        """The names of the plan's actions, in order."""
        return "I understood: " + ", then ".join(action.action for action in plan.actions) + "."

    def enrich(self, prompt: str) -> EnrichedPrompt:
        """The prompt with the `added` words behind it."""
        self.enriched.append(prompt)
        return EnrichedPrompt(prompt=", ".join((prompt, *self.added)), added=tuple(self.added))
