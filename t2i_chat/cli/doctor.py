"""The command doctor: what is installed, which models are here, what is missing for what.

It judges and prints what `doctor_facts` found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from t2i_chat.cli import flags
from t2i_chat.cli.doctor_facts import Facts, Machine, Model, collect
from t2i_chat.cli.streams import as_json, note, tell
from t2i_chat.core.registry import PROFILES

LEAST_DISK = 0.1
"""Gigabytes below which a conversation soon finds the disk full."""
LEAST_MEMORY = 2.0
"""Gigabytes; the embedded models and painting take 1.4."""
ROOM_FOR_MODELS = 10.0
"""Gigabytes below which a model fetched from the hub may not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is missing for what; `fatal` when the default installation cannot paint without it."""

    sentence: str
    fatal: bool = True


def doctor(
    data_dir: flags.DataDir = None,
    profile: flags.Profile = None,
    llm: flags.Llm = None,
    segmenter: flags.Segmenter = None,
    json: flags.AsJson = False,
) -> None:
    """Tell what is installed, which models are here, and what is missing for what.

    Exit 0 when the default installation can paint, 1 otherwise.
    """
    settings = flags.settings_of(data_dir=data_dir, profile=profile, llm=llm, segmenter=segmenter)
    if not json:
        note("Looking at the libraries takes some seconds…")
    facts = collect(settings)
    found = tuple(findings(facts))
    paints = not any(finding.fatal for finding in found)
    if json:
        told = {"paints": paints, **asdict(facts), "findings": [asdict(one) for one in found]}
        tell(as_json(told))
    else:
        for line in lines_of(facts, found):
            tell(line)
    raise typer.Exit(0 if paints else 1)


def findings(facts: Facts) -> Iterator[Finding]:
    """What is missing for what, the worst first; pure."""
    for library in facts.libraries:
        if library.version is None:
            yield Finding(f"{library.name} is not installed: run make setup.")
        elif library.fault:
            yield Finding(f"{library.name} cannot be used ({library.fault}): run make clean setup.")
    for model in facts.models:
        if model.embedded and not model.here:
            yield Finding(f"The {model.name} is not at {model.source}: run make clean setup.")
    machine = facts.machine
    yield from _disk_findings(machine)
    if machine.memory < LEAST_MEMORY:
        yield Finding(
            f"{machine.memory:.1f} GB of memory are few: painting takes 1.4 of them.", fatal=False
        )
    yield from _missing_choices(facts.models)
    if machine.gpus == () and not machine.mps:
        yield Finding(_without_gpu(), fatal=False)


def _disk_findings(machine: Machine) -> Iterator[Finding]:
    if not machine.writable:
        yield Finding(
            f"The folder {machine.data_dir} cannot be written to, so no conversation can be kept: "
            "set T2I_CHAT_DATA_DIR to another one."
        )
    elif machine.free_disk < LEAST_DISK:
        yield Finding(
            f"The disk of {machine.data_dir} is full, so no picture can be kept: make room there."
        )
    elif machine.free_disk < ROOM_FOR_MODELS:
        yield Finding(
            f"The {machine.free_disk:.1f} GB left on the disk are few for models from the hub, "
            "which take from 4 GB to more than 50.",
            fatal=False,
        )


def _missing_choices(models: tuple[Model, ...]) -> Iterator[Finding]:
    for model in models:
        if not model.chosen or model.here or model.embedded:
            continue
        is_path = model.source.count("/") != 1 or Path(model.source).suffix == ".gguf"
        todo = "see how it is written" if is_path else "it is fetched when first used"
        yield Finding(f"The model {model.name} of the settings is not here: {todo}.", fatal=False)


def _without_gpu() -> str:
    others = [facts for facts in PROFILES.values() if not facts.literal]
    small = ", ".join(facts.name for facts in others if facts.native.width <= 512)
    large = ", ".join(facts.name for facts in others if facts.native.width > 512)
    return (
        "There is no GPU: storybook paints in seconds without one, "
        f"{small} take minutes, and {large} far longer."
    )


def lines_of(facts: Facts, found: tuple[Finding, ...]) -> Iterator[str]:
    """The report as a person reads it."""
    yield "Installed"
    for library in facts.libraries:
        broken = "  cannot be imported" if library.version and library.fault else ""
        yield f"  {library.name:17} {library.version or 'not installed'}{broken}"
    yield "Models"
    for model in facts.models:
        where = "embedded" if model.embedded and model.here else "here" if model.here else "missing"
        shown = where if where != "missing" or model.embedded else "not here yet"
        yield f"  {model.name:21} {model.purpose:14}  {shown}"
    machine = facts.machine
    yield "Machine"
    yield f"  cores       {machine.cores}"
    yield f"  memory      {machine.memory:.1f} GB"
    yield f"  free disk   {machine.free_disk:.1f} GB in {machine.data_dir}"
    yield f"  GPU         {_gpus(machine)}"
    if found:
        yield "Missing"
    for finding in found:
        yield f"  {'✗' if finding.fatal else '·'} {finding.sentence}"
    fatal = any(finding.fatal for finding in found)
    yield f"The default installation {'cannot paint.' if fatal else 'can paint.'}"


def _gpus(machine: Machine) -> str:
    if machine.gpus is None:
        return "not known without torch"
    names = [f"{gpu.name}, {gpu.memory:.0f} GB" for gpu in machine.gpus]
    return "; ".join(names) or ("Apple's (MPS)" if machine.mps else "none")
