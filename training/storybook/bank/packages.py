"""Fetches the npm packages that the drawings and their names come from, each pinned by its hash."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Package:
    """A published version; `integrity` is npm's, the SHA-512 of its tarball in base64."""

    name: str
    version: str
    integrity: str

    @property
    def tarball(self) -> str:
        """The file name that npm gives it."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


SOFT = Package(
    "@lobehub/fluent-emoji-3d",
    "1.1.0",
    "Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==",
)
FLAT = Package(
    "@iconify-json/fluent-emoji-flat",
    "1.2.6",
    "RY47RgPb47fYUiyrA64sIOL0+UU02s29sXpNBbIQRBUlPlfNFTKUmZDERGuxDs/7yNGWqQYvuaSYM1M4fRXlUw==",
)
NOTO = Package(
    "@iconify-json/noto",
    "1.2.9",
    "DQiuXENbun41ch+XPSV55H9FaWKpHTyz46YIKtSaKYD4fIDDzL1tR6H4np/T38jfrTAeI3rcKF0mqHYeZVAuaw==",
)
ANNOTATIONS = Package(
    "cldr-annotations-full",
    "48.2.0",
    "DV7A+rEcgUSNTRsVGNGqBZRmAkGfwhGHO5Q1dRwzBoBnVrHWp804JP7/QJdEc66iHmx3+zLWVIMCFLm0lW7PUQ==",
)
KEYWORDS = Package(
    "emojilib",
    "4.0.3",
    "KbWiYre9aRSaPbHrHZIz9zmoM+21LAsK1VFJtnTh1VCtWE/rNMDviGhQTmselFl95dhqtGlY22iH0leG5BuW0g==",
)


class Contents:
    """The files of a package, by their path inside it."""

    def __init__(self, tarball: Path) -> None:
        self._files: dict[str, bytes] = {}
        with tarfile.open(tarball) as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None:
                    self._files[member.name.partition("/")[2]] = file.read()

    def names(self) -> tuple[str, ...]:
        """All paths."""
        return tuple(self._files)

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises KeyError if the package has none of that path."""
        return self._files[path]

    def read_json(self, path: str) -> Any:  # noqa: ANN401 # each file has a form of its own
        """A JSON file, parsed."""
        return json.loads(self._files[path])


def fetch(package: Package, cache: Path) -> Contents:
    """Return what is in a package, downloaded into `cache` unless it lies there.

    Raises ValueError if the tarball is not the pinned one.
    """
    cache.mkdir(parents=True, exist_ok=True)
    tarball = cache / package.tarball
    if not tarball.exists():
        wanted = f"{package.name}@{package.version}"
        subprocess.run(["npm", "pack", "--silent", wanted], cwd=cache, check=True)  # noqa: S603, S607 # pinned names, and npm of the PATH
    found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise ValueError(f"{tarball} is not the published {package.name} {package.version}.")
    return Contents(tarball)
