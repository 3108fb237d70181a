"""The `plan` command: shows how messages are understood, without rendering."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from t2i_chat import app
from t2i_chat.cli import flags
from t2i_chat.cli.streams import as_json, note, read_lines, require_folder, tell, write
from t2i_chat.core.errors import BadFile


def plan(
    message: Annotated[str | None, typer.Argument(help="One message.")] = None,
    context: Annotated[
        Path | None,
        typer.Option(help='JSON with "context" and "current", as a row of --batch has them.'),
    ] = None,
    batch: Annotated[Path | None, typer.Option(help="Messages in, one JSON row a line.")] = None,
    out: Annotated[Path | None, typer.Option(help="Plans out, one JSON row a line.")] = None,
    llm: flags.Llm = None,
) -> None:
    """Show what a message is understood as; nothing is painted.

    Without a context it is asked of a picture that was brought along.
    """
    if (message is None) == (batch is None) or (batch is None) != (out is None):
        raise typer.BadParameter("Say a message, or --batch IN.jsonl --out OUT.jsonl.")
    if batch is not None and out is not None:
        _batch(batch, out, llm)
    elif message is not None:
        _one(message, context, llm)


def _one(message: str, context: Path | None, llm: str | None) -> None:
    from t2i_chat.cli.plan_batch import context_of, dumped

    seen = context_of(_row("\n".join(read_lines(context)), context) if context else {})
    planner = app.build_planner(flags.settings_of(llm=llm))
    understood = planner.plan(message, seen)
    tell(as_json({"actions": dumped(understood)}))
    if told := planner.explain(understood):
        note(told)


def _batch(source: Path, out: Path, llm: str | None) -> None:
    from t2i_chat.cli.plan_batch import plan_batch

    require_folder(out)
    rows = list(_rows(source))
    planner = app.build_planner(flags.settings_of(llm=llm))
    lines = [as_json(row) + "\n" for row in plan_batch(planner, rows)]
    write(out, "".join(lines).encode())


def _rows(source: Path) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(read_lines(source), start=1):
        if line.strip():
            yield _row(line, f"Line {number} of {source}")


def _row(text: str, where: object) -> Mapping[str, Any]:
    try:
        row = json.loads(text)
    except ValueError:
        raise BadFile(f"{where} is not JSON.") from None
    if not isinstance(row, dict):
        raise BadFile(f"{where} is not a JSON object.")
    return row
