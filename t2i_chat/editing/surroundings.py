"""Segments sky, ground and water of a picture whose layout tells where they are."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image

from t2i_chat.core.protocols import Segmenter
from t2i_chat.editing.requests import Source
from t2i_chat.text import captions
from t2i_chat.text.lexicon import Lexicon, Zone

ZONES: Mapping[str, Zone] = {
    **dict.fromkeys(("sky", "air", "wall", "background"), "sky"),
    **dict.fromkeys(
        ("ground", "floor", "grass", "meadow", "field", "snow", "sand", "desert", "beach",
         "street", "road", "carpet", "rug", "lawn"), "ground"),
    **dict.fromkeys(("water", "lake", "sea", "ocean", "river", "pond"), "water"),
}  # fmt: skip
"""Nouns for surroundings, and the zone of a backdrop that they mean."""


class ZoneSegmenter:
    """A segmenter that takes the surroundings of one picture from its layout."""

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon, base: Source) -> None:
        self._segmenter = segmenter
        self._lexicon = lexicon
        self._base = base

    def zone(self, target: str) -> Image.Image | None:
        """An 8-bit mask of the surroundings that `target` names; None if the layout has none."""
        zone, origin = ZONES.get(captions.head_noun(target)), self._base.origin
        return self._lexicon.zones(origin.recipe).get(zone) if zone and origin else None

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if not found."""
        known = self.zone(target) if image is self._base.image else None
        return known or self._segmenter.segment(image, target)
