"""Flags shared by commands, and the settings made from them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from t2i_chat.cli.logs import configure_logs
from t2i_chat.core.settings import MAX_GUIDANCE, MAX_SEED, MAX_STEPS, Settings, read_settings

DataDir = Annotated[Path | None, typer.Option(help="Folder that keeps the conversations.")]
Profile = Annotated[
    str | None, typer.Option(help="The model: a profile's name, a hub id or a folder.")
]
Device = Annotated[str | None, typer.Option(help="auto, cpu, cuda or mps.")]
Llm = Annotated[str | None, typer.Option(help="embedded, a GGUF file or a hub id.")]
Segmenter = Annotated[
    str | None,
    typer.Option(help="embedded, a CLIPSeg's folder or hub id, or GROUNDING-DINO+SAM-2."),
]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]
Share = Annotated[bool | None, typer.Option(help="Open a public link as well.")]
Mcp = Annotated[bool | None, typer.Option(help="Let agents paint (Model Context Protocol).")]
Auth = Annotated[
    str | None,
    typer.Option(
        metavar="USER:PASSWORD",
        help="Ask for these; T2I_CHAT_AUTH keeps them out of the list of processes.",
    ),
]

Seed = Annotated[int | None, typer.Option(min=0, max=MAX_SEED, help="Draw the noise from this.")]
Steps = Annotated[int | None, typer.Option(min=1, max=MAX_STEPS, help="Denoising steps.")]
Guidance = Annotated[
    float | None, typer.Option(min=0, max=MAX_GUIDANCE, help="How closely to keep to the words.")
]
Out = Annotated[Path, typer.Option("--out", "-o", help="The PNG file to write.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def settings_of(**flags: object) -> Settings:
    """The settings with these flags over all else; sets the log level to errors.

    Raises BadSetting.
    """
    settings = read_settings(**flags)
    configure_logs(as_json=settings.log_json, level=logging.ERROR)
    return settings
