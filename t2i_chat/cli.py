"""The command line: serve the page, hold a conversation without one, replay, measure.

It composes and prints; it decides nothing about pictures. Errors are one sentence on standard
error and a non-zero exit.
"""

from __future__ import annotations

import json
import random
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from t2i_chat import __version__, compose
from t2i_chat.chat import ChatSession
from t2i_chat.errors import HostError, T2IChatError
from t2i_chat.logs import configure_logs
from t2i_chat.messages import Enriched, Message, Moved, Painted, Said, Understood
from t2i_chat.settings import MAX_SEED, Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Paint by talking.")
out = Console()
err = Console(stderr=True)

Home = Annotated[Path | None, typer.Option(help="Folder that keeps the conversations.")]
Model = Annotated[str | None, typer.Option(help="A profile, a hub id or a model folder.")]


def _settings(**said: object) -> Settings:
    named = {key: value for key, value in said.items() if value is not None}
    try:
        settings = Settings.model_validate(Settings().model_dump() | named)
    except ValidationError as error:
        fault = error.errors()[0]
        name = "_".join(str(part) for part in fault["loc"]).upper()
        raise HostError(f"The setting T2I_{name} cannot be used: {fault['msg']}.") from None
    configure_logs(as_json=settings.log_json)
    return settings


@app.command()
def serve(
    home: Home = None,
    model: Model = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    share: Annotated[bool | None, typer.Option(help="Open a public link as well.")] = None,
) -> None:
    """Serve the page."""
    from t2i_chat import ui

    settings = _settings(home=home, model=model, host=host, port=port, share=share)
    compose.check_model(settings)
    store = compose.open_store(settings)
    warm_up = compose.WarmUp(settings, store)
    page = ui.build(warm_up.open_session, store, settings, warm_up.waiting_for)
    try:
        address = ui.launch(page, settings, prevent_thread_lock=True)
    except OSError:
        raise HostError(
            f"Port {settings.port} is taken. Choose another: t2i-chat serve --port 7861"
        ) from None
    out.print(f"Open {address} in a browser. Ctrl+C ends it.")
    page.block_thread()


@app.command()
def chat(
    script: Annotated[Path | None, typer.Argument(help="A file with one message a line.")] = None,
    home: Home = None,
    model: Model = None,
    conversation: Annotated[str | None, typer.Option(help="Go on with this one.")] = None,
    export: Annotated[Path | None, typer.Option(help="Export the conversation here.")] = None,
    seed: Annotated[int | None, typer.Option(help="Draw all seeds from this one.")] = None,
) -> None:
    """Hold a conversation on the terminal, or run a script of messages."""
    lines = _lines(script)
    settings = _settings(home=home, model=model)
    store = compose.open_store(settings)
    parts = compose.build_parts(settings, store)
    if seed is not None:
        parts = replace(parts, draw_seed=partial(random.Random(seed).randrange, MAX_SEED + 1))
    session = ChatSession(parts, conversation or store.new_conversation())
    out.print(f"conversation {session.conversation}")
    problems = sum(_turn(session, line) for line in lines)
    if export is not None:
        store.export(session.conversation, export)
        out.print(f"exported to {export}")
    raise typer.Exit(1 if script and problems else 0)


def _lines(script: Path | None) -> Iterable[str]:
    if script is None:
        return iter(lambda: out.input("[bold]> "), "") if sys.stdin.isatty() else _spoken(sys.stdin)
    if not script.is_file():
        raise typer.BadParameter(f"There is no file {script}.")
    return _spoken(script.read_text(encoding="utf-8").splitlines())


def _spoken(lines: Iterable[str]) -> Iterator[str]:
    return (line.strip() for line in lines if line.strip())


def _turn(session: ChatSession, text: str) -> bool:
    """Says one message and prints what comes back; true when there was a problem."""
    out.print(f"[bold]> {text}")
    problem = False
    for event in session.reply(Message(text=text), threading.Event()):
        match event:
            case Understood(words):
                out.print(f"  [dim]{words}")
            case Enriched(prompt, added) if added:
                out.print(f"  [dim]painted from: {prompt}")
            case Painted(version):
                receipt = version.receipt
                proof = f", max_outside {receipt.max_outside}" if receipt else ""
                seed = version.recipe.seed
                out.print(f"  version {version.number}: seed {seed}{proof}")
                out.print(f"  [dim]sha256 {version.sha256[:16]}")
            case Moved(version):
                out.print(f"  back at version {version.number}")
            case Said(words, options, tone):
                out.print(f"  {words} {' / '.join(options)}")
                problem |= tone == "problem"
    return problem


@app.command()
def paint(
    prompt: str,
    output: Annotated[Path, typer.Option("--output", "-o", help="PNG file.")] = Path("picture.png"),
    seed: int = 0,
    model: Model = None,
) -> None:
    """Paint one picture to a file, without a conversation."""
    from t2i_chat import prepare
    from t2i_chat.plan import Generate
    from t2i_chat.png import png_info
    from t2i_chat.recipe import Rendered

    if not output.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {output.parent}.")
    renderer = compose.build_renderer(_settings(model=model))
    action = Generate(prompt=prompt, seed=seed)
    (job,) = prepare.generate(
        action, prompt, facts=renderer.facts, params=prepare.Params(), drawn_seed=seed
    )
    for event in renderer.render(job.request, threading.Event()):
        if isinstance(event, Rendered):
            event.image.save(output, pnginfo=png_info(event.recipe))
    out.print(f"{output}")


@app.command()
def plan(
    text: Annotated[str | None, typer.Argument(help="One message.")] = None,
    picture: Annotated[str | None, typer.Option(help="What the picture so far shows.")] = None,
    batch: Annotated[
        tuple[Path, Path] | None, typer.Option(help="Labelled requests in, plans out (JSONL).")
    ] = None,
) -> None:
    """Show what a message is understood as."""
    from t2i_chat.planner import plan_batch
    from t2i_chat.ports import PlanContext

    planner = compose.build_planner(_settings())
    if batch is not None:
        rows = [json.loads(line) for line in batch[0].read_text(encoding="utf-8").splitlines()]
        lines = (json.dumps(row, ensure_ascii=False) for row in plan_batch(planner, rows))
        batch[1].write_text("\n".join(lines) + "\n", encoding="utf-8")
        return
    if text is None:
        raise typer.BadParameter("Say a message, or --batch IN OUT.")
    shown = {1: picture} if picture else {}
    understood = planner.plan(text, PlanContext(shown, current=1 if picture else None))
    out.print_json(understood.model_dump_json(exclude_none=True))
    out.print(planner.explain(understood))


@app.command()
def replay(
    folder: Annotated[
        Path,
        typer.Argument(exists=True, file_okay=False, help="An export, or a home."),
    ],
    model: Model = None,
) -> None:
    """Paint kept conversations again and compare every picture, bit for bit."""
    from t2i_chat.replay import replay_folder

    report = replay_folder(folder, compose.build_renderer(_settings(model=model)))
    out.print(str(report))
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def bench(
    repeats: Annotated[int, typer.Option(min=1, help="Pictures per figure.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Measure the page's start, the first preview, a picture, memory and our overhead."""
    from t2i_chat.bench import measure

    figures = measure(_settings(), repeats)
    if as_json:
        out.print_json(data={name: asdict(figure) for name, figure in figures.items()})
        return
    table = Table("figure", "measured", "goal")
    for name, figure in figures.items():
        table.add_row(name, figure.value, figure.goal)
    out.print(table)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


def main() -> None:
    """Runs the command line; errors become a sentence and exit code 1."""
    compose.quiet_libraries()
    try:
        app()
    except T2IChatError as error:
        err.print(str(error))
        sys.exit(1)
