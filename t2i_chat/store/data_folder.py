"""The store's data folder: database and blobs (masks, input pictures) named by pixel hash."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from t2i_chat.core.errors import StoreError, UnknownVersion
from t2i_chat.core.recipe import Recipe, Version, pixels_sha256
from t2i_chat.store import rows
from t2i_chat.store.atomic_files import (
    blob_name,
    make_folder,
    png_bytes,
    publish,
    read_picture,
    staged,
)
from t2i_chat.store.database import FILE_NAME, for_writing, open_database
from t2i_chat.store.faults import in_sentences

CONVERSATION = re.compile(r"[0-9a-f]{32}")
"""A conversation's id, which is also its folder's name."""


class Disk:
    """A data folder with its database; may be shared by threads and processes."""

    def __init__(self, data_dir: Path) -> None:
        """Opens the database, or creates it.

        Raises StoreTooNew when a newer version of the program wrote it.
        """
        self._data_dir = data_dir
        with in_sentences(data_dir):
            make_folder(data_dir)
            self._engine: Engine = open_database(data_dir / FILE_NAME)
        self._write_engine = for_writing(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database; the store is not to be used afterwards."""
        self._engine.dispose()

    def put_blob(self, image: Image.Image) -> str:
        """Stores an 8-bit mask or an RGB input picture; returns its pixel hash."""
        sha256 = pixels_sha256(image)
        with in_sentences(self._data_dir):
            try:
                os.utime(self._blob(sha256))  # so that no sweep takes it for an orphan
            except FileNotFoundError:
                with staged(png_bytes(image), self._data_dir / "partial") as partial:
                    publish(partial, self._blob(sha256))
        return sha256

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input picture of that hash, verified against it."""
        with in_sentences(self._data_dir):
            if not self._blob(sha256).exists():
                raise UnknownVersion("That mask or picture was never kept.")
            return read_picture(self._blob(sha256), sha256)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with in_sentences(self._data_dir), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with in_sentences(self._data_dir), Session(self._write_engine) as session, session.begin():
            yield session

    def _picture(self, version: Version) -> Path:
        if not CONVERSATION.fullmatch(version.conversation):
            raise UnknownVersion(rows.NO_CONVERSATION)
        return self._data_dir / "pictures" / version.conversation / f"{version.number}.png"

    def _blob(self, sha256: str) -> Path:
        return self._data_dir / "blobs" / sha256[:2] / blob_name(sha256)

    def _require_inputs(self, recipe: Recipe) -> None:
        for sha256 in recipe.inputs:
            if not self._blob(sha256).exists():
                raise StoreError("The picture or mask this version was painted from is missing.")
