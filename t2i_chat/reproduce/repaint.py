"""Restores the pictures of an export without pictures, by rendering its recipes in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from t2i_chat.core.errors import StoreError, T2IChatError
from t2i_chat.core.recipe import Recipe, Rendered, pixels_sha256
from t2i_chat.imaging.png_metadata import png_info
from t2i_chat.reproduce.replay import OpenRenderer, ReplayedVersion, painted_again, what_changed
from t2i_chat.store import ExportedConversation, image_name
from t2i_chat.store.atomic_files import blob_name, png_bytes, read_picture
from t2i_chat.store.conversation_folder import FILE_NAME, INPUTS, ExportedVersion

_KEPT = "It is kept as it came out."


def repainted(
    saved: ExportedConversation,
    home: Path,
    open_renderer: OpenRenderer,
    on_version: Callable[[ReplayedVersion], object] = lambda _: None,
) -> ExportedConversation:
    """An export with all its pictures in the empty folder `home`.

    Pictures that come out different are kept with their own hash, and later versions are based on
    them; `on_version` is called after each. Raises ModelMissing, and StoreError for missing inputs,
    before anything is rendered.
    """
    _require_everything(saved, open_renderer)
    painting = _Painting(saved, home, open_renderer)
    for version in saved.kept.versions:
        on_version(painting.bring_back(version))
    kept = saved.kept.model_copy(update={"versions": tuple(painting.versions), "pictures": True})
    (home / INPUTS).mkdir()
    for sha256 in kept.inputs:
        (home / INPUTS / blob_name(sha256)).write_bytes(png_bytes(saved.blob(sha256)))
    (home / FILE_NAME).write_text(kept.model_dump_json(), encoding="utf-8")
    return ExportedConversation(home)


def _require_everything(saved: ExportedConversation, open_renderer: OpenRenderer) -> None:
    """Raises for a model or an input that is not there."""
    painted: set[str] = set()
    for version in saved.kept.versions:
        if version.recipe.kind == "upload":
            saved.image(version.plain())
        else:
            open_renderer(version.recipe.model)
        for sha256 in set(version.recipe.inputs) - painted:
            _require_input(saved, sha256, version.number)
        painted.add(version.sha256)


def _require_input(saved: ExportedConversation, sha256: str, number: int) -> None:
    try:
        saved.blob(sha256)
    except StoreError as fault:
        raise StoreError(
            f"Version {number} was painted from a picture that was not saved with it, so nothing "
            f"was taken in. {fault}"
        ) from fault


class _Painting:
    """A restoration in progress: its versions so far, and the new hashes by the old ones."""

    def __init__(
        self, saved: ExportedConversation, home: Path, open_renderer: OpenRenderer
    ) -> None:
        self.versions: list[ExportedVersion] = []
        self._saved, self._home, self._open = saved, home, open_renderer
        self._now: dict[str, str] = {}

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input picture of that hash."""
        for version in self.versions:
            if version.sha256 == sha256:
                return read_picture(self._home / image_name(version), sha256)
        return self._saved.blob(sha256)

    def bring_back(self, version: ExportedVersion) -> ReplayedVersion:
        """Writes a version's picture into the folder; returns how it compares."""
        recipe = self._from_what_is_there(version.recipe)
        if recipe.kind == "upload":
            self._put(version, self._saved.image(version.plain()), recipe)
            return ReplayedVersion(version.conversation, version.number, "uploaded")
        rendered = self._painted(recipe, version.number)
        sha256 = pixels_sha256(rendered.image)
        if sha256 == version.sha256:
            self._put(version, rendered.image, recipe)
            return ReplayedVersion(version.conversation, version.number, "same")
        self._now[version.sha256] = sha256
        changed = {"sha256": sha256, "receipt": rendered.receipt}
        self._put(version.model_copy(update=changed), rendered.image, rendered.recipe)
        notes = (_KEPT, *what_changed(version.recipe, rendered.recipe))
        return ReplayedVersion(version.conversation, version.number, "different", notes=notes)

    def _painted(self, recipe: Recipe, number: int) -> Rendered:
        try:
            return painted_again(self, recipe, self._open)
        except T2IChatError as fault:
            raise StoreError(
                f"Version {number} could not be painted again, so nothing was taken in. {fault}"
            ) from fault

    def _from_what_is_there(self, recipe: Recipe) -> Recipe:
        """The recipe with the hashes of pictures that came out different replaced."""
        names = ("image_sha256", "mask_sha256", "source_sha256")
        hashes = {name: getattr(recipe, name) for name in names}
        now = {name: self._now.get(sha, sha) for name, sha in hashes.items()}
        return recipe.model_copy(update=now)

    def _put(self, version: ExportedVersion, image: Image.Image, recipe: Recipe) -> None:
        (self._home / image_name(version)).write_bytes(png_bytes(image, png_info(recipe)))
        self.versions.append(version.model_copy(update={"recipe": recipe}))
