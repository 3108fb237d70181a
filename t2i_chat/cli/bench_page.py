"""Benchmark of `serve`: seconds until the page can be used, asked for as a browser does."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

LONGEST = 120
"""Seconds after which a page that is not there is given up."""
_CONFIG = "window.gradio_config = "
_FILES = re.compile(r'<(?:script|link)[^>]*\b(?:src|href)="([^"]+\.(?:js|css))"')


@dataclass(frozen=True, slots=True)
class PageStart:
    """Seconds from the command until a page's box is open; of them, those of a processor.

    `warm` is how long it took until the models were there as well; None where nobody waited.
    """

    usable: float
    processor: float | None
    warm: float | None = None


def page_start(*, busy: bool = False, warm: bool = False) -> PageStart:
    """Serves a new installation and opens its page; with `busy`, one core is left to do so.

    With `warm`, waits for the models as well. Raises TimeoutError after two minutes without a page.
    """
    with ExitStack() as stack:
        for _ in range((os.cpu_count() or 1) - 1 if busy else 0):
            stack.enter_context(_running(sys.executable, "-c", "while True: pass"))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        port = free_port()
        command = (sys.executable, "-m", "t2i_chat", "serve", "--port", str(port))
        start = time.perf_counter()
        server = stack.enter_context(_running(*command, "--data-dir", folder))
        page = _patiently(f"http://127.0.0.1:{port}/")
        page.open()
        usable, processor = time.perf_counter() - start, _processor_seconds(server.pid)
        while warm and page.waits():
            time.sleep(0.2)
        return PageStart(usable, processor, time.perf_counter() - start if warm else None)


class OpenedPage:
    """A page that was fetched from an address; asks what a browser asks, and draws nothing."""

    def __init__(self, address: str) -> None:
        self._address = address
        html = got(address).decode()
        begin = html.index(_CONFIG) + len(_CONFIG)
        self.config: dict[str, Any] = json.JSONDecoder().raw_decode(html, begin)[0]
        self._files = _FILES.findall(html)

    def open(self) -> None:
        """Fetches the page's files and asks what it shall show.

        Raises RuntimeError when the box is not open then.
        """
        for file in self._files:
            got(urljoin(self._address, file))
        shown = self._ask("_show", "", [])
        if shown[self._id("box")].get("interactive") is not True:
            raise RuntimeError("the page was answered, but its box stayed shut")

    def waits(self) -> bool:
        """Whether the page says that models are being loaded."""
        return bool(self._ask("_look")[self._id("status")])

    def _ask(self, name: str, *values: object) -> Mapping[int, Any]:
        """What an event of the page changes, by the numbers of its widgets."""
        event = next(one for one in self.config["dependencies"] if one["api_name"] == name)
        given = [*values, *[None] * (len(event["inputs"]) - len(values))]
        body = {"data": given, "fn_index": event["id"], "session_hash": "page-start"}
        answer = posted(urljoin(self._address, "gradio_api/run/predict"), body)
        return dict(zip(event["outputs"], answer["data"], strict=True))

    def _id(self, name: str) -> int:
        widgets = self.config["components"]
        return next(int(one["id"]) for one in widgets if one["props"].get("elem_id") == name)


def _patiently(address: str) -> OpenedPage:
    start = time.perf_counter()
    while time.perf_counter() - start < LONGEST:
        try:
            return OpenedPage(address)
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.05)
    raise TimeoutError("the page did not answer within two minutes")


def posted(address: str, body: object) -> Any:  # noqa: ANN401  JSON may be anything
    """The JSON that answers some JSON."""
    said = json.dumps(body).encode()
    kind = {"Content-Type": "application/json"}
    return json.loads(got(urllib.request.Request(address, said, kind)))  # noqa: S310  our own loopback address


def got(address: str | urllib.request.Request) -> bytes:
    """What lies at an address of this machine."""
    with urllib.request.urlopen(address, timeout=30) as found:  # noqa: S310  our own loopback address
        return bytes(found.read())


def _processor_seconds(process: int) -> float | None:
    """The processor time a process has taken, in and for it; None where Linux does not tell."""
    told = Path(f"/proc/{process}/stat")
    if not told.exists():
        return None
    fields = told.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  our own program
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)
