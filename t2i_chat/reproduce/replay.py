"""Replay: renders stored versions again from their recipes and compares them pixel by pixel.

Shows that the same recipe (seed, prompt, model, …) gives the same picture.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from PIL import Image

from t2i_chat.core.errors import BadFile, NoPictures, StoreError, T2IChatError
from t2i_chat.core.protocols import Renderer
from t2i_chat.core.recipe import Recipe, Rendered, RenderRequest, Version, pixels_sha256
from t2i_chat.imaging import diff
from t2i_chat.imaging.decode import decode
from t2i_chat.imaging.png_metadata import read_recipe
from t2i_chat.store import ExportedConversation, SqlStore
from t2i_chat.store.conversation_folder import FILE_NAME as EXPORT_NAME
from t2i_chat.store.database import FILE_NAME as DATABASE_NAME

Outcome = Literal["same", "different", "uploaded", "failed"]
OpenRenderer = Callable[[str], Renderer]
"""The renderer for a `recipe.model`. Raises ModelMissing."""


class Inputs(Protocol):
    """A source of masks and input pictures; raises StoreError."""

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input picture of that hash."""
        ...


class PictureSource(Inputs, Protocol):
    """A source of versions' pictures, too."""

    def image(self, version: Version) -> Image.Image:
        """The picture of a version."""
        ...


class Kept(PictureSource, Protocol):
    """What replay needs of a store or an export folder."""

    def versions(self, conversation: str) -> Sequence[Version]:
        """All versions, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class ReplayedVersion:
    """The result of rendering one version again.

    `max_difference` (0–255) is the largest pixel difference, None when there was nothing to
    compare; `notes` are sentences about missing files and differing libraries.
    """

    conversation: str
    number: int
    outcome: Outcome
    max_difference: int | None = None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        apart = (
            "" if self.max_difference is None else f" (largest difference {self.max_difference})"
        )
        told = " ".join((_TOLD[self.outcome].format(apart), *self.notes))
        return f"Version {self.number}: {told}".strip()


_TOLD: dict[Outcome, str] = {
    "same": "the same picture.",
    "different": "a different picture{0}.",
    "uploaded": "uploaded, not painted.",
    "failed": "could not be painted again and compared.",
}


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """The results of a replay, version by version."""

    versions: tuple[ReplayedVersion, ...]

    @property
    def ok(self) -> bool:
        """Whether something was rendered, and all of it came out bit-identical."""
        outcomes = {version.outcome for version in self.versions}
        return "same" in outcomes and outcomes <= {"same", "uploaded"}

    @property
    def summary(self) -> str:
        """The report in one sentence."""
        painted = [version for version in self.versions if version.outcome != "uploaded"]
        same = sum(version.outcome == "same" for version in painted)
        return f"{same} of {len(painted)} painted versions came out the same."

    def __str__(self) -> str:
        return "\n".join((*map(str, self.versions), self.summary))


def replay(
    kept: Kept,
    conversation: str,
    open_renderer: OpenRenderer,
    on_version: Callable[[ReplayedVersion], object] = lambda _: None,
) -> ReplayReport:
    """Renders all versions of a conversation again; calls `on_version` after each.

    Raises UnknownVersion for an unknown conversation; a missing file is a note in the report.
    """
    results = []
    versions = kept.versions(conversation)
    pictures = _AsPainted(kept, versions)
    for version in versions:
        results.append(_replayed(pictures, version, open_renderer))
        on_version(results[-1])
    return ReplayReport(tuple(results))


def replay_folder(
    folder: Path,
    open_renderer: OpenRenderer,
    conversations: Sequence[str] = (),
    on_version: Callable[[ReplayedVersion], object] = lambda _: None,
) -> ReplayReport:
    """Replays an export folder or a store's folder: all conversations, or those named.

    Raises StoreError when the folder is neither, UnknownVersion for unknown conversations.
    """
    with closing(_opened(folder)) as kept:
        reports = [
            replay(kept, conversation, open_renderer, on_version)
            for conversation in conversations or kept.conversations()
        ]
    return ReplayReport(tuple(version for report in reports for version in report.versions))


def replay_picture(png: Path, open_renderer: OpenRenderer, data_dir: Path) -> ReplayReport:
    """Replays a single PNG from the recipe in its metadata.

    Its inputs are looked for in the export folder or store the file lies in, and in the store at
    `data_dir`. Raises BadFile for a file without a recipe.
    """
    recipe = _recipe_in(png)
    with _beside(png, data_dir) as kept:
        picture = kept.picture
        version = Version(
            conversation="", number=1, parent=None, caption="", summary="", recipe=recipe,
            sha256=pixels_sha256(picture), created_at=datetime.now(UTC),
        )  # fmt: skip
        return ReplayReport((_replayed(_AsPainted(kept, []), version, open_renderer),))


def request_in(png: Path, data_dir: Path) -> RenderRequest:
    """The render request of a PNG; its inputs are looked for as in `replay_picture`.

    Raises BadFile for a file without a recipe, StoreError where an input is not found.
    """
    recipe = _recipe_in(png)
    with _beside(png, data_dir) as kept:
        return _request(kept, recipe)


def _recipe_in(png: Path) -> Recipe:
    recipe = read_recipe(png)
    if recipe is None:
        raise BadFile(f"{png} carries no recipe of this program, so it can't be painted again.")
    if recipe.kind == "upload":
        raise BadFile(f"{png} was brought along, not painted, so it can't be painted again.")
    return recipe


@contextmanager
def _beside(png: Path, data_dir: Path) -> Iterator[_Lone]:
    """A picture with the places its inputs may be in."""
    with ExitStack() as stack:
        homes = [f for f in (png.parent, *png.parents[2:3], data_dir) if _is_kept(f)]
        places = [stack.enter_context(closing(_opened(home))) for home in homes]
        yield _Lone(decode(png.read_bytes()), places)


class _Lone:
    """A single picture, and the places its inputs may be in."""

    def __init__(
        self, picture: Image.Image, places: Sequence[ExportedConversation | SqlStore]
    ) -> None:
        self.picture = picture
        self._places = places

    def image(self, _version: Version) -> Image.Image:
        """The picture."""
        return self.picture

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input of that hash. Raises StoreError when it is in none of the places."""
        for place in self._places:
            with suppress(T2IChatError):
                return place.blob(sha256)
        raise StoreError(
            "It was painted from another picture, which is not beside it and not kept here. "
            "Replay the folder it came from, or name the --data-dir that keeps it."
        )


class _AsPainted:
    """The stored pictures, and the re-rendered ones that later versions are based on.

    Re-rendered pictures are needed only for conversations exported without pictures.
    """

    def __init__(self, kept: PictureSource, versions: Sequence[Version]) -> None:
        self._kept = kept
        self._needed = {sha256 for version in versions for sha256 in version.recipe.inputs}
        self._painted: dict[str, Image.Image] = {}

    def image(self, version: Version) -> Image.Image:
        """The stored picture. Raises NoPictures if the export has none."""
        return self._kept.image(version)

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input picture of that hash."""
        return self._painted.get(sha256) or self._kept.blob(sha256)

    def painted(self, picture: Image.Image) -> None:
        """Adds a re-rendered picture."""
        if (sha256 := pixels_sha256(picture)) in self._needed:
            self._painted[sha256] = picture


def _is_kept(folder: Path) -> bool:
    return (folder / EXPORT_NAME).exists() or (folder / DATABASE_NAME).exists()


def _opened(folder: Path) -> ExportedConversation | SqlStore:
    if (folder / EXPORT_NAME).exists():
        return ExportedConversation(folder)
    if (folder / DATABASE_NAME).exists():
        return SqlStore(folder)
    raise StoreError(f"There is no conversation in {folder}, and no store of conversations.")


def _replayed(kept: _AsPainted, version: Version, open_renderer: OpenRenderer) -> ReplayedVersion:
    try:
        picture = _kept_picture(kept, version)
        if version.recipe.kind == "upload":
            return ReplayedVersion(version.conversation, version.number, "uploaded")
        rendered = painted_again(kept, version.recipe, open_renderer)
    except T2IChatError as fault:
        return ReplayedVersion(version.conversation, version.number, "failed", notes=(str(fault),))
    same = pixels_sha256(rendered.image) == version.sha256
    kept.painted(rendered.image)
    return ReplayedVersion(
        version.conversation,
        version.number,
        outcome="same" if same else "different",
        max_difference=None if picture is None else _max_difference(picture, rendered.image),
        notes=what_changed(version.recipe, rendered.recipe),
    )


def _kept_picture(kept: _AsPainted, version: Version) -> Image.Image | None:
    """The stored picture; None if it was exported without, and only its hash is known."""
    try:
        return kept.image(version)
    except NoPictures:
        return None


def painted_again(kept: Inputs, recipe: Recipe, open_renderer: OpenRenderer) -> Rendered:
    """Renders a recipe with its stored inputs. Raises StoreError and what the renderer raises."""
    request = _request(kept, recipe)
    events = list(open_renderer(recipe.model).render(request, threading.Event()))
    return next(event for event in events if isinstance(event, Rendered))


def _request(kept: Inputs, recipe: Recipe) -> RenderRequest:
    return RenderRequest(
        recipe=recipe,
        image=None if recipe.image_sha256 is None else kept.blob(recipe.image_sha256),
        mask=None if recipe.mask_sha256 is None else kept.blob(recipe.mask_sha256),
        source=None if recipe.source_sha256 is None else kept.blob(recipe.source_sha256),
    )


def what_changed(then: Recipe, now: Recipe) -> tuple[str, ...]:
    """Sentences about the model, libraries and device that differ between two recipes."""
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
    return diff.measure(one, other).largest
