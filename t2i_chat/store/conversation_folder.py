"""The export format: a conversation as a folder of JSON and PNG files, written and read.

    conversation.json   messages, settings and versions, each with its recipe
    001.png, 002.png …  the versions' pictures, each with its recipe as metadata
    002-mask.png        the compositing mask of a local edit: 0 wherever no pixel may change
    inputs/…            masks and input pictures, named by pixel hash

An export without pictures holds only what cannot be rendered again: uploads and `inputs/`. All
names are relative, so that the folder can be moved and replayed anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from t2i_chat.core.errors import NoPictures, StoreError, StoreTooNew, UnknownVersion
from t2i_chat.core.events import Turn
from t2i_chat.core.recipe import Version
from t2i_chat.imaging import masks
from t2i_chat.store.atomic_files import (
    blob_name,
    make_folder,
    png_bytes,
    publish,
    read_picture,
    staged,
)

FILE_NAME = "conversation.json"
"""The file that makes a folder an exported conversation."""
INPUTS = "inputs"
"""The folder of region masks and input pictures."""


def image_name(version: Version) -> str:
    """The name of a version's picture in an exported folder."""
    return f"{version.number:03d}.png"


def mask_name(version: Version) -> str | None:
    """The name of a local edit's compositing mask; None where the whole picture was painted."""
    return f"{version.number:03d}-mask.png" if version.recipe.mask_sha256 else None


class ExportedVersion(Version):
    """A version with the names of its files, for other programs that read the folder."""

    image: str
    mask: str | None

    @classmethod
    def of(cls, version: Version) -> Self:
        """The version with the names an export gives its files."""
        kept = {name: getattr(version, name) for name in Version.model_fields}
        return cls(**kept, image=image_name(version), mask=mask_name(version))

    def plain(self) -> Version:
        """The version without file names."""
        return Version(**{name: getattr(self, name) for name in Version.model_fields})


class ConversationFile(BaseModel):
    """The content of `conversation.json`.

    `history` lists the visited versions (the undo stack), `cursor` the current place in it (-1:
    none). `pictures` tells whether the rendered pictures are included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    conversation: str
    created_at: datetime
    history: tuple[int, ...]
    cursor: int = Field(ge=-1)
    params: dict[str, object]
    turns: tuple[Turn, ...]
    versions: tuple[ExportedVersion, ...]
    pictures: bool = True

    def until(self, moment: datetime) -> Self:
        """The conversation as it was at `moment`, with the version that was current then."""
        versions = tuple(one for one in self.versions if one.created_at <= moment)
        numbers = {one.number for one in versions}
        visited = tuple(number for number in self.history if number in numbers)
        return self.model_copy(
            update={
                "turns": tuple(one for one in self.turns if one.created_at <= moment),
                "versions": versions,
                "history": visited,
                "cursor": len(visited) - 1,
            }
        )

    @property
    def inputs(self) -> frozenset[str]:
        """The hashes of all masks and input pictures that are not versions themselves."""
        return self.blobs - {version.sha256 for version in self.versions}

    @property
    def blobs(self) -> frozenset[str]:
        """The hashes of all masks and input pictures of the recipes."""
        return frozenset(sha for version in self.versions for sha in version.recipe.inputs)


class ExportedConversation:
    """A conversation in an export folder; read-only, with the interface of a store."""

    def __init__(self, folder: Path) -> None:
        """Reads `conversation.json`. Raises StoreError when it is missing or invalid."""
        self._folder = folder
        self.kept = _read(folder / FILE_NAME)

    def close(self) -> None:
        """Does nothing; for the interface of a store."""

    def conversations(self) -> Sequence[str]:
        """The id of the one conversation."""
        return [self.kept.conversation]

    def versions(self, conversation: str) -> Sequence[Version]:
        """All versions, oldest first. Raises UnknownVersion for another conversation."""
        if conversation != self.kept.conversation:
            raise UnknownVersion(f"{self._folder} holds another conversation.")
        return tuple(version.plain() for version in self.kept.versions)

    def image(self, version: Version) -> Image.Image:
        """The picture of a version. Raises StoreError when it is missing or damaged."""
        if not self.kept.pictures and version.recipe.kind != "upload":
            raise NoPictures(
                f"Version {version.number} was saved without its picture; replay paints it again."
            )
        return read_picture(self._folder / image_name(version), version.sha256)

    def blob(self, sha256: str) -> Image.Image:
        """A mask or input picture. Raises StoreError when it is missing or damaged."""
        for version in self.kept.versions:
            if version.sha256 == sha256:
                return self.image(version)
        return read_picture(self._folder / INPUTS / blob_name(sha256), sha256)


def write_export(
    kept: ConversationFile,
    folder: Path,
    *,
    picture: Callable[[Version], Path],
    blob: Callable[[str], Path],
) -> None:
    """Writes into `folder` the files that are not there yet, `conversation.json` last.

    `picture` and `blob` return the store's file paths. Raises OSError, and StoreError when the
    folder holds another conversation or other pictures.
    """
    _claim(folder, kept.conversation)
    make_folder(folder)
    for sha256 in sorted(kept.inputs):
        make_folder(folder / INPUTS)
        _copy(blob(sha256), folder / INPUTS / blob_name(sha256))
    for version in kept.versions:
        if not kept.pictures and version.recipe.kind != "upload":
            continue
        _copy(picture(version), folder / version.image)
        if version.mask and version.recipe.mask_sha256:
            region = read_picture(blob(version.recipe.mask_sha256), version.recipe.mask_sha256)
            _put(png_bytes(masks.compositing(region, version.recipe)), folder / version.mask)
    told = {"pictures"} if kept.pictures else set()  # omitted if true, as it used to be
    content = kept.model_dump_json(indent=2, exclude=told).encode()
    with staged(content, folder) as partial:
        publish(partial, folder / FILE_NAME)


def _claim(folder: Path, conversation: str) -> None:
    if (folder / FILE_NAME).exists():
        if _read(folder / FILE_NAME).conversation != conversation:
            raise StoreError(f"{folder} holds another conversation. Please name another folder.")
    elif any(folder.glob("*.png")) or (folder / INPUTS).exists():
        raise StoreError(f"{folder} holds other pictures. Please name another folder.")


def _copy(source: Path, path: Path) -> None:
    if not path.exists():
        _put(source.read_bytes(), path)


def _put(content: bytes, path: Path) -> None:
    if not path.exists():
        with staged(content, path.parent) as partial:
            publish(partial, path)


def _read(path: Path) -> ConversationFile:
    try:
        return ConversationFile.model_validate_json(path.read_bytes())
    except OSError as fault:
        raise StoreError(f"{path} cannot be read: {fault.strerror}.") from fault
    except ValidationError as fault:
        if any(error["loc"] == ("format",) for error in fault.errors()):
            raise StoreTooNew(f"{path} was written by a newer version of this program.") from fault
        raise StoreError(f"{path} is not a conversation this program exported.") from fault
