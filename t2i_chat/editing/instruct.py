"""Instruction-based editing ("make the sky darker"): InstructPix2Pix, FLUX Kontext, Qwen-Edit.

The model gets the whole picture and the instruction; the result is composited through the edit's
mask, so the rest stays unchanged. If the model's inpainting pipeline takes instructions, it is
used.
"""

from __future__ import annotations

from dataclasses import replace

from t2i_chat.core.actions import MARKED, Add, Inpaint, LocalEdit, Remove, Replace, Restyle
from t2i_chat.core.registry import ModelFacts
from t2i_chat.editing.requests import Job
from t2i_chat.text import captions


def by_instruction(job: Job, action: LocalEdit | Restyle, facts: ModelFacts) -> Job:
    """The job turned into an instruction; unchanged if the model takes none."""
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
    """The edit as an imperative sentence."""
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
    """A place with its preposition: "the lake" → "to the lake"."""
    first = target.split(" ", 1)[0].lower()
    return target if first not in ("the", "a", "an", "his", "her", "its") else f"to {target}"
