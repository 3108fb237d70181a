"""Every setting of the program, with its limits; knows no model and opens no file.

Read once from the environment (`T2I_…`), a `.env` file or the command line, then frozen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MAX_COUNT = 4
"""Most pictures one message may ask for."""
MAX_SEED = 2**32 - 1
"""Largest seed, as other programs have it."""
MAX_STEPS = 150
"""Most denoising steps that can be asked for."""
MAX_WORDS = 2_000
"""Most characters in one message or prompt."""


def _home() -> Path:
    return Path.home() / ".t2i-chat"


class Settings(BaseSettings):
    """How this installation runs."""

    model_config = SettingsConfigDict(
        env_prefix="T2I_", env_file=".env", extra="ignore", frozen=True, protected_namespaces=()
    )

    home: Path = Field(default_factory=_home, description="where conversations are kept")
    model: str = Field(default="storybook", description="a profile's name, hub id or folder")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(default="auto")
    llm: str = Field(default="embedded", description="`embedded`, a GGUF file or hub id")
    llm_threads: int = Field(
        default=1, ge=1, le=64, description="CPU threads for words; a small model likes one"
    )
    paint_threads: int | None = Field(
        default=None, ge=1, le=64, description="CPU threads for pictures; pins their last bits"
    )
    enrich: bool = Field(default=True, description="add words of light and mood to prompts")
    host: str = Field(default="127.0.0.1")
    port: int = Field(default=7860, ge=0, le=65535)
    share: bool = Field(default=False, description="open a public link")
    preview_every: int = Field(default=1, ge=1, description="steps between previews")
    max_upload_megabytes: int = Field(default=20, ge=1)
    messages_per_minute: int = Field(default=30, ge=1, description="limit for one person")
    log_json: bool = Field(default=False, description="machine-readable logs")
