"""Inpaint requests (change, add, remove, replace) and img2img restyle: seed, strength, masks."""

from __future__ import annotations

from PIL import Image

from t2i_chat.core.actions import MARKED, Add, Inpaint, LocalEdit, Remove, Replace, Restyle
from t2i_chat.core.errors import CannotDo
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import RenderRequest, pixels_sha256
from t2i_chat.core.registry import Intent, ModelFacts
from t2i_chat.editing.requests.seeds import edit_seed
from t2i_chat.editing.requests.values import Job, Source, new_recipe, ring_of, size_of
from t2i_chat.text import captions
from t2i_chat.text.colors import COLOURS
from t2i_chat.text.lexicon import Lexicon

# Factors on the model's mask grow and feather for each kind of edit.
# A removed thing's shadow must go with it; a recoloured sky must not cover the roof.
_GROW: dict[type[LocalEdit], float] = {Inpaint: 0.25, Add: 1.25, Remove: 1.25, Replace: 1.0}
_FEATHER: dict[type[LocalEdit], float] = {Inpaint: 0.5, Add: 1.5, Remove: 1.0, Replace: 1.0}

_RAMPED: frozenset[Intent] = frozenset({"light", "recolour"})
"""Edits that keep the content, and so may fade out inside the region (differential diffusion)."""
_RAMP_SHARE = 1 / 16
"""Width of that fade, as a share of the picture's shorter side."""

_LIGHT = frozenset("dark darker light lighter bright brighter dim dimmer pale paler".split())


def restyle(action: Restyle, base: Source, *, facts: ModelFacts, params: Params) -> Job:
    """Img2img of the whole picture in another style, with the action's or the default strength."""
    caption = captions.restyle(base.version.caption, action.result)
    recipe = new_recipe(
        facts,
        params,
        kind="image-to-image",
        prompt=caption,
        seed=edit_seed(base, params),
        strength=action.strength or facts.strengths["restyle"],
        size=size_of(base),
        image_sha256=pixels_sha256(base.image),
    )
    request = RenderRequest(recipe, image=base.image)
    return Job(request, parent=base.version.number, caption=caption)


def edit(
    action: LocalEdit, base: Source, mask: Image.Image, *, facts: ModelFacts, params: Params
) -> Job:
    """Inpainting inside `mask` (8-bit, the picture's size, white = repaint) and nowhere else."""
    caption = edited_caption(action, base.version.caption)
    why = intent(action)
    scale = max(1.0, max(base.image.size) / max(facts.native.width, facts.native.height))
    recipe = new_recipe(
        facts,
        params,
        kind="inpaint",
        prompt=region_prompt(action, base.version.caption),
        seed=edit_seed(base, params),
        strength=facts.strengths[why],
        size=size_of(base),
        image_sha256=pixels_sha256(base.image),
        mask_sha256=pixels_sha256(mask),
        mask_grow=round(facts.mask_grow * _GROW[type(action)] * scale),
        mask_feather=round(facts.mask_feather * _FEATHER[type(action)] * scale),
        mask_ramp=_ramp(why, base, facts),
        prefill="telea" if isinstance(action, Remove) and not facts.literal else None,
        ring=ring_of(facts, scale),
    )
    request = RenderRequest(recipe, image=base.image, mask=mask)
    return Job(request, parent=base.version.number, caption=caption)


def require_known(action: LocalEdit, lexicon: Lexicon) -> None:
    """Raises CannotDo if the thing to be painted is not in the model's vocabulary."""
    if isinstance(action, Add | Replace):
        thing = captions.with_article(action.result)
        if not lexicon.read(thing).known:
            raise CannotDo(f"I can't paint {thing} yet, so I changed nothing.")


def _ramp(why: Intent, base: Source, facts: ModelFacts) -> int:
    """Pixels from the region's edge inwards over which the strength rises; 0 for a uniform one."""
    if why not in _RAMPED or not facts.differential:
        return 0
    return round(_RAMP_SHARE * min(base.image.size))


def intent(action: LocalEdit) -> Intent:
    """The kind of edit, which selects the strength."""
    match action:
        case Add():
            return "add"
        case Remove():
            return "remove"
        case Replace():
            return "replace"
        case Inpaint(target=target, result=result):
            words = set(result.lower().split())
            if words & _LIGHT:
                return "light"
            return "recolour" if target == MARKED or not words.isdisjoint(COLOURS) else "inpaint"


def region_prompt(action: LocalEdit, caption: str) -> str:
    """The prompt of a region: the thing in it and its surroundings.

    The rest of the picture is not named, or it would be painted into the region again.
    """
    match action:
        case Inpaint(target=target, result=result):
            looks = result if target == MARKED else captions.describe_result(target, result)
            return captions.in_setting(looks, caption, but=target)
        case Add(result=result) | Replace(result=result):
            return captions.in_setting(captions.with_article(result), caption)
        case Remove(target=target):
            return captions.in_setting("", caption, but=target)


def edited_caption(action: LocalEdit, caption: str) -> str:
    """The caption of the picture after the edit."""
    match action:
        case Inpaint(target=target) | Remove(target=target) if target == MARKED:
            return caption  # a brushed region has no name in the caption
        case Add():
            return captions.add_thing(caption, action.result, action.target)
        case Remove():
            return captions.remove_thing(caption, action.target)
        case Inpaint(target=target):
            looks = captions.describe_result(target, action.result)
            return captions.replace_thing(caption, target, looks)
        case Replace():
            return captions.replace_thing(caption, action.target, action.result)
