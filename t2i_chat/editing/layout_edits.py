"""Edits a picture through its layout: the same parts but one, painted again, show in a region.

A picture that was painted in parts knows what lies behind every thing. With the thing taken out of
the layout, what was painted first shows again, and a thing that was added leaves no trace when it
is taken away. Pure: it finds nothing in pictures and paints nothing.
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
from t2i_chat.editing.layout_boxes import Hints, moved, recounted, resized, several
from t2i_chat.editing.placement import SizePrior, standing
from t2i_chat.editing.requests import Job, Origin, Source
from t2i_chat.imaging import masks
from t2i_chat.imaging.components import Target, meant, read_target
from t2i_chat.text import captions
from t2i_chat.text.lexicon import Lexicon

_DECIDES = ("model", "num_inference_steps", "guidance_scale", "negative_prompt", "size")
"""What must be as it was for the parts that stay to come out as they did."""


def made_of(
    version: Version,
    version_of: Callable[[int], Version],
    blob_of: Callable[[str], Image.Image],
) -> tuple[Origin | None, tuple[Region, ...]]:
    """The parts a version was painted of, and what edits have painted into it as it was since.

    There is no origin of what was not painted in parts, or was reworked as a whole afterwards; one
    that was only enlarged has its parts still, each as much larger. What a later edit has painted
    over for the most part is not told of any more, unless the same thing was painted there.
    """
    lineage = list(_lineage(version, version_of))
    enlarged = _enlarged(lineage[-1], version_of, blob_of)
    if not enlarged and not any(each.recipe.layout for each in lineage):
        return None, ()  # and no mask need be opened
    size = version.recipe.size
    recipe, placed, later = None, [], list[_Edit]()
    # What edits painted that no layout of the whole picture tells of.
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
    """The parts of an enlarged picture, from those it had; none of a picture that is no such."""
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
"""What was painted, and the 8-bit mask through which it shows."""


def _is_left(region: Region, later: Sequence[_Edit]) -> bool:
    """Whether a part is there still after edits that came later."""
    others = [
        shown
        for prompt, shown in later
        if not captions.names(next(iter(captions.phrases(prompt)), ""), region.noun)
    ]
    return not others or not _mostly_in(region.box, reduce(ImageChops.lighter, others))


def _mostly_in(box: Box, mask: Image.Image) -> bool:
    """Whether a mask covers more than half of a box."""
    part = masks.binary(mask.crop((box.x0, box.y0, box.x1, box.y1)))
    return bool(part.mean() > 0.5)


def resettled(job: Job, base: Source, words: str, lexicon: Lexicon) -> Job:
    """The job painted of the same parts in another place or light, where the words say that alone.

    The job as it is where the painter knows no such words, or where an edit has painted over the
    parts, which would be lost.
    """
    origin = base.origin
    if origin is None or origin.painted_over is not None:
        return job
    layout = lexicon.resettle(_pinned(origin.recipe), words)
    if layout is None:
        return job
    said = {"kind": "text-to-image", "layout": layout, "strength": None, "image_sha256": None}
    return replace(job, request=RenderRequest(job.request.recipe.model_copy(update=said)))


def _lineage(version: Version, version_of: Callable[[int], Version]) -> Iterator[Version]:
    """A version and, as long as they were local edits of pictures of its size, its forebears."""
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
    """The job painted through the base's layout, where that says what stands there.

    Where it does not, where an edit has painted over it since, or where settings have changed, by
    which the other parts would come out otherwise, a thing that is new or has another colour is a
    region of the picture as it is, if one of the painter's `windows` (sides in pixels) holds it.
    Else it is the job as it was.
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
    layout = _pinned(origin.recipe)
    changed = _changed(action, layout, _in_setting_of(layout, job), hint)
    if changed is None:
        return None
    as_then = {name: getattr(origin.recipe, name) for name in ("revision", "scheduler")}
    relaid = _painting(job, changed, **as_then)
    return None if _painted_over(relaid.request, origin) else relaid


def _painting(job: Job, changed: _Changed, **said: object) -> Job:
    """The job of painting a changed layout in the boxes that it changes."""
    recipe = job.request.recipe
    mask = masks.boxes_mask(changed.boxes, recipe.size)
    said |= {
        "layout": changed.layout,
        "mask_sha256": pixels_sha256(mask),
        "mask_grow": ROOM,
        "mask_feather": 0,  # or what is put back would be mixed with what it replaces
    }
    request = replace(job.request, recipe=recipe.model_copy(update=said), mask=mask)
    return replace(job, request=request)


def name_of(phrase: str, hint: Hints) -> str:
    """What the painter calls the thing a phrase is about; "" for what it has no name for."""
    if captions.head_noun(phrase) in captions.SURROUNDINGS:
        return ""
    return hint_of(phrase, hint).name


def hint_of(phrase: str, hint: Hints) -> SizePrior:
    """What is known of the thing a phrase is about, with what it says of its size."""
    whole = hint(captions.strip_article(phrase))
    return whole if whole.name else hint(captions.head_noun(phrase))


def regions_of(layout: Layout | None, target: str, size: Size, hint: Hints) -> tuple[Region, ...]:
    """The regions that a target such as "the left tree" means; none where the layout has none."""
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
    """A layout after an edit, and the boxes in which the picture becomes another."""

    layout: Layout
    boxes: tuple[Box, ...]


def _chosen(regions: Sequence[Region], wanted: Target, size: Size) -> tuple[Region, ...]:
    if wanted.side is None and wanted.order is None:
        return tuple(regions)
    found = meant([region.box for region in regions], wanted, size)
    return tuple(region for region in regions if region.box == found)


def _pinned(recipe: Recipe) -> Layout:
    """A recipe's layout in which every part keeps its seed, whichever the next recipe has."""
    layout = recipe.layout or Layout(backdrop="", regions=())
    regions = (
        region if region.seed is not None else region.model_copy(update={"seed": recipe.seed})
        for region in layout.regions
    )
    seed = recipe.seed if layout.seed is None else layout.seed
    return layout.model_copy(update={"regions": tuple(regions), "seed": seed})


def _in_setting_of(layout: Layout, job: Job) -> Job:
    """The job with its thing in the surroundings that the layout's own parts were painted with.

    A caption need not tell of a sky that nobody asked for.
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
    """A new thing, or one in another colour, as the regions of the picture as it is."""
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
    """Whether a thing of that name is one afterwards too."""
    looks = captions.describe_result(action.target, action.result)
    return hint(captions.head_noun(looks)).name == name


def _without(layout: Layout, old: Sequence[Region]) -> _Changed:
    left = tuple(region for region in layout.regions if region not in old)
    return _Changed(_of(layout, left), tuple(region.box for region in old))


def _instead(
    layout: Layout, old: Sequence[Region], result: str, recipe: Recipe, hint: Hints
) -> _Changed | None:
    """Something else where each of the old things stood, as large as such things are."""
    thing = hint_of(result, hint)
    if not thing.name:
        return None
    return _exchanged(layout, {region: _standing_for(region, thing, recipe) for region in old})


def _exchanged(layout: Layout, new: Mapping[Region, Region]) -> _Changed:
    """Some regions in the place of others, in the same order."""
    regions = tuple(new.get(region, region) for region in layout.regions)
    return _Changed(_of(layout, regions), tuple(r.box for pair in new.items() for r in pair))


def _rearranged(
    layout: Layout, old: Sequence[Region], result: str, size: Size, hint: Hints
) -> _Changed | None:
    """The things in another size, in another place or in another number, if one was said."""
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
    """The same things in the same places, of the same noise, in other words."""
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
