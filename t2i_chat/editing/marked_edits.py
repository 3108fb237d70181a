"""Edits of what a person marked, through the picture's layout: for models that need a draft."""

from __future__ import annotations

from dataclasses import replace

from t2i_chat.core.actions import LocalEdit, Remove
from t2i_chat.core.geometry import Box
from t2i_chat.core.recipe import ROOM, Layout, Region
from t2i_chat.editing.layout_edits import hint_of, mostly_in, pinned
from t2i_chat.editing.layout_move_resize import Hints
from t2i_chat.editing.requests import Job, Source
from t2i_chat.imaging import masks
from t2i_chat.text import captions


def in_mark(job: Job, action: LocalEdit, base: Source, hint: Hints) -> Job:
    """The job with a layout in which what was marked is gone, or is what the words say.

    Things that lie mostly in the mark go; of a picture without a layout nothing can be taken away.
    The job unchanged where nothing would change, or the words name nothing that can be drawn.
    """
    mask = job.request.mask
    box = masks.box_of(mask) if mask else None
    if mask is None or box is None:
        return job
    drawable = base.origin is not None and base.origin.painted_over is None
    layout = pinned(base.origin.recipe) if base.origin and drawable else _bare()
    left = tuple(one for one in layout.regions if not mostly_in(one.box, mask))
    new = () if isinstance(action, Remove) else _drawn(job, action, box, hint)
    if not new and len(left) == len(layout.regions):
        return job
    changed = layout.model_copy(update={"regions": (*left, *new)})
    recipe = job.request.recipe.model_copy(update={"layout": changed})
    return replace(job, request=replace(job.request, recipe=recipe))


def _bare() -> Layout:
    return Layout(backdrop=None, regions=())


def _drawn(job: Job, action: LocalEdit, box: Box, hint: Hints) -> tuple[Region, ...]:
    """The thing that an edit puts into a box; () if it cannot be drawn."""
    result = getattr(action, "result", "")
    thing = hint_of(captions.describe_result(action.target or "", result), hint)
    if not thing.name:
        return ()
    around = Box(x0=box.x0 - ROOM, y0=box.y0 - ROOM, x1=box.x1 + ROOM, y1=box.y1 + ROOM)
    return (Region(prompt=job.request.recipe.prompt, box=around, noun=thing.name),)
