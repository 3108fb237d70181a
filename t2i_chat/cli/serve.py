"""The commands serve, settings, models, bench and version."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from pydantic import SecretStr

from t2i_chat import __version__, app, hub
from t2i_chat.cli import flags
from t2i_chat.cli.logs import configure_logs
from t2i_chat.cli.streams import as_json, note, tell
from t2i_chat.core.errors import HostError
from t2i_chat.core.registry import PROFILES, ModelFacts
from t2i_chat.core.settings import PREFIX, sources


def serve(
    data_dir: flags.DataDir = None,
    profile: flags.Profile = None,
    host: flags.Host = None,
    port: flags.Port = None,
    share: flags.Share = None,
    mcp: flags.Mcp = None,
    auth: flags.Auth = None,
    device: flags.Device = None,
    llm: flags.Llm = None,
    segmenter: flags.Segmenter = None,
) -> None:
    """Serve the page."""
    from t2i_chat import ui

    settings = flags.settings_of(
        data_dir=data_dir, profile=profile, host=host, port=port, share=share, mcp=mcp,
        auth=auth, device=device, llm=llm, segmenter=segmenter,
    )  # fmt: skip
    configure_logs(as_json=settings.log_json)
    app.check_model(settings)
    store = app.open_store(settings)
    warm_up = app.WarmUp(settings, store)
    page = ui.build(
        warm_up.open_session, store, settings, warm_up.waiting_for, warm_up.models,
        app.tokens_of,
    )  # fmt: skip
    try:
        address = ui.launch(
            page, settings, store, prevent_thread_lock=True, on_answer=warm_up.begin
        )
    except OSError:
        raise HostError(
            f"Port {settings.port} is taken. Choose another: t2i-chat serve --port 7861"
        ) from None
    tell(f"Open {address} in a browser. Ctrl+C ends it.")
    warm_up.begin_within(app.PATIENCE)
    page.block_thread()


def settings(
    data_dir: flags.DataDir = None,
    profile: flags.Profile = None,
    host: flags.Host = None,
    port: flags.Port = None,
    share: flags.Share = None,
    mcp: flags.Mcp = None,
    auth: flags.Auth = None,
    device: flags.Device = None,
    llm: flags.Llm = None,
    segmenter: flags.Segmenter = None,
    json: flags.AsJson = False,
) -> None:
    """Print every setting, its value and where that came from; secrets are not shown."""
    said = {
        "data_dir": data_dir, "profile": profile, "host": host, "port": port, "share": share,
        "mcp": mcp, "auth": auth, "device": device, "llm": llm, "segmenter": segmenter,
    }  # fmt: skip
    values, found = flags.settings_of(**said), sources(**said)
    shown = {name: (_shown(getattr(values, name)), found[name]) for name in found}
    if json:
        tell(as_json({name: {"value": v, "source": source} for name, (v, source) in shown.items()}))
        return
    _columns([(PREFIX + name.upper(), str(v), source) for name, (v, source) in shown.items()])


def _shown(value: object) -> object:
    if isinstance(value, SecretStr):
        return "(not shown)"
    return value if isinstance(value, str | int | bool | None) else str(value)


def _columns(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        tell("  ".join(cells).rstrip())


def models(json: flags.AsJson = False) -> None:
    """List the models known by name, where they come from, and whether they are here."""
    known = [_model(facts) for facts in PROFILES.values()]
    if json:
        tell(as_json(known))
        return
    rows = [
        (
            str(model["profile"]),
            "on this machine" if model["here"] else "not here yet",
            str(model["size"]),
            f"{model['steps']} steps",
            str(model["source"]),
        )
        for model in known
    ]
    _columns([("profile", "where", "size", "usual", "source"), *rows])
    note("Any folder or hub id of the same families works as well: --profile FOLDER")


def _model(facts: ModelFacts) -> dict[str, object]:
    return {
        "profile": facts.name,
        "source": facts.source,
        "here": hub.is_here(facts),
        "family": facts.family,
        "size": f"{facts.native.width}x{facts.native.height}",
        "steps": facts.num_inference_steps,
        "guidance": facts.guidance_scale,
    }


def bench(
    repeats: Annotated[int, typer.Option(min=1, help="Pictures per figure.")] = 3,
    profile: flags.Profile = None,
    device: flags.Device = None,
    llm: flags.Llm = None,
    json: flags.AsJson = False,
) -> None:
    """Measure the page's start, the first preview, a picture, drift, memory and our overhead."""
    from rich.console import Console
    from rich.table import Table

    from t2i_chat.cli.bench import measure

    figures = measure(flags.settings_of(profile=profile, device=device, llm=llm), repeats)
    if json:
        tell(as_json({name: asdict(figure) for name, figure in figures.items()}))
        return
    table = Table("figure", "measured", "goal")
    for name, figure in figures.items():
        table.add_row(name, figure.value, figure.goal)
    Console().print(table)


def version() -> None:
    """Print the version."""
    tell(__version__)
