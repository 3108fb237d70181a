"""The `generate` and `edit` commands: one picture to a file, from a prompt or from a picture."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from t2i_chat import app
from t2i_chat.cli import flags
from t2i_chat.cli.streams import note, read_bytes, require_folder, tell, write
from t2i_chat.core.errors import CannotDo
from t2i_chat.core.settings import Settings

Enrich = Annotated[bool, typer.Option(help="Add words of light and mood.")]


def generate(
    prompt: Annotated[str, typer.Argument(help="What to paint.")],
    out: flags.Out,
    seed: flags.Seed = None,
    steps: flags.Steps = None,
    guidance: flags.Guidance = None,
    negative: Annotated[str | None, typer.Option(help="What to leave out.")] = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="Size in pixels.")] = None,
    enrich: Enrich = True,
    profile: flags.Profile = None,
    device: flags.Device = None,
    llm: flags.Llm = None,
) -> None:
    """Paint one picture to a file, without a conversation."""
    from t2i_chat.core.actions import Generate
    from t2i_chat.core.params import Params
    from t2i_chat.core.recipe import Rendered
    from t2i_chat.editing import requests
    from t2i_chat.imaging.png_metadata import png_info
    from t2i_chat.planning.planner import description
    from t2i_chat.store.atomic_files import png_bytes
    from t2i_chat.text.lexicon import told, whole

    words = description(prompt)
    params = Params.said(seed=seed, steps=steps, guidance=guidance, negative=negative, size=size)
    require_folder(out)
    settings = flags.settings_of(profile=profile, device=device, llm=llm)
    app.check_model(settings)
    renderer = app.build_renderer(settings)
    lexicon = app.lexicon_for(renderer.facts.name)
    known = whole(words, lexicon)
    (job,) = requests.generate(
        Generate(prompt=words),
        _enriched(known, settings) if enrich and settings.enrich else known,
        facts=renderer.facts,
        params=params,
        drawn_seed=requests.draw_seed(),
        lexicon=lexicon,
    )
    for event in renderer.render(job.request, threading.Event()):
        if isinstance(event, Rendered):
            write(out, png_bytes(event.image, png_info(event.recipe)))
            tell(f"{out}: seed {event.recipe.seed}")
    for sentence in told(lexicon.read(words), new=True):
        note(sentence)


def _enriched(words: str, settings: Settings) -> str:
    enriched = app.build_planner(settings).enrich(words)
    if enriched.added:
        note(f"I added: {', '.join(enriched.added)}.")
    return enriched.prompt


def edit(
    image: Annotated[Path, typer.Argument(help="The picture to change.")],
    request: Annotated[str, typer.Argument(help="What shall change.")],
    out: flags.Out,
    mask: Annotated[
        Path | None, typer.Option(help="A picture of the same shape, white where it may change.")
    ] = None,
    seed: flags.Seed = None,
    enrich: Enrich = True,
    data_dir: flags.DataDir = None,
    profile: flags.Profile = None,
    device: flags.Device = None,
    llm: flags.Llm = None,
) -> None:
    """Change a picture as asked. The conversation it starts is kept with the others."""
    from t2i_chat.chat.session import ChatSession
    from t2i_chat.cli.record import Record, proof
    from t2i_chat.core.events import Message
    from t2i_chat.imaging.decode import open_mask
    from t2i_chat.planning.planner import readable

    picture = read_bytes(image)
    message = Message(
        text=readable(request),
        upload=picture,
        mask=open_mask(read_bytes(mask), picture) if mask else None,
        enrich=enrich,
    )
    require_folder(out)
    settings = flags.settings_of(data_dir=data_dir, profile=profile, device=device, llm=llm)
    app.check_model(settings)
    parts = app.build_parts(settings, app.open_store(settings))
    session = ChatSession(parts, parts.store.new_conversation())
    if seed is not None:
        parts.store.set_params(session.conversation, {"seed": seed})
    record = Record(request, goes_on=False)
    for event in session.reply(message, threading.Event()):
        record.add(event)
    if record.problem or len(record.versions) < 2:
        raise CannotDo(record.words[-1])
    uploaded, *_, changed = record.versions
    for words in record.words:
        if words != uploaded.summary:
            note(words)
    write(out, read_bytes(Path(parts.store.image_path(changed))))
    tell(f"{out}: seed {changed.recipe.seed}{proof(changed)}")
