"""Gives every part of a picture random numbers of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Streams:
    """Independent random streams by name.

    The hour and the weather are not part of a stream's name: the same hills stand there by day
    and by night.
    """

    ground: str
    seed: int

    def of(self, part: str) -> np.random.Generator:
        """Return a fresh generator for a part; the same part always gets the same numbers."""
        digest = hashlib.sha256(f"{self.ground}|{self.seed}|{part}".encode()).digest()
        return np.random.default_rng(np.random.SeedSequence(int.from_bytes(digest[:16], "big")))
