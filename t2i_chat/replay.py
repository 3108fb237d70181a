"""Paints a kept conversation again and compares, pixel by pixel; changes nothing that is kept.

It shows that the same recipe paints the same picture. It knows no model; the renderer is given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from PIL import Image

from t2i_chat.errors import StoreError, T2IChatError
from t2i_chat.ports import Renderer
from t2i_chat.recipe import Recipe, Rendered, RenderRequest, Version, pixels_sha256
from t2i_chat.store import ExportedConversation, SqlStore
from t2i_chat.store.database import FILE_NAME as DATABASE_NAME
from t2i_chat.store.export import FILE_NAME as EXPORT_NAME

Outcome = Literal["same", "different", "uploaded", "failed"]


class Kept(Protocol):
    """What replay needs of a store or of an exported folder; both raise StoreError for faults."""

    def versions(self, conversation: str) -> Sequence[Version]:
        """All versions, oldest first."""
        ...

    def image(self, version: Version) -> Image.Image:
        """The picture of a version."""
        ...

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input picture of that hash."""
        ...


@dataclass(frozen=True, slots=True)
class ReplayedVersion:
    """How painting one version again went.

    `max_difference` (0–255) is the largest difference of any pixel, None when there was nothing to
    compare; `notes` are sentences: what is missing, which libraries are not those of then.
    """

    conversation: str
    number: int
    outcome: Outcome
    max_difference: int | None = None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = " ".join((_TOLD[self.outcome].format(self.max_difference), *self.notes))
        return f"Version {self.number}: {told}".strip()


_TOLD: dict[Outcome, str] = {
    "same": "the same picture.",
    "different": "a different picture (largest difference {0}).",
    "uploaded": "uploaded, not painted.",
    "failed": "could not be painted again and compared.",
}


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """How painting conversations again went, version by version."""

    versions: tuple[ReplayedVersion, ...]

    @property
    def ok(self) -> bool:
        """Whether every painted version came out the same, to the last bit."""
        return all(version.outcome in ("same", "uploaded") for version in self.versions)

    def __str__(self) -> str:
        painted = [version for version in self.versions if version.outcome != "uploaded"]
        same = sum(version.outcome == "same" for version in painted)
        summary = f"{same} of {len(painted)} painted versions came out the same."
        return "\n".join((*map(str, self.versions), summary))


def replay(
    kept: Kept,
    conversation: str,
    renderer: Renderer,
    on_version: Callable[[ReplayedVersion], object] = lambda _: None,
) -> ReplayReport:
    """Paints all versions of a conversation again, and tells `on_version` of each when done.

    Raises UnknownVersion for an unknown conversation; a missing file is a note in the report.
    """
    results = []
    for version in kept.versions(conversation):
        results.append(_replayed(kept, version, renderer))
        on_version(results[-1])
    return ReplayReport(tuple(results))


def replay_folder(
    folder: Path,
    renderer: Renderer,
    conversations: Sequence[str] = (),
    on_version: Callable[[ReplayedVersion], object] = lambda _: None,
) -> ReplayReport:
    """Paints again what is in an exported folder, or in a home: all of it, or `conversations`.

    Raises StoreError when the folder is neither, UnknownVersion for unknown conversations.
    """
    with closing(_opened(folder)) as kept:
        reports = [
            replay(kept, conversation, renderer, on_version)
            for conversation in conversations or kept.conversations()
        ]
    return ReplayReport(tuple(version for report in reports for version in report.versions))


def _opened(folder: Path) -> ExportedConversation | SqlStore:
    if (folder / EXPORT_NAME).exists():
        return ExportedConversation(folder)
    if (folder / DATABASE_NAME).exists():
        return SqlStore(folder)
    raise StoreError(f"There is no conversation in {folder}, and no store of conversations.")


def _replayed(kept: Kept, version: Version, renderer: Renderer) -> ReplayedVersion:
    try:
        picture = kept.image(version)
        if version.recipe.kind == "upload":
            return ReplayedVersion(version.conversation, version.number, "uploaded")
        rendered = _painted_again(kept, version.recipe, renderer)
    except T2IChatError as fault:
        return ReplayedVersion(version.conversation, version.number, "failed", notes=(str(fault),))
    same = pixels_sha256(rendered.image) == version.sha256
    return ReplayedVersion(
        version.conversation,
        version.number,
        outcome="same" if same else "different",
        max_difference=_max_difference(picture, rendered.image),
        notes=_what_changed(version.recipe, rendered.recipe),
    )


def _painted_again(kept: Kept, recipe: Recipe, renderer: Renderer) -> Rendered:
    request = RenderRequest(
        recipe=recipe,
        image=None if recipe.image_sha256 is None else kept.blob(recipe.image_sha256),
        mask=None if recipe.mask_sha256 is None else kept.blob(recipe.mask_sha256),
    )
    events = list(renderer.render(request, threading.Event()))
    return next(event for event in events if isinstance(event, Rendered))


def _what_changed(then: Recipe, now: Recipe) -> tuple[str, ...]:
    pairs = [
        ("The model", then.model, now.model),
        ("The model's revision", then.revision or "not known", now.revision or "not known"),
    ]
    for library in sorted(then.versions.keys() | now.versions.keys()):
        before, after = (recipe.versions.get(library, "not there") for recipe in (then, now))
        pairs.append((library, before, after))
    return tuple(
        f"{name} was {before}, now it is {after}."
        for name, before, after in pairs
        if before != after
    )


def _max_difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference (0–255) of two pictures; 255 when their sizes or modes differ."""
    if (one.size, one.mode) != (other.size, other.mode):
        return 255
    return int(np.abs(np.asarray(one, dtype=np.int16) - np.asarray(other, dtype=np.int16)).max())
