"""A stranger's test: the name of a feature leads to its file, by `ls` and then by `grep`.

`docs/finding.md` lists features of the README with the term one would look for. The first file is
the one whose name is the term, then one whose name or folder holds it, then one whose first line
says it, in the order that `git ls-files` lists them.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(
    r"^\| (?P<feature>[^|]+) \| `(?P<term>[^`]+)` \| `(?P<file>[^`]+)` \|", re.MULTILINE
)
MODULES = sorted(
    path.relative_to(ROOT / "t2i_chat")
    for path in (ROOT / "t2i_chat").rglob("*.py")
    if path.stem != "__init__" and "migrations" not in path.parts
)


def first_line(module: Path) -> str:
    return (ROOT / "t2i_chat" / module).read_text(encoding="utf-8").split("\n", 1)[0].lower()


def first_found(term: str) -> str:
    """Where a stranger ends who looks for a term; "" where nothing has it."""
    word = term.lower().replace(" ", "_").replace("-", "_")
    ways = (
        lambda module: module.stem == word,
        lambda module: word in module.stem,
        lambda module: word in module.parent.as_posix(),
        lambda module: term.lower() in first_line(module),
    )
    found = (module.as_posix() for way in ways for module in MODULES if way(module))
    return next(found, "")


def test_a_features_name_leads_to_its_file():
    rows = ROW.findall((ROOT / "docs" / "finding.md").read_text(encoding="utf-8"))
    wrong = [(term, first_found(term), file) for _, term, file in rows if first_found(term) != file]
    assert len(rows) == 25
    assert len(wrong) <= 2, wrong
