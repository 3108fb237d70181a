"""Unguessable URLs for pictures: links them into a folder that Gradio may serve.

The store's own folders stay closed: the URL of a picture, which people pass on, names neither its
conversation nor a folder of the host. Everything here is deleted when the program ends.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import secrets
import shutil
import tempfile
import uuid
from pathlib import Path
from urllib.parse import quote

from t2i_chat.core.recipe import Version


class Shown:
    """A folder of links to finished pictures, and their addresses."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="t2i-chat-")).resolve()
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._pepper = secrets.token_bytes(32)

    def address(self, version: Version, path: str) -> str:
        """Where the PNG of a version, kept at `path`, is served; relative to the page."""
        name = f"{version.conversation}/{version.number}/{version.sha256}".encode()
        folder = self.folder / hashlib.blake2b(name, key=self._pepper, digest_size=16).hexdigest()
        link = folder / f"picture-{version.number}.png"
        if not link.exists():
            folder.mkdir(exist_ok=True)
            _link(Path(path), link)
        return _address(link)

    def room(self) -> Path:
        """A new folder of a name nobody can guess, for a file that is to be served."""
        folder = self.folder / secrets.token_hex(16)
        folder.mkdir()
        return folder

    def at(self, file: Path) -> str:
        """Where a file in a `room` is served; relative to the page."""
        return _address(file)

    def own(self, path: Path) -> str:
        """Where a picture of the program's own is served; anybody may guess its name."""
        link = self.folder / path.name
        if not link.exists():
            _link(path, link)
        return _address(link)


def _address(link: Path) -> str:
    return f"gradio_api/file={quote(str(link))}"


def _link(path: Path, link: Path) -> None:
    partial = link.with_name(uuid.uuid4().hex)
    try:
        os.link(path, partial)
    except OSError:  # another disk, or one without hard links
        shutil.copyfile(path, partial)
    partial.replace(link)
