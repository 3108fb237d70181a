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
    """Settings for all pictures to come; None means the model's own default.

    Of `size` (exact, "512x384") and `aspect_ratio` at most one is set: the later one wins. `model`
    is a profile's name, None for the model the installation was started with.
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
        """The settings as the store kept them."""
        return cls.model_validate(dict(kept))

    @classmethod
    def said(cls, **values: object) -> Self:
        """Settings from a person's values. Raises BadParameter for a value outside its limits."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise BadParameter(LIMITS[str(error.errors()[0]["loc"][0])]) from None

    def updated(self, action: SetParam) -> Self:
        """These settings changed by one `set_param` action; "random" and "auto" reset to None."""
        said = action.model_dump(exclude={"action", "rerun"}, exclude_none=True)
        free = {name: None for name, value in said.items() if value in ("random", "auto")}
        other = {"size": "aspect_ratio", "aspect_ratio": "size"}
        forgotten = {other[name]: None for name in said if name in other}
        return self.model_copy(update=forgotten | said | free)
