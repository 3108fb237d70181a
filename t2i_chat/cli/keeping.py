"""Commands for pictures that are there: what a PNG was painted from, and painting it again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from t2i_chat import compose
from t2i_chat.cli import flags
from t2i_chat.cli.streams import as_json, read_bytes, tell
from t2i_chat.errors import BadFile
from t2i_chat.png import read_recipe
from t2i_chat.recipe import Recipe, pixels_sha256
from t2i_chat.uploads import decode


def inspect(
    png: Annotated[Path, typer.Argument(help="A picture this program painted.")],
    json: flags.AsJson = False,
) -> None:
    """Show the recipe inside a picture."""
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
            case _ if value not in ("", (), 0) or name == "seed":
                lines.append((name.replace("_", " "), str(value)))
    return lines


def replay(
    path: Annotated[Path, typer.Argument(help="A PNG, what chat --out wrote, or a data folder.")],
    profile: flags.Profile = None,
    device: flags.Device = None,
    data_dir: flags.DataDir = None,
) -> None:
    """Paint again from the recipe and compare every pixel; exit 0 only if all are the same."""
    from t2i_chat.replay import replay_folder, replay_picture

    if not path.exists():
        raise BadFile(f"There is nothing at {path}.")
    settings = flags.settings_of(profile=profile, device=device, data_dir=data_dir)
    open_renderer = compose.renderers(settings, always=profile)
    if path.is_dir():
        report = replay_folder(path, open_renderer, on_version=lambda one: tell(str(one)))
        tell(report.summary)
    else:
        report = replay_picture(path, open_renderer, settings.data_dir)
        tell(str(report))
    raise typer.Exit(0 if report.ok else 1)
