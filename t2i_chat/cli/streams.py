"""Reads and writes files and standard streams; errors become BadFile or StoreError sentences."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from t2i_chat.core.errors import BadFile


def tell(text: str) -> None:
    """Prints a line of the result to standard output."""
    typer.echo(text)


def note(text: str) -> None:
    """Prints a line for people to standard error."""
    typer.echo(text, err=True)


def as_json(value: object) -> str:
    """A value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def read_bytes(path: Path) -> bytes:
    """A file's content. Raises BadFile when there is none to be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BadFile(f"There is no file {path}.") from None
    except OSError as fault:
        raise BadFile(f"{path} cannot be read: {fault.strerror}.") from None


def read_lines(path: Path) -> list[str]:
    """A text file's lines, blank ones too. Raises BadFile when it is missing or not UTF-8."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(f"{path} is not a text file in UTF-8.") from None
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []


def require_folder(path: Path) -> None:
    """Raises BadFile when the folder that `path` is to be written to is not there."""
    if not path.parent.is_dir():
        raise BadFile(f"There is no folder {path.parent}.")
    if path.is_dir():
        raise BadFile(f"{path} is a folder. Please name a file.")


def write(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all. Raises StoreError when the disk does not take it."""
    from t2i_chat.store.atomic_files import publish, staged
    from t2i_chat.store.faults import in_sentences

    folder = path.parent.absolute()
    with in_sentences(folder, "name another folder"), staged(content, folder) as partial:
        publish(partial, path)
