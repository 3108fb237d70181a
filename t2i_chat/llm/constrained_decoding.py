"""Writes the likeliest tokens that a grammar allows; knows tokens, not what they say.

llama.cpp's sampler holds every token of the vocabulary against the grammar before it looks at the
likeliest, which costs as much as the model itself. Here the likeliest is tried first, alone, as in
llama.cpp's own `common_sampler_sample`; only when the grammar refuses it are all of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

import llama_cpp
import numpy as np

NO_WAY = -np.inf
"""What the grammar makes of the logit of a token that it does not allow."""
_ROW = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""The layout of llama_token_data."""


class Reader:
    """A model, and the request that it has read last, in pieces.

    Pieces that two requests begin with are read once. Each is a batch of its own, whatever was
    read before, so that an answer depends on nothing but its request, to the last bit.
    """

    def __init__(self, model: llama_cpp.Llama) -> None:
        self._model = model
        self._read: Sequence[Sequence[int]] = ()

    def read(self, pieces: Sequence[Sequence[int]]) -> None:
        """Evaluates a request; the logits after its last token are then the model's."""
        kept = min(_alike(self._read, pieces), len(pieces) - 1)
        self.forget()
        self._model.n_tokens = sum(map(len, pieces[:kept]))
        for piece in pieces[kept:]:
            self._model.eval(piece)
        self._read = pieces

    def forget(self) -> None:
        """Lets go of what was read, because the model has been used for something else."""
        self._read = ()
        self._model.reset()

    def write(self, grammar: str, max_tokens: int) -> str:
        """The likeliest text after what was read, within a GBNF grammar."""
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
    """How many pieces two requests have in common before the first that differs."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


class _Allowing:
    """What a grammar allows next, while a text is being written."""

    def __init__(self, model: llama_cpp.Llama, grammar: ctypes.c_void_p) -> None:
        self._context = model.ctx
        self._vocabulary = llama_cpp.llama_model_get_vocab(model.model)
        self._size = model.n_vocab()
        self._grammar = grammar

    def likeliest(self) -> int:
        """The token of the largest logit among those that are allowed, which is then written."""
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
        """The logits of tokens, of those that are not allowed NO_WAY."""
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
