"""The `chat` command: a conversation in the terminal, or a script of messages."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2i_chat import app
from t2i_chat.cli import flags
from t2i_chat.cli.streams import as_json, note, read_lines, tell
from t2i_chat.core.settings import MAX_SEED

if TYPE_CHECKING:
    from t2i_chat.chat.session import ChatSession, Parts
    from t2i_chat.cli.record import Record
    from t2i_chat.core.events import Message


def chat(
    script: Annotated[
        Path | None, typer.Option(help="A file with one message a line; a blank one is empty.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the pictures and conversation.json.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=MAX_SEED, help="Seed of the first picture; the next follow on."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a message.")] = False,
    enrich: Annotated[bool, typer.Option(help="Add words of light and mood.")] = True,
    conversation: Annotated[str | None, typer.Option(help="Go on with this one.")] = None,
    data_dir: flags.DataDir = None,
    profile: flags.Profile = None,
    device: flags.Device = None,
    llm: flags.Llm = None,
    segmenter: flags.Segmenter = None,
) -> None:
    """Hold a conversation on the terminal, or run a script of messages.

    Every message is run; the exit is 1 when one of a script's could not be done.
    """
    from t2i_chat.chat.session import ChatSession
    from t2i_chat.core.events import Message

    if json and out is None:
        raise typer.BadParameter("With --json, say where the pictures go: --out DIR.")
    messages = read_lines(script) if script else _spoken()
    settings = flags.settings_of(
        data_dir=data_dir, profile=profile, device=device, llm=llm, segmenter=segmenter
    )
    app.check_model(settings)
    store = app.open_store(settings)
    conversation = conversation or store.new_conversation()
    if out is not None:
        store.export(conversation, out)  # first of all, so that a folder of no use is told at once
    session = ChatSession(_seeded(app.build_parts(settings, store), seed), conversation)
    if not json:
        tell(f"conversation {conversation}")
    problems = 0
    for number, text in enumerate(messages, start=1):
        record = _turn(session, Message(text=text, enrich=enrich), quiet=json)
        if out is not None:
            store.export(conversation, out)
        if json:
            tell(as_json(record.row()))
        if script and record.problem:
            note(f"Message {number}: {record.words[-1]}")
            problems += 1
    raise typer.Exit(1 if problems else 0)


def _seeded(parts: Parts, seed: int | None) -> Parts:
    if seed is None:
        return parts
    seeds = itertools.count(seed)
    return replace(parts, draw_seed=lambda: next(seeds) % (MAX_SEED + 1))


def _spoken() -> Iterable[str]:
    """What is typed, or comes through a pipe; blank lines say nothing, and end what is typed."""
    if sys.stdin.isatty():
        return iter(_typed, "")
    return (line.strip() for line in sys.stdin if line.strip())


def _typed() -> str:
    try:
        return str(typer.prompt(">", default="", prompt_suffix=" ", show_default=False)).strip()
    except typer.Abort:
        return ""


def _turn(session: ChatSession, message: Message, *, quiet: bool) -> Record:
    """Says one message and prints what comes back."""
    from t2i_chat.cli.record import Record, lines_of

    record = Record(message.text)
    if not quiet:
        tell(f"> {message.text}")
    for event in session.reply(message, threading.Event()):
        record.add(event)
        if not quiet:
            for line in lines_of(event):
                tell(f"  {line}")
    record.end()
    return record
