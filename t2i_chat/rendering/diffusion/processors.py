"""What reads words and pictures for the largest text encoders; it knows no pipeline.

The library's own processors need torchvision, for films and for pictures that no pipeline here
gives them. These two do without.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from transformers import (
    PreTrainedTokenizerFast,
    ProcessorMixin,
    Qwen2VLImageProcessorPil,
    Qwen2VLProcessor,
)

from t2i_chat.core.registry import INDEX


class WordReader(ProcessorMixin):  # type: ignore[misc]  # the library is not typed
    """The words of a PixtralProcessor, as FLUX.2 reads them."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, **kwargs: Any) -> None:  # noqa: ANN401  the library's own
        super().__init__(tokenizer, **kwargs)


class PictureReader(Qwen2VLProcessor):  # type: ignore[misc]  # as above
    """The words and pictures of a Qwen2VLProcessor, as Qwen-Image-Edit reads them."""

    def __init__(
        self,
        image_processor: Qwen2VLImageProcessorPil,
        tokenizer: PreTrainedTokenizerFast,
        **kwargs: Any,  # noqa: ANN401  the library's own
    ) -> None:
        super().__init__(image_processor, tokenizer, **kwargs)


def readers(folder: Path) -> dict[str, ProcessorMixin]:
    """The parts of the pipeline in `folder` that are read by these, by name; often none."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    kinds = {"PixtralProcessor": _words, "Qwen2VLProcessor": _pictures}
    parts = {name: kind[1] for name, kind in index.items() if isinstance(kind, list)}
    return {name: kinds[kind](folder / name) for name, kind in parts.items() if kind in kinds}


def is_reader(part: object) -> bool:
    """Whether a part of a pipeline is one of these, in place of one that needs torchvision."""
    return isinstance(part, WordReader | PictureReader)


def _words(folder: Path) -> WordReader:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    return WordReader(tokenizer, chat_template=tokenizer.chat_template)


def _pictures(folder: Path) -> PictureReader:
    return PictureReader(
        Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True),
        PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True),
    )
