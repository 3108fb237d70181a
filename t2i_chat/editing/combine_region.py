"""The region copied from another version ("take the sky from version 2").

Both pictures are segmented, so that only the requested thing is copied and it does not appear
twice.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageChops

from t2i_chat.core.actions import Combine, LocalEdit, Remove
from t2i_chat.core.errors import CannotDo, RegionNotFound
from t2i_chat.editing.requests import Source
from t2i_chat.imaging import masks
from t2i_chat.imaging.components import Target, chosen
from t2i_chat.text import captions


def shared_region(
    action: Combine,
    base: Source,
    source: Source,
    find: Callable[[LocalEdit, Source], Image.Image],
) -> Image.Image:
    """An 8-bit mask, white where `source` replaces `base`; both have one size.

    A thing appears where it stands in the source and disappears from where it stood in the base. Of
    surroundings such as a sky only the intersection is copied, so that no roof is painted over.
    Raises RegionNotFound when it is not in the source, CannotDo when the sizes differ.
    """
    require_alike(base, source, action.target)
    wanted = Remove(target=action.target)
    there = _meant(action.target, find(wanted, source))
    try:
        here = _meant(action.target, find(wanted, base))
    except RegionNotFound:
        return there
    if captions.head_noun(action.target) not in captions.SURROUNDINGS:
        return ImageChops.lighter(there, here)
    both = ImageChops.darker(there, here)
    return there if masks.is_empty(both) else both


def require_alike(base: Source, source: Source, target: str) -> None:
    """Raises CannotDo if both are the same version or their sizes differ."""
    if base.version.number == source.version.number:
        raise CannotDo(
            f"Version {base.version.number} is the one you are looking at, so it has "
            f"{target} already."
        )
    if base.image.size != source.image.size:
        raise CannotDo(
            f"Version {source.version.number} and version {base.version.number} are not of one "
            "size, so nothing of the one fits into the other."
        )


def _meant(target: str, region: Image.Image) -> Image.Image:
    """The largest connected component of one thing: small segmenters find bits of it elsewhere.

    The whole mask where several things or surroundings are meant.
    """
    if captions.is_plural(target) or captions.head_noun(target) in captions.SURROUNDINGS:
        return region
    piece = chosen(masks.binary(region), Target(target, "large"))
    return region if piece is None else masks.from_array(piece)
