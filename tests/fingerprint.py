"""Fingerprints for refactorings: hashes of pictures and rows of plans that must not change."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from typer.testing import CliRunner

from t2i_chat import app
from t2i_chat.cli.main import commands
from t2i_chat.cli.plan_batch import context_of, dumped, planned_or_asked
from t2i_chat.core.protocols import PlanContext
from t2i_chat.core.recipe import pixels_sha256
from t2i_chat.core.settings import Settings
from training.storybook.gallery import PROMPTS
from training.storybook.studio import open_studio

HERE = Path(__file__).parent


def conversation() -> list[dict[str, Any]]:
    """What the twelve-message conversation said and painted, pictures by their pixel hashes."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        words = ["chat", "--script", HERE / "twelve.txt", "--out", out, "--seed", 2, "--json"]
        done = CliRunner().invoke(
            commands, [*map(str, words), "--data-dir", str(Path(name) / "kept")]
        )
        assert done.exit_code == 0, done.output
        rows = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
        return [{key: row[key] for key in row if key != "seconds"} for row in rows]


def contact_sheet() -> list[str]:
    """The pixel hashes of the contact sheet's wishes."""
    with open_studio() as studio:
        pictures = (studio.paint(prompt, seed) for seed, prompt in enumerate(PROMPTS))
        return [pixels_sha256(Image.fromarray(pixels)) for pixels in pictures]


def context_in(row: dict[str, str]) -> PlanContext:
    """The context of a row of planner_cases.csv."""
    pairs = [pair.split("=", 1) for pair in row["versions"].split("; ") if pair]
    shown = {int(name.strip("v")): words for name, words in pairs}
    current = int(row["current"]) if row["current"] else None
    return PlanContext(shown, current, row["previous"] or None, can_undo=max(len(shown) - 1, 0))


def plans(folders: list[Path]) -> dict[str, Any]:
    """The actions planned for every row of the tables."""
    with tempfile.TemporaryDirectory() as name:
        planner = app.build_planner(Settings(data_dir=Path(name)))
        found: dict[str, Any] = {}
        with (HERE / "planner_cases.csv").open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                plan = planned_or_asked(planner, row["message"], context_in(row))
                found[f"case {number}: {row['message']}"] = dumped(plan)
        for path in sorted(path for folder in folders for path in folder.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                key = f"{path.stem} {row['id']}"
                if "prompt" in row:
                    enriched = planner.enrich(row["prompt"])
                    found[key] = [enriched.prompt, list(enriched.added)]
                else:
                    text = str(row.get("utterance") or row.get("text") or "")
                    found[key] = dumped(planned_or_asked(planner, text, context_of(row)))
        return found


def main() -> None:
    """Write the file."""
    app.quiet_libraries()
    target, *folders = map(Path, sys.argv[1:])
    found = {
        "plans": plans(folders),
        "conversation": conversation(),
        "contact_sheet": contact_sheet(),
    }
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
