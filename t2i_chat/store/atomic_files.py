"""Atomic writes of PNG files: temporary file, fsync, rename.

Neither a kill nor a power cut leaves half a file under the final name.
"""

from __future__ import annotations

import io
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from t2i_chat.core.errors import StoreError, UnknownVersion
from t2i_chat.core.recipe import pixels_sha256

_SHA256 = re.compile(r"[0-9a-f]{64}")


def png_bytes(image: Image.Image, info: PngInfo | None = None) -> bytes:
    """A lossless PNG of an RGB picture or an 8-bit mask. Raises ValueError for other modes."""
    if image.mode not in ("RGB", "L"):
        raise ValueError(f"only RGB pictures and L masks are kept, not {image.mode}")
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=info)
    return file.getvalue()


def read_picture(path: Path, sha256: str) -> Image.Image:
    """The picture in `path`, verified against its pixel hash.

    Raises StoreError when the file is missing, damaged, or holds another picture.
    """
    try:
        with Image.open(path, formats=("PNG",)) as file:
            picture = file.copy()
    except FileNotFoundError:
        raise StoreError(f"The picture {path} is missing.") from None
    except (OSError, SyntaxError, ValueError) as fault:
        raise StoreError(f"The picture {path} cannot be read: {fault}.") from fault
    if pixels_sha256(picture) != sha256:
        raise StoreError(f"The picture {path} is not the one that was kept there.")
    return picture


def blob_name(sha256: str) -> str:
    """The file name of a blob. Raises UnknownVersion for an invalid hash."""
    if not _SHA256.fullmatch(sha256):
        raise UnknownVersion("That mask or picture was never kept.")
    return f"{sha256}.png"


@contextmanager
def staged(content: bytes, folder: Path) -> Iterator[Path]:
    """A temporary file in `folder` with `content`, flushed to disk; deleted unless it is moved."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}.partial"
    try:
        _write(path, content)
        yield path
    finally:
        path.unlink(missing_ok=True)


def publish(partial: Path, path: Path) -> None:
    """Renames a staged file to its final name, durably, replacing an existing one."""
    make_folder(path.parent)
    partial.replace(path)
    _sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Creates `folder` and its parents, durably."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open folders, and its renames are durable
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
