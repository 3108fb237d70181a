"""Edits said as an instruction, for models that take one; pure: nothing is painted here.

Such a model is given the whole picture and "make the sky darker". What it paints shows only in the
region of the edit, so that the rest stays as it was all the same. Where the model can paint in a
region alone, it is told the same for that.
"""

from __future__ import annotations

from dataclasses import replace

from t2i_chat.core.actions import MARKED, Add, Inpaint, LocalEdit, Remove, Replace, Restyle
from t2i_chat.core.registry import ModelFacts
from t2i_chat.editing.requests import Job
from t2i_chat.text import captions


def by_instruction(job: Job, action: LocalEdit | Restyle, facts: ModelFacts) -> Job:
    """The job as an instruction, where the model takes them; else the job as it is."""
    family = facts.pipelines
    if not family.instruct:
        return job
    hole = bool(family.inpaint) and not isinstance(action, Restyle)
    changed: dict[str, object] = {"prompt": instruction(action), "prefill": None}
    if hole:
        changed["strength"] = 1.0
    else:
        changed |= {
            "kind": "instruct",
            "strength": None,
            "image_guidance_scale": family.image_guidance_scale,
        }
    recipe = job.request.recipe.model_copy(update=changed)
    return replace(job, request=replace(job.request, recipe=recipe))


def instruction(action: LocalEdit | Restyle) -> str:
    """An edit as one says it to somebody who sees the picture."""
    match action:
        case Restyle(result=result):
            return f"make it {result}"
        case Add(result=result, target=target):
            return f"add {captions.with_article(result)}" + (f" {_at(target)}" if target else "")
        case Remove(target=target):
            return f"remove {target}"
        case Replace(target=target, result=result):
            return f"replace {target} with {captions.with_article(result)}"
        case Inpaint(target=target, result=result) if target == MARKED:
            return f"make it {result}"
        case Inpaint(target=target, result=result):
            looks = captions.describe_result(target, result)
            return f"change {target} to {looks}"


def _at(target: str) -> str:
    """A place as it is said after a thing: "the lake" → "to the lake"."""
    first = target.split(" ", 1)[0].lower()
    return target if first not in ("the", "a", "an", "his", "her", "its") else f"to {target}"
