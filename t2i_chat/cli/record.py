"""Output of one message: JSON for --json, lines for the terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from t2i_chat.chat import transcript
from t2i_chat.cli.plan_batch import dumped
from t2i_chat.core.events import ChatEvent, Enriched, Painted, Planned, Said
from t2i_chat.core.recipe import Version
from t2i_chat.store import image_name, mask_name


@dataclass(slots=True)
class Record:
    """Collects the events of one message; `seconds` is the time they took, once it has ended.

    If the conversation `goes_on`, answers include suggestions.
    """

    message: str
    goes_on: bool = True
    actions: list[dict[str, Any]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    problem: bool = False
    seconds: float = 0.0
    _start: float = field(default_factory=time.perf_counter)

    def add(self, event: ChatEvent) -> None:
        """Takes in one event."""
        match event:
            case Planned(plan):
                self.actions += dumped(plan)
            case Painted(version):
                self.versions.append(version)
            case Said(tone="problem"):
                self.problem = True
        said = _words(event, goes_on=self.goes_on)
        self.words += [words for words in said if words not in self.words]

    def end(self) -> None:
        """Stops the clock."""
        self.seconds = time.perf_counter() - self._start

    @property
    def reply(self) -> str:
        """All words said back, a line each."""
        return "\n".join(self.words)

    def row(self) -> dict[str, Any]:
        """The record as JSON values; file names are relative to the exported folder."""
        return {
            "message": self.message,
            "actions": self.actions,
            "versions": [version_row(version) for version in self.versions],
            "reply": self.reply,
            "seconds": round(self.seconds, 3),
        }


def version_row(version: Version) -> dict[str, Any]:
    """A version as JSON values; `sha256` is the hash of its pixels (`recipe.pixels_sha256`)."""
    return {
        "number": version.number,
        "parent": version.parent,
        "seed": version.recipe.seed,
        "prompt": version.recipe.prompt,
        "image": image_name(version),
        "mask": mask_name(version),
        "sha256": version.sha256,
        "receipt": version.receipt.model_dump() if version.receipt else None,
    }


def lines_of(event: ChatEvent) -> Iterator[str]:
    """An event as lines for the terminal; none for transient events."""
    match event:
        case Enriched(prompt, added) if added:
            yield f"painted from: {prompt}"
        case Painted(version):
            yield f"version {version.number}: seed {version.recipe.seed}{proof(version)}"
            yield f"sha256 {version.sha256}"
        case _:
            yield from _words(event)


def proof(version: Version) -> str:
    """The receipt of a local edit as the end of a line; "" if there is none."""
    receipt = version.receipt
    if receipt is None or receipt.max_outside is None:
        return ""
    return f", max_outside {receipt.max_outside}"


def _words(event: ChatEvent, *, goes_on: bool = True) -> Iterator[str]:
    turn = transcript.turn_of(event)
    if turn is not None and turn.text:
        yield f"{turn.text} {' / '.join(_options(event, goes_on=goes_on))}".strip()


def _options(event: ChatEvent, *, goes_on: bool) -> tuple[str, ...]:
    if not isinstance(event, Said):
        return ()
    return event.options if goes_on or event.tone != "answer" else ()
