"""The Typer app with all commands, and how an error ends the process."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from t2i_chat import app
from t2i_chat.cli import chat, doctor, paint, pictures, plan, serve
from t2i_chat.cli.streams import note
from t2i_chat.core.errors import T2IChatError

commands = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Paint by talking.",
    pretty_exceptions_show_locals=False,
)
for command in (
    serve.serve,
    paint.generate,
    chat.chat,
    paint.edit,
    plan.plan,
    pictures.inspect,
    pictures.compare,
    pictures.export,
    pictures.replay,
    pictures.save,
    doctor.doctor,
    serve.models,
    serve.settings,
    serve.bench,
    serve.version,
):
    commands.command()(command)
commands.command("import")(pictures.take_in)


def main(words: Sequence[str] | None = None) -> None:
    """Runs the command line and ends the program.

    Exit 0 when all went well, 1 after an error, 2 when the words made no command; every error is
    a sentence on standard error.
    """
    app.quiet_libraries()
    try:
        code = commands(args=words, standalone_mode=False)
    except T2IChatError as error:
        _end(str(error), 1)
    except typer.TyperException as error:
        _end(_usage(error), 2)
    except typer.Abort:
        _end("", 130)
    except MemoryError:
        _end("This machine's memory is full. Choose a smaller picture or a smaller model.", 1)
    except OSError as error:
        _end(f"{error.filename or 'A file'} cannot be used: {error.strerror}.", 1)
    sys.exit(code or 0)


def _usage(error: typer.TyperException) -> str:
    said = str(getattr(error, "format_message", error.__str__)()).strip()
    return said if not said or said[-1] in ".?" else f"{said}."


def _end(sentence: str, code: int) -> None:
    if sentence:
        note(sentence)
    sys.exit(code)
