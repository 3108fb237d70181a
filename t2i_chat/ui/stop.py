"""Stop (cancel, interrupt): one cancel flag for each page that is being answered.

The renderer looks at the flag at every denoising step (`rendering/diffusion/renderer.py`), the
queue while it waits (`rendering/queue.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Running:
    """Who is being painted for at the moment, by page."""

    _flags: dict[str, threading.Event] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def claim(self, page: str) -> Iterator[threading.Event | None]:
        """The cancel flag of a new answer for `page`, or None while another one is going on."""
        flag = threading.Event()
        with self._lock:
            mine = self._flags.setdefault(page, flag) is flag
        try:
            yield flag if mine else None
        finally:
            if mine:
                with self._lock:
                    del self._flags[page]

    def stop(self, page: str) -> None:
        """Sets the cancel flag of whatever is going on for `page`."""
        with self._lock:
            flag = self._flags.get(page)
        if flag is not None:
            flag.set()
