"""Settings of the installation: T2I_CHAT_… environment variables, `.env` file, command-line flags.

Read once, then frozen. The command line overrides `.env`, which overrides the environment;
`sources` tells where each value came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from t2i_chat.core.errors import BadSetting

MAX_COUNT = 4
"""Maximum number of pictures one message may ask for."""
MAX_SEED = 2**32 - 1
"""Largest seed (32 bits, as in other programs)."""
MAX_STEPS = 150
"""Maximum number of denoising steps that can be asked for."""
MAX_GUIDANCE = 30.0
"""Largest guidance scale that can be asked for."""
MAX_WORDS = 2_000
"""Maximum length of a message or prompt, in characters."""
EMBEDDED = "embedded"
"""The language model and the segmenter that are installed with the program."""
PREFIX = "T2I_CHAT_"
"""Prefix of all environment variables."""

Source = Literal["default", "environment", ".env", "command line"]


def _default_folder() -> Path:
    return Path.home() / ".t2i-chat"


def _credentials(auth: SecretStr) -> SecretStr:
    user, colon, password = auth.get_secret_value().partition(":")
    if not (user and colon and password):
        raise PydanticCustomError("auth", "it is written user:password")
    return auth


class Settings(BaseSettings):
    """How this installation runs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        dotenv_filtering="only_existing",
        extra="ignore",
        frozen=True,
        protected_namespaces=(),
        hide_input_in_errors=True,
    )

    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=_default_folder, description="folder that keeps the conversations"
    )
    profile: str = Field(
        default="storybook", min_length=1, description="model: a profile, a hub id or a folder"
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto", description="what the model runs on"
    )
    llm: str = Field(
        default=EMBEDDED, min_length=1, description="language model: embedded, a GGUF, a hub id"
    )
    segmenter: str = Field(
        default=EMBEDDED,
        min_length=1,
        description="what finds things: embedded, a CLIPSeg, a SAM 3, or GroundingDINO+SAM 2",
    )
    llm_threads: int = Field(
        default=1, ge=1, le=64, description="CPU threads for words; a small model likes one"
    )
    paint_threads: int | None = Field(
        default=None, ge=1, le=64, description="CPU threads for pictures; pins their last bits"
    )
    enrich: bool = Field(default=True, description="add words of light and mood to prompts")
    self_check: bool = Field(
        default=True, description="look whether an edit worked, and try once more if it did not"
    )
    judge: str | None = Field(
        default=None, min_length=1, description="a CLIP or SigLIP that looks at edits as well"
    )
    style: str | None = Field(
        default=None, min_length=1, description="style preset that prompts are enriched in"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=7860, ge=0, le=65535, description="port; 0 takes a free one")
    share: bool = Field(default=False, description="open a public link as well")
    mcp: bool = Field(default=False, description="let agents paint, by the Model Context Protocol")
    auth: Annotated[SecretStr, AfterValidator(_credentials)] | None = Field(
        default=None, description="user:password that the page asks for"
    )
    preview_every: int = Field(default=1, ge=1, description="steps between previews")
    max_upload_megabytes: int = Field(default=20, ge=1, description="largest picture brought along")
    messages_per_minute: int = Field(default=30, ge=1, description="limit for one person")
    log_json: bool = Field(default=False, description="logs for machines")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Precedence of the sources: the command line over the `.env` file over the environment."""
        return init_settings, dotenv_settings, env_settings

    @property
    def login(self) -> tuple[str, str] | None:
        """User and password the page asks for (`auth`); None when it is open to all."""
        if self.auth is None:
            return None
        user, _, password = self.auth.get_secret_value().partition(":")
        return user, password


def read_settings(**flags: object) -> Settings:
    """The settings; flags of the command line that are not None override all else.

    Raises BadSetting, naming the setting and where it was set, for a value that cannot be used.
    """
    said = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings.model_validate(said)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        if not fault["loc"]:  # the .env file or another source failed as a whole
            raise BadSetting("The file .env cannot be read: it is not UTF-8 text.") from None
        name = str(fault["loc"][0])
        raise BadSetting(
            f"The setting {PREFIX}{name.upper()} ({sources(**said)[name]}) cannot be used: "
            f"{fault['msg'][0].lower()}{fault['msg'][1:]}."
        ) from None


def sources(**flags: object) -> Mapping[str, Source]:
    """Where each setting's value came from; `flags` as for `read_settings`."""
    found: dict[str, Source] = dict.fromkeys(Settings.model_fields, "default")
    found |= dict.fromkeys(EnvSettingsSource(Settings)(), "environment")
    found |= dict.fromkeys(DotEnvSettingsSource(Settings)(), ".env")
    said = (name for name, value in flags.items() if value is not None)
    return found | dict.fromkeys(said, "command line")
