"""Greedy decoding under a GBNF grammar, with prefix reuse of the KV cache.

llama.cpp's sampler checks the whole vocabulary against the grammar at every token, which costs as
much as the model. Here the most likely token is checked first, as in llama.cpp's own
`common_sampler_sample`; the whole vocabulary only if that is rejected.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

import llama_cpp
import numpy as np

NO_WAY = -np.inf
"""The logit of a token the grammar rejects."""
_ROW = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""The memory layout of llama_token_data."""


class Reader:
    """A model, and the prompt pieces in its KV cache.

    A common prefix of pieces is evaluated once. Each piece is a batch of its own, whatever is
    cached, so that an answer depends on its request only, bit for bit.
    """

    def __init__(self, model: llama_cpp.Llama) -> None:
        self._model = model
        self._read: Sequence[Sequence[int]] = ()

    def read(self, pieces: Sequence[Sequence[int]]) -> None:
        """Evaluates a prompt; the model's logits are then those after its last token."""
        kept = min(_alike(self._read, pieces), len(pieces) - 1)
        self.forget()
        self._model.n_tokens = sum(map(len, pieces[:kept]))
        for piece in pieces[kept:]:
            self._model.eval(piece)
        self._read = pieces

    def forget(self) -> None:
        """Clears the cache, because the model was used for something else."""
        self._read = ()
        self._model.reset()

    def write(self, grammar: str, max_tokens: int) -> str:
        """Greedy completion of the prompt under a GBNF grammar."""
        written: list[int] = []
        with _allowing(self._model, grammar) as allowing:
            while len(written) < max_tokens:
                token = allowing.likeliest()
                if allowing.ends(token):
                    break
                written.append(token)
                self._model.eval([token])
        text: bytes = self._model.detokenize(written)
        return text.decode("utf-8", errors="ignore")


def _alike(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> int:
    """The number of leading pieces two prompts share."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


class _Allowing:
    """The grammar's state while a text is written."""

    def __init__(self, model: llama_cpp.Llama, grammar: ctypes.c_void_p) -> None:
        self._context = model.ctx
        self._vocabulary = llama_cpp.llama_model_get_vocab(model.model)
        self._size = model.n_vocab()
        self._grammar = grammar

    def likeliest(self) -> int:
        """The allowed token with the largest logit; advances the grammar."""
        address = llama_cpp.llama_get_logits_ith(self._context, -1)
        logits = np.ctypeslib.as_array(address, shape=(self._size,))
        token = int(logits.argmax())
        if self._judged(logits, np.array([token])).item() == NO_WAY:
            token = int(self._judged(logits, np.arange(self._size)).argmax())
        if not self.ends(token):
            llama_cpp.llama_sampler_accept(self._grammar, token)
        return token

    def ends(self, token: int) -> bool:
        """Whether a token ends the text."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocabulary, token))

    def _judged(self, logits: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """The tokens' logits, NO_WAY for those the grammar rejects."""
        rows = np.zeros(len(tokens), _ROW)
        rows["id"], rows["logit"] = tokens, logits[tokens]
        data = rows.ctypes.data_as(llama_cpp.llama_token_data_p)
        array = llama_cpp.llama_token_data_array(data, len(rows), -1, False)
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return rows["logit"]


@contextmanager
def _allowing(model: llama_cpp.Llama, grammar: str) -> Iterator[_Allowing]:
    vocabulary = llama_cpp.llama_model_get_vocab(model.model)
    sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, grammar.encode(), b"root")
    if not sampler:
        raise ValueError("llama.cpp cannot read this grammar")
    try:
        yield _Allowing(model, sampler)
    finally:
        llama_cpp.llama_sampler_free(sampler)


__all__ = ["Reader"]
