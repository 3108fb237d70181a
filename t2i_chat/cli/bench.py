"""Benchmark on this machine: start-up, first preview, picture, memory, drift.

Holds a short conversation with the real program. Times are medians in seconds; the ratio compares
our renderer with the bare diffusers pipeline, in alternation.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from t2i_chat import app
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.cli.bench_page import page_start
from t2i_chat.core.actions import Generate
from t2i_chat.core.events import Message, Painted, Progress, Understood
from t2i_chat.core.params import Params
from t2i_chat.core.recipe import RenderRequest
from t2i_chat.core.settings import Settings
from t2i_chat.editing import requests
from t2i_chat.reproduce import drift

PROMPT = "a red house under a blue sky with a tree"
EDIT = "make the sky darker"


@dataclass(frozen=True, slots=True)
class BenchFigure:
    """A measured value with its unit and its goal."""

    value: str
    goal: str = ""


@dataclass(frozen=True, slots=True)
class _Turn:
    """Seconds from sending a message to the plan, the first preview and the finished picture."""

    understood: float
    preview: float
    picture: float


def measure(settings: Settings, repeats: int) -> Mapping[str, BenchFigure]:
    """All figures, in the order a person meets them. Takes about two minutes on two cores."""
    figures = {
        "machine": BenchFigure(f"{platform.machine()}, {os.cpu_count()} cores"),
    }
    figures |= _page_start()
    with tempfile.TemporaryDirectory() as folder:
        kept = settings.model_copy(update={"data_dir": Path(folder)})
        start = time.perf_counter()
        parts = app.build_parts(kept, app.open_store(kept))
        figures["models warm after"] = BenchFigure(f"{time.perf_counter() - start:.1f} s")
        figures |= _conversation(parts, repeats)
        figures |= _drift(parts)
        figures["our time / bare pipeline"] = BenchFigure(f"{_overhead(parts, repeats):.2f}", "1.1")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    figures["peak memory"] = BenchFigure(f"{peak:.2f} GB", "2.5 GB")
    return figures


def _conversation(parts: Parts, repeats: int) -> dict[str, BenchFigure]:
    session = ChatSession(parts, parts.store.new_conversation())
    _turn(session, PROMPT)
    new = [_turn(session, PROMPT) for _ in range(repeats)]
    edits = [_turn(session, EDIT) for _ in range(repeats)]
    return {
        "plan told": BenchFigure(_median(turn.understood for turn in new + edits)),
        "first preview": BenchFigure(_median(turn.preview for turn in new), "2 s"),
        "picture": BenchFigure(_median(turn.picture for turn in new), "6 s"),
        "local edit": BenchFigure(_median(turn.picture for turn in edits), "6 s"),
    }


def _drift(parts: Parts) -> dict[str, BenchFigure]:
    found = drift.measure(parts)
    turns = len(found.outside)
    return {
        f"drift outside, after each of {turns} local edits": BenchFigure(
            " ".join(map(str, found.outside)), " ".join("0" * turns)
        ),
        "mean change of each whole-picture edit": BenchFigure(
            " ".join(f"{change:.0f}" for change in found.whole) + " of 255"
        ),
    }


def _turn(session: ChatSession, text: str) -> _Turn:
    start = time.perf_counter()
    first: dict[type, float] = {}
    for event in session.reply(Message(text=text), threading.Event()):
        first.setdefault(type(event), time.perf_counter() - start)
    return _Turn(first[Understood], first[Progress], first[Painted])


def _overhead(parts: Parts, repeats: int) -> float:
    renderer = app.build_renderer(parts.settings)
    request = _request(parts)
    ours, bare = [], []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        for _event in renderer.render(request, threading.Event()):
            pass
        ours.append(time.perf_counter() - start)
        bare.append(renderer.bare_pipeline_seconds(request))
    return statistics.median(ours[1:]) / statistics.median(bare[1:])


def _request(parts: Parts) -> RenderRequest:
    action = Generate(prompt=PROMPT)
    params = Params()
    (job,) = requests.generate(
        action, PROMPT, facts=parts.facts, params=params, drawn_seed=7, lexicon=parts.lexicon
    )
    return job.request


def _median(seconds: Iterator[float]) -> str:
    return f"{statistics.median(seconds):.2f} s"


def _page_start() -> dict[str, BenchFigure]:
    idle, busy = page_start(warm=True), page_start(busy=True)
    figures = {
        "page usable after the command": BenchFigure(f"{idle.usable:.1f} s", "5 s"),
        "page usable with one core to spare": BenchFigure(f"{busy.usable:.1f} s", "10 s"),
        "models warm after the command": BenchFigure(f"{idle.warm:.1f} s"),
    }
    if idle.processor is not None:
        figures["processor time until the page"] = BenchFigure(f"{idle.processor:.1f} s")
    return figures
