"""Copies a conversation into a folder of its own and reads it there; needs no database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from t2i_chat.errors import StoreError, StoreTooNew, UnknownVersion
from t2i_chat.messages import Turn
from t2i_chat.recipe import Version
from t2i_chat.store.files import blob_name, make_folder, publish, read_picture, staged

FILE_NAME = "conversation.json"
"""The file that makes a folder an exported conversation."""


class ConversationFile(BaseModel):
    """All of a conversation but its pixels, as `conversation.json` holds it.

    `history` lists the versions visited, `cursor` the place in it that is current (-1: none).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    conversation: str
    created_at: datetime
    history: tuple[int, ...]
    cursor: int = Field(ge=-1)
    params: dict[str, object]
    turns: tuple[Turn, ...]
    versions: tuple[Version, ...]

    @property
    def inputs(self) -> frozenset[str]:
        """The hashes of all masks and pictures the versions were painted from."""
        recipes = [version.recipe for version in self.versions]
        named = [sha for recipe in recipes for sha in (recipe.image_sha256, recipe.mask_sha256)]
        return frozenset(sha for sha in named if sha is not None)


class ExportedConversation:
    """A conversation in a folder that `SqlStore.export` made."""

    def __init__(self, folder: Path) -> None:
        """Reads `conversation.json`. Raises StoreError when it is missing or not ours."""
        self._folder = folder
        self.kept = _read(folder / FILE_NAME)

    def close(self) -> None:
        """Does nothing; there so that a folder can stand where a store can."""

    def conversations(self) -> Sequence[str]:
        """The id of the one conversation."""
        return [self.kept.conversation]

    def versions(self, conversation: str) -> Sequence[Version]:
        """All versions, oldest first. Raises UnknownVersion for another conversation."""
        if conversation != self.kept.conversation:
            raise UnknownVersion(f"{self._folder} holds another conversation.")
        return self.kept.versions

    def image(self, version: Version) -> Image.Image:
        """The picture of a version. Raises StoreError when it is missing or damaged."""
        return read_picture(_picture(self._folder, version), version.sha256)

    def blob(self, sha256: str) -> Image.Image:
        """A mask or input picture. Raises StoreError when it is missing or damaged."""
        return read_picture(_blob(self._folder, sha256), sha256)


def write_export(
    kept: ConversationFile,
    folder: Path,
    *,
    picture: Callable[[Version], Path],
    blob: Callable[[str], Path],
) -> None:
    """Copies the files of a conversation into an empty `folder`, `conversation.json` last.

    `picture` and `blob` tell where the store has them. Raises OSError, and StoreError when the
    folder holds anything already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"The folder {folder} is not empty. Please name a new one.")
    for part in ("pictures", "blobs"):
        make_folder(folder / part)
    for version in kept.versions:
        shutil.copyfile(picture(version), _picture(folder, version))
    for sha256 in sorted(kept.inputs):
        shutil.copyfile(blob(sha256), _blob(folder, sha256))
    with staged(kept.model_dump_json(indent=2).encode(), folder) as partial:
        publish(partial, folder / FILE_NAME)


def _picture(folder: Path, version: Version) -> Path:
    return folder / "pictures" / f"{version.number}.png"


def _blob(folder: Path, sha256: str) -> Path:
    return folder / "blobs" / blob_name(sha256)


def _read(path: Path) -> ConversationFile:
    try:
        return ConversationFile.model_validate_json(path.read_bytes())
    except OSError as fault:
        raise StoreError(f"{path} cannot be read: {fault.strerror}.") from fault
    except ValidationError as fault:
        if any(error["loc"] == ("format",) for error in fault.errors()):
            raise StoreTooNew(f"{path} was written by a newer version of this program.") from fault
        raise StoreError(f"{path} is not a conversation this program exported.") from fault
