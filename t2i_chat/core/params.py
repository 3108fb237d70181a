"""A conversation's generation settings: seed, steps, guidance, size, negative prompt, model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from t2i_chat.core.actions import (
    LIMITS,
    AspectRatio,
    Guidance,
    Negative,
    PixelSize,
    Seed,
    SetParam,
    Steps,
)
from t2i_chat.core.errors import BadParameter


class Params(BaseModel):
    """What the person set for all pictures to come; None means the model's own default.

    Of `size` (exact, "512x384") and `aspect_ratio` at most one is set: the one said last.
    `model` is the name of the model that paints, None for the installation's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Seed | None = None
    steps: Steps | None = None
    guidance: Guidance | None = None
    aspect_ratio: AspectRatio | None = None
    size: PixelSize | None = None
    negative: Negative | None = None
    model: str | None = None

    @classmethod
    def from_mapping(cls, kept: Mapping[str, object]) -> Self:
        """The parameters as the store kept them."""
        return cls.model_validate(dict(kept))

    @classmethod
    def said(cls, **values: object) -> Self:
        """The parameters as somebody said them. Raises BadParameter for what cannot be set."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise BadParameter(LIMITS[str(error.errors()[0]["loc"][0])]) from None

    def updated(self, action: SetParam) -> Self:
        """These parameters with what one message set; "random" and "auto" forget what was set."""
        said = action.model_dump(exclude={"action", "rerun"}, exclude_none=True)
        free = {name: None for name, value in said.items() if value in ("random", "auto")}
        other = {"size": "aspect_ratio", "aspect_ratio": "size"}
        forgotten = {other[name]: None for name in said if name in other}
        return self.model_copy(update=forgotten | said | free)
