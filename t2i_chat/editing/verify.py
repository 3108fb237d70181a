"""Self-check of an edit: is the added thing there, the removed one gone? If not, one retry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from t2i_chat.core.actions import MARKED, Add, LocalEdit, Remove, Replace
from t2i_chat.core.events import Said
from t2i_chat.core.params import Params
from t2i_chat.core.protocols import Checker, Segmenter
from t2i_chat.core.settings import MAX_GUIDANCE
from t2i_chat.editing.requests import Job, next_seed
from t2i_chat.imaging import masks
from t2i_chat.imaging.components import read_target
from t2i_chat.text import captions

SEEN = 0.05
"""Minimum score for a new thing to count as present."""
STILL_THERE = 0.5
"""Minimum score for an old thing to count as still present."""
HARDER = 1.5
"""Factor on the guidance scale of a retry when the seed is locked."""


class SeenBySegmenter:
    """A checker that scores by segmentation."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    def score(self, image: Image.Image, thing: str, region: Image.Image) -> float:
        """The share (0–1) of the 8-bit mask `region` that is segmented as the thing."""
        found, inside = self._segmenter.segment(image, thing), masks.binary(region)
        if found is None or not inside.any():
            return 0.0
        return float(np.count_nonzero(masks.binary(found) & inside) / np.count_nonzero(inside))


@dataclass(frozen=True, slots=True)
class Look:
    """The result of a check: whether the edit succeeded, and its score (0–1)."""

    done: bool
    well: float


def needed(action: LocalEdit, job: Job) -> bool:
    """Whether an edit can fail; removing a thing from a layout cannot."""
    layout = job.request.recipe.layout
    return not (isinstance(action, Remove) and layout is not None)


def look(
    action: LocalEdit, picture: Image.Image, region: Image.Image, checkers: Sequence[Checker]
) -> Look | None:
    """Checks an edit in its 8-bit region; None if no checker can tell.

    For an added thing the checkers are asked in turn until one is content. For a removed thing only
    the first one decides; the others too often see what is not there.
    """
    thing = _thing(action)
    if thing is None or not checkers:
        return None
    if isinstance(action, Remove):
        left = checkers[0].score(picture, thing, region)
        return Look(done=left < STILL_THERE, well=1 - left)
    scores: list[float] = []
    for checker in checkers:
        scores.append(checker.score(picture, thing, region))
        if scores[-1] >= SEEN:
            return Look(done=True, well=scores[-1])
    return Look(done=False, well=sum(scores) / len(scores))


def _thing(action: LocalEdit) -> str | None:
    match action:
        case Add(result=result) | Replace(result=result):
            return captions.strip_article(result)
        case Remove(target=target) if target != MARKED:
            return read_target(target).thing
    return None


def another(job: Job, params: Params) -> Job | None:
    """The job of a retry: the next seed, or a higher guidance scale if the seed is locked.

    None if the person set both. A layout is not retried with other guidance, which would change all
    its regions.
    """
    recipe = job.request.recipe
    changed: dict[str, object]
    if params.seed is None:
        changed = {"seed": next_seed(recipe.seed)}
    elif params.guidance is None and recipe.guidance_scale > 0 and recipe.layout is None:
        changed = {"guidance_scale": min(HARDER * recipe.guidance_scale, MAX_GUIDANCE)}
    else:
        return None
    request = replace(job.request, recipe=recipe.model_copy(update=changed))
    return replace(job, request=request)


def told(action: LocalEdit, *, tries: int) -> Said:
    """Tells the person that an edit seems to have failed after `tries` tries."""
    began = "I tried twice, but " if tries > 1 else ""
    if isinstance(action, Remove):
        return Said(f"{began}I still see {action.target} there.", options=("undo",))
    thing = captions.with_article(_thing(action) or "it")
    return Said(f"{began}I don't see {thing} there yet.", options=("undo", "four variations"))
