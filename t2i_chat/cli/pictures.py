"""Commands for existing pictures: inspect, compare, export a script, save, import, replay."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2i_chat import app
from t2i_chat.cli import flags
from t2i_chat.cli.streams import as_json, note, read_bytes, require_folder, tell, write
from t2i_chat.core.errors import BadFile, CannotDo

if TYPE_CHECKING:
    from t2i_chat.core.recipe import Layout, Recipe, Region


def inspect(
    png: Annotated[Path, typer.Argument(help="A picture this program painted.")],
    json: flags.AsJson = False,
) -> None:
    """Show the recipe inside a picture."""
    from t2i_chat.core.recipe import pixels_sha256
    from t2i_chat.imaging.decode import decode
    from t2i_chat.imaging.png_metadata import read_recipe

    sha256 = pixels_sha256(decode(read_bytes(png)))
    recipe = read_recipe(png)
    if recipe is None:
        raise BadFile(f"{png} carries no recipe of this program.")
    if json:
        tell(as_json({"recipe": recipe.model_dump(mode="json"), "sha256": sha256}))
        return
    for name, value in (*_lines(recipe), ("sha256", sha256)):
        tell(f"{name:18} {value}")


def _lines(recipe: Recipe) -> list[tuple[str, str]]:
    lines = []
    for name, value in recipe.model_dump(exclude_none=True).items():
        match name:
            case "size":
                lines.append(("size", f"{recipe.size.width}x{recipe.size.height} pixels"))
            case "versions":
                lines += list(recipe.versions.items())
            case "corners" if recipe.corners:
                lines.append(("corners", " ".join(f"{x},{y}" for x, y in recipe.corners)))
            case "layout":
                lines += list(_parts(recipe))
            case _ if value not in ("", (), 0) or name == "seed":
                lines.append((name.replace("_", " "), str(value)))
    return lines


def _parts(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """What is painted in a layout, part after part, and where."""
    layout = recipe.layout
    if layout is None:
        return
    if layout.backdrop is not None:
        yield "backdrop", f"{layout.backdrop}{_seed(layout)}"
    for number, region in enumerate(layout.regions, start=1):
        box = region.box
        where = f"{box.width}x{box.height} pixels at {box.x0}, {box.y0}"
        yield f"part {number}", f"{region.prompt}, {where}{_seed(region)}"


def _seed(part: Layout | Region) -> str:
    return "" if part.seed is None else f", seed {part.seed}"


def compare(
    before: Annotated[Path, typer.Argument(help="The earlier picture.")],
    after: Annotated[Path, typer.Argument(help="The later picture, of the same size.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="PNG of a map that glows where they differ.")
    ] = None,
) -> None:
    """Tell how much of a picture changed, and draw where; exit 0 whatever the answer."""
    from t2i_chat.imaging import diff
    from t2i_chat.imaging.decode import decode
    from t2i_chat.store.atomic_files import png_bytes

    one, other = (decode(read_bytes(path)) for path in (before, after))
    if one.size != other.size:
        raise BadFile(f"{before} and {after} differ in size, so they can't be compared.")
    if out is not None:
        require_folder(out)
        write(out, png_bytes(diff.heat_map(one, other)))
    apart = diff.measure(one, other)
    tell(f"{apart.changed_fraction:.2%} of the pixels differ, by at most {apart.largest} of 255")


def export(
    png: Annotated[Path, typer.Argument(help="A picture this program painted.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")],
    device: flags.Device = None,
    data_dir: flags.DataDir = None,
) -> None:
    """Write a script that paints a picture with diffusers alone, and its parameters as text."""
    from t2i_chat.reproduce.replay import request_in

    read_bytes(png)
    settings = flags.settings_of(device=device, data_dir=data_dir)
    request = request_in(png, settings.data_dir)
    if not request.recipe.is_of_noise:
        raise CannotDo(
            f"{png} was made larger, written on or put together, which diffusers does not do."
        )
    files = app.painter_of(settings, request.recipe.model).script_files(request)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in sorted(files.items()):
        write(out / name, content)
        tell(str(out / name))


def save(
    conversation: Annotated[str, typer.Argument(help="Its id, as chat prints it.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The ZIP file to write.")],
    pictures: Annotated[
        bool, typer.Option(help="Without them, import and replay paint all that was painted again.")
    ] = True,
    data_dir: flags.DataDir = None,
) -> None:
    """Write a conversation to one file: words, plans, recipes, masks, hashes and pictures."""
    from t2i_chat.store.archive import pack

    require_folder(out)
    store = app.open_store(flags.settings_of(data_dir=data_dir))
    with tempfile.TemporaryDirectory(prefix="t2i-chat-") as home:
        store.export(conversation, Path(home) / "export", pictures=pictures)
        pack(Path(home) / "export", Path(home) / "packed.zip")
        write(out, read_bytes(Path(home) / "packed.zip"))
    tell(str(out))


def take_in(
    path: Annotated[Path, typer.Argument(help="What save or chat --out wrote.")],
    device: flags.Device = None,
    data_dir: flags.DataDir = None,
) -> None:
    """Take a saved conversation in and print its id, to go on with it.

    One saved without pictures is painted again, which is told version by version.
    """
    from t2i_chat.reproduce.repaint import repainted
    from t2i_chat.store import ExportedConversation
    from t2i_chat.store.archive import unpacked

    if not path.exists():
        raise BadFile(f"There is nothing at {path}.")
    settings = flags.settings_of(device=device, data_dir=data_dir)
    store = app.open_store(settings)
    with unpacked(path) as folder, tempfile.TemporaryDirectory(prefix="t2i-chat-") as home:
        saved = ExportedConversation(folder)
        if not saved.kept.pictures:
            painters = app.renderers(settings, loaded=True)
            saved = repainted(saved, Path(home), painters, lambda one: note(str(one)))
        tell(store.take_in(saved))


def replay(
    path: Annotated[
        Path, typer.Argument(help="A PNG, what save or chat --out wrote, or a data folder.")
    ],
    profile: flags.Profile = None,
    device: flags.Device = None,
    data_dir: flags.DataDir = None,
) -> None:
    """Paint again from the recipe and compare every pixel; exit 0 only if all are the same."""
    from t2i_chat.reproduce.replay import replay_folder, replay_picture
    from t2i_chat.store.archive import unpacked

    if not path.exists():
        raise BadFile(f"There is nothing at {path}.")
    settings = flags.settings_of(profile=profile, device=device, data_dir=data_dir)
    open_renderer = app.renderers(settings, always=profile)
    if path.is_dir() or path.suffix == ".zip":
        with unpacked(path) as folder:
            report = replay_folder(folder, open_renderer, on_version=lambda one: tell(str(one)))
        tell(report.summary)
    else:
        report = replay_picture(path, open_renderer, settings.data_dir)
        tell(str(report))
    raise typer.Exit(0 if report.ok else 1)
