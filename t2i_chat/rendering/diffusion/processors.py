"""Text and image processors for FLUX.2 and Qwen-Image-Edit that do without torchvision.

The original processors need torchvision, for video and for pictures no pipeline here passes.
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
    """The text part of a PixtralProcessor, for FLUX.2."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, **kwargs: Any) -> None:  # noqa: ANN401  the library's own
        super().__init__(tokenizer, **kwargs)


class PictureReader(Qwen2VLProcessor):  # type: ignore[misc]  # as above
    """The text and image parts of a Qwen2VLProcessor, for Qwen-Image-Edit."""

    def __init__(
        self,
        image_processor: Qwen2VLImageProcessorPil,
        tokenizer: PreTrainedTokenizerFast,
        **kwargs: Any,  # noqa: ANN401  the library's own
    ) -> None:
        super().__init__(image_processor, tokenizer, **kwargs)


def readers(folder: Path) -> dict[str, ProcessorMixin]:
    """The components of the pipeline in `folder` to be replaced by these, by name; often none."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    kinds = {"PixtralProcessor": _words, "Qwen2VLProcessor": _pictures}
    parts = {name: kind[1] for name, kind in index.items() if isinstance(kind, list)}
    return {name: kinds[kind](folder / name) for name, kind in parts.items() if kind in kinds}


def is_reader(part: object) -> bool:
    """Whether a pipeline component is one of these."""
    return isinstance(part, WordReader | PictureReader)


def _words(folder: Path) -> WordReader:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    return WordReader(tokenizer, chat_template=tokenizer.chat_template)


def _pictures(folder: Path) -> PictureReader:
    return PictureReader(
        Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True),
        PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True),
    )
