"""Trains the BPE tokenizer on captions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from t2i_chat.storybook.networks import MAX_TOKENS
from t2i_chat.storybook.scenes import sample_scene
from t2i_chat.storybook.vocabulary import load_vocabulary
from training.storybook.scene_captions import caption

START, END = "<|startoftext|>", "<|endoftext|>"
SIZE = 3072


def train_tokenizer(captions: int = 12_000) -> CLIPTokenizer:
    """Return a CLIP tokenizer whose merges were learnt from scene captions."""
    bpe = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=END))
    bpe.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        initial_alphabet=alphabet,
        end_of_word_suffix="</w>",
        show_progress=False,
        special_tokens=[],
    )
    bpe.train_from_iterator(_sentences(captions), trainer)
    learnt = json.loads(bpe.to_str())["model"]
    return _clip_tokenizer(learnt["vocab"], [tuple(pair) for pair in learnt["merges"]], alphabet)


def _clip_tokenizer(
    learnt: dict[str, int], merges: list[tuple[str, str]], alphabet: list[str]
) -> CLIPTokenizer:
    words = sorted(learnt, key=lambda word: learnt[word])
    # A letter that never ended a training word still needs its end-of-word form.
    words += [letter + "</w>" for letter in alphabet if letter + "</w>" not in learnt]
    vocab = {word: index for index, word in enumerate([*words, START, END])}
    return CLIPTokenizer(
        vocab=vocab,
        merges=merges,
        model_max_length=MAX_TOKENS,
        bos_token=START,
        eos_token=END,
        unk_token=END,
        pad_token=END,
    )


def obtain_tokenizer(folder: Path) -> CLIPTokenizer:
    """Open the tokenizer in `folder`, trained first if there is none: all stages share one."""
    if not folder.exists():
        train_tokenizer().save_pretrained(folder)
    tokenizer: CLIPTokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer


def _sentences(count: int) -> Iterator[str]:
    rng = np.random.default_rng(0)
    for seed in range(count):
        yield caption(sample_scene(seed), rng)
    words = load_vocabulary()
    every = [
        *(w for n in words.nouns.values() for w in (n.noun, n.plural, *n.synonyms)),
        *(w for c in words.colours.values() for w in (c.name, *c.synonyms)),
        *words.styles,
        *words.adjectives,
        *words.details,
    ]
    yield from (word for word in every for _ in range(20))
