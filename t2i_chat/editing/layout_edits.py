"""Edits a picture through its layout: change one region, repaint from the layout, composite.

A picture painted from a layout knows what is behind every thing. When a thing is removed from the
layout, the backdrop is repainted as it was, and removing an added thing restores the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from PIL import Image, ImageChops

from t2i_chat.core.actions import Add, Inpaint, LocalEdit, Remove, Replace
from t2i_chat.core.geometry import Box, Size
from t2i_chat.core.recipe import (
    ROOM,
    Layout,
    Recipe,
    Region,
    RenderRequest,
    Version,
    pixels_sha256,
)
from t2i_chat.editing.layout_move_resize import Hints, moved, recounted, resized, several
from t2i_chat.editing.placement import SizePrior, standing
from t2i_chat.editing.requests import Job, Origin, Source
from t2i_chat.imaging import masks
from t2i_chat.imaging.components import Target, meant, read_target
from t2i_chat.text import captions
from t2i_chat.text.lexicon import Lexicon

_DECIDES = ("model", "num_inference_steps", "guidance_scale", "negative_prompt", "size")
"""Recipe fields that must equal the layout's, or the other regions would come out differently."""


def made_of(
    version: Version,
    version_of: Callable[[int], Version],
    blob_of: Callable[[str], Image.Image],
) -> tuple[Origin | None, tuple[Region, ...]]:
    """The layout a version was painted from, and the regions that edits have painted in since.

    The origin is None if the picture was not painted from a layout, or was repainted as a whole
    since; an upscaled picture keeps its regions, scaled. Regions more than half covered by a later
    edit are dropped, unless the edit painted the same thing.
    """
    lineage = list(_lineage(version, version_of))
    enlarged = _enlarged(lineage[-1], version_of, blob_of)
    if not enlarged and not any(each.recipe.layout for each in lineage):
        return None, ()  # so that no mask is read from disk
    size = version.recipe.size
    recipe, placed, later = None, [], list[_Edit]()
    # Union of the masks of edits that are not part of any layout of the whole picture.
    beside = Image.new("L", (size.width, size.height))
    for each in lineage:
        layout, mask = each.recipe.layout, each.recipe.mask_sha256
        told = layout is not None and layout.backdrop is not None
        if told:
            recipe = recipe or each.recipe
        elif layout is not None:
            placed += [region for region in layout.regions if _is_left(region, later)]
        if mask is not None:
            shown = masks.compositing(blob_of(mask), each.recipe)
            later.append((each.recipe.prompt, shown))
            beside = beside if told else ImageChops.lighter(beside, shown)
        elif not told:
            return None, (*placed, *(region for region in enlarged if _is_left(region, later)))
    over = None if beside.getbbox() is None else beside
    return (Origin(recipe, over) if recipe else None), tuple(placed)


def _enlarged(
    version: Version,
    version_of: Callable[[int], Version],
    blob_of: Callable[[str], Image.Image],
) -> tuple[Region, ...]:
    """The regions of an upscaled picture, scaled from its parent's; () for any other picture."""
    if version.recipe.kind != "upscale" or version.parent is None:
        return ()
    smaller = version_of(version.parent)
    origin, placed = made_of(smaller, version_of, blob_of)
    layout = origin.recipe.layout if origin else None
    times = version.recipe.size.width // smaller.recipe.size.width
    return tuple(
        region.model_copy(update={"box": region.box.enlarged(times)})
        for region in (*(layout.regions if layout else ()), *placed)
    )


_Edit = tuple[str, Image.Image]
"""The prompt of an edit and its 8-bit compositing mask."""


def _is_left(region: Region, later: Sequence[_Edit]) -> bool:
    """Whether a region is still visible after later edits."""
    others = [
        shown
        for prompt, shown in later
        if not captions.names(next(iter(captions.phrases(prompt)), ""), region.noun)
    ]
    return not others or not mostly_in(region.box, reduce(ImageChops.lighter, others))


def mostly_in(box: Box, mask: Image.Image) -> bool:
    """Whether a mask covers more than half of a box."""
    part = masks.binary(mask.crop((box.x0, box.y0, box.x1, box.y1)))
    return bool(part.mean() > 0.5)


def resettled(
    job: Job, base: Source, words: str, lexicon: Lexicon, *, in_mask: bool = False
) -> Job:
    """The job repainted from the same layout, if the words ask only for another sky or ground.

    With `in_mask` only the job's mask is repainted. The job unchanged if the vocabulary has no such
    words, or if edits outside the layout would be lost.
    """
    origin = base.origin
    if origin is None or origin.painted_over is not None:
        return job
    layout = lexicon.resettle(pinned(origin.recipe), words)
    if layout is None:
        return job
    if in_mask:
        recipe = job.request.recipe.model_copy(update={"layout": layout, "strength": None})
        return replace(job, request=replace(job.request, recipe=recipe))
    said = {"kind": "text-to-image", "layout": layout, "strength": None, "image_sha256": None}
    return replace(job, request=RenderRequest(job.request.recipe.model_copy(update=said)))


def _lineage(version: Version, version_of: Callable[[int], Version]) -> Iterator[Version]:
    """A version and its ancestors, as long as each is a local edit at the same size."""
    yield version
    while (
        version.recipe.kind in ("inpaint", "instruct", "letter", "combine")
        and version.parent is not None
    ):
        size = version.recipe.size
        version = version_of(version.parent)
        if version.recipe.size != size:
            return
        yield version


def relaid(job: Job, action: LocalEdit, base: Source, hint: Hints, windows: Sequence[int]) -> Job:
    """The job repainted through the base's layout, if that contains the edited thing.

    If it does not, if an edit has painted over it, or if settings differ so that other regions
    would change, an added or recoloured thing becomes a region inpainted into the picture as it is,
    provided one of the model's `windows` (crop sides in pixels) holds it. Else the job unchanged.
    """
    through = _through(base.origin, job, action, hint) if base.origin else None
    if through is not None:
        return through
    changed = _onto(action, base, job, hint)
    held = changed and all(max(b.width, b.height) < max(windows, default=0) for b in changed.boxes)
    return _painting(job, changed) if changed and held else job


def _through(origin: Origin, job: Job, action: LocalEdit, hint: Hints) -> Job | None:
    recipe = job.request.recipe
    if any(getattr(recipe, name) != getattr(origin.recipe, name) for name in _DECIDES):
        return None
    layout = pinned(origin.recipe)
    changed = _changed(action, layout, _in_setting_of(layout, job), hint)
    if changed is None:
        return None
    as_then = {name: getattr(origin.recipe, name) for name in ("revision", "scheduler")}
    relaid = _painting(job, changed, **as_then)
    return None if _painted_over(relaid.request, origin) else relaid


def _painting(job: Job, changed: _Changed, **said: object) -> Job:
    """The job that repaints a changed layout and composites it inside the changed boxes."""
    recipe = job.request.recipe
    mask = masks.boxes_mask(changed.boxes, recipe.size)
    said |= {
        "layout": changed.layout,
        "mask_sha256": pixels_sha256(mask),
        "mask_grow": ROOM,
        "mask_feather": 0,  # a soft edge would blend the restored pixels with those they replace
    }
    request = replace(job.request, recipe=recipe.model_copy(update=said), mask=mask)
    return replace(job, request=request)


def name_of(phrase: str, hint: Hints) -> str:
    """The vocabulary's name for the thing a phrase is about; "" if it has none."""
    if captions.head_noun(phrase) in captions.SURROUNDINGS:
        return ""
    return hint_of(phrase, hint).name


def hint_of(phrase: str, hint: Hints) -> SizePrior:
    """The size prior of the thing a phrase is about, size words included."""
    whole = hint(captions.strip_article(phrase))
    return whole if whole.name else hint(captions.head_noun(phrase))


def regions_of(layout: Layout | None, target: str, size: Size, hint: Hints) -> tuple[Region, ...]:
    """The regions a target such as "the left tree" means; () if the layout has none."""
    if layout is None:
        return ()
    wanted = read_target(target)
    name = name_of(wanted.thing, hint)
    named = [region for region in layout.regions if name and region.noun == name]
    words = set(wanted.thing.split())
    exactly = [region for region in named if words <= set(region.prompt.split())]
    return _chosen(exactly or named, wanted, size)


@dataclass(frozen=True, slots=True)
class _Changed:
    """A layout after an edit, and the boxes in which the picture changes."""

    layout: Layout
    boxes: tuple[Box, ...]


def _chosen(regions: Sequence[Region], wanted: Target, size: Size) -> tuple[Region, ...]:
    if wanted.side is None and wanted.order is None:
        return tuple(regions)
    found = meant([region.box for region in regions], wanted, size)
    return tuple(region for region in regions if region.box == found)


def pinned(recipe: Recipe) -> Layout:
    """A recipe's layout with every part's seed made explicit, so that a new recipe keeps them."""
    layout = recipe.layout or Layout(backdrop="", regions=())
    regions = (
        region if region.seed is not None else region.model_copy(update={"seed": recipe.seed})
        for region in layout.regions
    )
    seed = recipe.seed if layout.seed is None else layout.seed
    return layout.model_copy(update={"regions": tuple(regions), "seed": seed})


def _in_setting_of(layout: Layout, job: Job) -> Job:
    """The job with its prompt put into the surroundings of the layout's regions.

    A caption may lack a sky that was chosen automatically.
    """
    if not layout.regions:
        return job
    one, prompt = layout.regions[0], job.request.recipe.prompt
    _, _, setting = one.prompt.partition(one.noun)
    noun = captions.head_noun(prompt)
    thing, _, _ = prompt.partition(noun)
    recipe = job.request.recipe.model_copy(update={"prompt": f"{thing}{noun}{setting}"})
    return replace(job, request=replace(job.request, recipe=recipe))


def _changed(action: LocalEdit, layout: Layout, job: Job, hint: Hints) -> _Changed | None:
    recipe = job.request.recipe
    if isinstance(action, Add):
        return _with(action, layout, job, hint)
    old = regions_of(layout, action.target, recipe.size, hint)
    if not old:
        return None
    match action:
        case Remove():
            return _without(layout, old)
        case Replace(result=result):
            return _instead(layout, old, result, recipe, hint)
        case Inpaint(target=target, result=result):
            if _still(action, old[0].noun, hint):
                rearranged = _rearranged(layout, old, result, recipe.size, hint)
                return rearranged or _reworded(layout, old, recipe.prompt)
            looks = captions.describe_result(target, result)
            return _instead(layout, old, looks, recipe, hint)


def _with(action: Add, layout: Layout, job: Job, hint: Hints) -> _Changed | None:
    name = name_of(action.result, hint)
    box = masks.box_of(job.request.mask) if job.request.mask else None
    if not name or box is None:
        return None
    recipe = job.request.recipe
    one = Region(prompt=recipe.prompt, box=box.roomy(ROOM).clipped(recipe.size), noun=name)
    new = several(one, action.result, layout.regions, recipe.size, hint)
    return _Changed(_of(layout, (*layout.regions, *new)), tuple(each.box for each in new))


def _onto(action: LocalEdit, base: Source, job: Job, hint: Hints) -> _Changed | None:
    """An added or recoloured thing as regions to be inpainted into the picture as it is."""
    bare = Layout(backdrop=None, regions=())
    if isinstance(action, Add):
        return _with(action, bare, job, hint)
    name, size = name_of(action.target or "", hint), job.request.recipe.size
    if not isinstance(action, Inpaint) or not name or not _still(action, name, hint):
        return None
    known = regions_of(base.layout, action.target, size, hint)
    found = masks.box_of(job.request.mask) if job.request.mask else None
    boxes = [region.box for region in known] or ([found.roomy(ROOM).clipped(size)] if found else [])
    prompt = job.request.recipe.prompt
    regions = tuple(Region(prompt=prompt, box=box, noun=name) for box in boxes)
    return _Changed(_of(bare, regions), tuple(boxes)) if boxes else None


def _still(action: Inpaint, name: str, hint: Hints) -> bool:
    """Whether the result of an edit is still a thing of that name."""
    looks = captions.describe_result(action.target, action.result)
    return hint(captions.head_noun(looks)).name == name


def _without(layout: Layout, old: Sequence[Region]) -> _Changed:
    left = tuple(region for region in layout.regions if region not in old)
    return _Changed(_of(layout, left), tuple(region.box for region in old))


def _instead(
    layout: Layout, old: Sequence[Region], result: str, recipe: Recipe, hint: Hints
) -> _Changed | None:
    """Another thing in place of each of the old ones, in its own usual size."""
    thing = hint_of(result, hint)
    if not thing.name:
        return None
    return _exchanged(layout, {region: _standing_for(region, thing, recipe) for region in old})


def _exchanged(layout: Layout, new: Mapping[Region, Region]) -> _Changed:
    """The layout with some regions replaced, in the same order."""
    regions = tuple(new.get(region, region) for region in layout.regions)
    return _Changed(_of(layout, regions), tuple(r.box for pair in new.items() for r in pair))


def _rearranged(
    layout: Layout, old: Sequence[Region], result: str, size: Size, hint: Hints
) -> _Changed | None:
    """The layout with things resized, moved or recounted; None if nothing of that was said."""
    others = [region for region in layout.regions if region not in old]
    counted = recounted(old, result, others, size, hint)
    if counted is not None:
        boxes = tuple(region.box for region in {*old} ^ {*counted})
        return _Changed(_of(layout, (*others, *counted)), boxes)
    new = {
        region: changed
        for region in old
        if (
            changed := resized(region, result, size, hint)
            or moved(region, result, others, size, hint)
        )
    }
    return _exchanged(layout, new) if new else None


def _standing_for(old: Region, thing: SizePrior, recipe: Recipe) -> Region:
    middle, foot = (old.box.x0 + old.box.x1) // 2, old.box.y1 - ROOM
    box = standing(recipe.size, thing, middle=middle, foot=foot).roomy(ROOM).clipped(recipe.size)
    return Region(prompt=recipe.prompt, box=box, noun=thing.name)


def _reworded(layout: Layout, old: Sequence[Region], prompt: str) -> _Changed:
    """The same regions with the same seeds and another prompt."""
    regions = tuple(
        region.model_copy(update={"prompt": prompt}) if region in old else region
        for region in layout.regions
    )
    return _Changed(_of(layout, regions), tuple(region.box for region in old))


def _of(layout: Layout, regions: tuple[Region, ...]) -> Layout:
    return layout.model_copy(update={"regions": regions})


def _painted_over(request: RenderRequest, origin: Origin) -> bool:
    over = origin.painted_over
    if over is None or request.mask is None:
        return False
    shows = masks.compositing(request.mask, request.recipe)
    return ImageChops.darker(shows, over).getbbox() is not None
