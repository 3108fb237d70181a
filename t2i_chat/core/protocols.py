"""What the conversation asks of the outside world, as protocols; names no library.

Adapters implement these for real, `tests/fakes.py` implements them to be looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PIL import Image

from t2i_chat.core.actions import Plan
from t2i_chat.core.events import Turn
from t2i_chat.core.recipe import Receipt, Recipe, RenderEvent, RenderRequest, Version


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What a message is read against: the versions so far and the current one's number.

    `captions` maps version numbers to what those pictures show; `previous` is the last request.
    `parents` maps them to what they were made from, `names` to what a person called them, and
    `starred` holds those with a star. `can_undo` and `can_redo` count the steps there are;
    `marked` tells that a region was marked.
    """

    captions: Mapping[int, str] = field(default_factory=dict)
    current: int | None = None
    previous: str | None = None
    can_undo: int = 0
    can_redo: int = 0
    marked: bool = False
    parents: Mapping[int, int | None] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    starred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class EnrichedPrompt:
    """A prompt with the words that were added; `kept` tells whether the check let them stand."""

    prompt: str
    added: tuple[str, ...] = ()
    kept: bool = True


class Planner(Protocol):
    """Turns words into a plan, and a plan into plain words."""

    def plan(self, text: str, context: PlanContext) -> Plan:
        """The actions a message asks for. Raises BadMessage when there is nothing to read."""
        ...

    def explain(self, plan: Plan) -> str:
        """The plan as one or two friendly sentences."""
        ...

    def enrich(self, prompt: str) -> EnrichedPrompt:
        """The prompt with words of light, place and mood that change nothing the person said."""
        ...


class Segmenter(Protocol):
    """Finds a named thing in a picture."""

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if it is not there."""
        ...


class Checker(Protocol):
    """Says how much of a thing is to be seen in a part of a picture."""

    def score(self, image: Image.Image, thing: str, region: Image.Image) -> float:
        """From 0, `thing` is not in the 8-bit region of the picture's size, to 1, it fills it."""
        ...


class Renderer(Protocol):
    """Paints a request."""

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Previews while denoising, then one Rendered. Raises Cancelled within one step."""
        ...


@dataclass(frozen=True, slots=True)
class Shared:
    """What whoever has the link sees of a shared conversation; `title` is "" when it has none."""

    title: str
    turns: tuple[Turn, ...]
    versions: tuple[Version, ...]


class Library(Protocol):
    """What can be done with whole conversations; raises what `VersionStore` raises."""

    def title(self, conversation: str) -> str:
        """What a person called a conversation; empty while they have not."""
        ...

    def entitle(self, conversation: str, title: str) -> None:
        """Gives a conversation a title; "" takes it away."""
        ...

    def put_away(self, conversation: str) -> None:
        """Hides a conversation as if it had never been; it is forgotten a day later."""
        ...

    def bring_back(self, conversation: str) -> None:
        """Undoes `put_away`. Raises UnknownVersion when it has been forgotten."""
        ...

    def share(self, conversation: str) -> str:
        """Shares a conversation as it is now, and returns the share's unguessable id."""
        ...

    def unshare(self, conversation: str) -> None:
        """Takes a share back; its id never opens anything again."""
        ...

    def shared(self, share: str) -> Shared:
        """What a share shows. Raises UnknownVersion when it never was or was taken back."""
        ...

    def save(self, conversation: str, file: Path) -> None:
        """Writes all of a conversation into one file."""
        ...

    def open_saved(self, file: Path) -> str:
        """Keeps here what `save` wrote and returns its id. Raises StoreError for other files."""
        ...

    def remix(self, share: str) -> str:
        """A conversation of its own that begins as a share does; returns its id."""
        ...


class VersionStore(Library, Protocol):
    """Keeps conversations, their turns and their versions; a version is there whole or not at all.

    All methods raise UnknownVersion for what was never kept and StoreError when the disk fails.
    """

    def new_conversation(self) -> str:
        """Starts an empty conversation and returns its unguessable id."""
        ...

    def has_conversation(self, conversation: str) -> bool:
        """Whether a conversation of that id was ever started."""
        ...

    def add_version(
        self,
        conversation: str,
        *,
        image: Image.Image,
        recipe: Recipe,
        parent: int | None,
        caption: str,
        summary: str,
        receipt: Receipt | None = None,
        beside: int | None = None,
    ) -> Version:
        """Keeps a finished picture and makes it the current version; nothing is left to redo.

        With `beside`, the version made right before it for the same wish, it is one step to undo.
        """
        ...

    def version(self, conversation: str, number: int) -> Version:
        """The version of that number."""
        ...

    def versions(self, conversation: str) -> Sequence[Version]:
        """All versions, oldest first."""
        ...

    def label(
        self,
        conversation: str,
        number: int,
        *,
        name: str | None = None,
        starred: bool | None = None,
    ) -> Version:
        """Gives a version a name ("" takes it away) and a star, each unless None; returns it."""
        ...

    def hide(self, conversation: str, number: int) -> Version:
        """Deletes a version, to be had again by `goto`; returns what is current now.

        Raises UnknownVersion for the only picture there is.
        """
        ...

    def image(self, version: Version) -> Image.Image:
        """The lossless RGB picture of a version."""
        ...

    def image_path(self, version: Version) -> str:
        """The path of the version's PNG file, which carries its recipe."""
        ...

    def current(self, conversation: str) -> Version | None:
        """The version the next edit starts from."""
        ...

    def goto(self, conversation: str, number: int) -> Version:
        """Makes a version the current one; undo leads back to where one was."""
        ...

    def undo(self, conversation: str, steps: int = 1) -> Version:
        """Steps back through what was visited. Raises UnknownVersion when there is not so much."""
        ...

    def redo(self, conversation: str, steps: int = 1) -> Version:
        """Steps forward again. Raises UnknownVersion when there are not so many."""
        ...

    def steps(self, conversation: str) -> tuple[int, int]:
        """How many steps can be undone and redone."""
        ...

    def put_blob(self, image: Image.Image) -> str:
        """Keeps a mask or an input picture and returns its pixel hash."""
        ...

    def blob(self, sha256: str) -> Image.Image:
        """The mask or input picture of that hash."""
        ...

    def add_turn(self, conversation: str, turn: Turn) -> None:
        """Appends a line to the conversation."""
        ...

    def turns(self, conversation: str) -> Sequence[Turn]:
        """All lines, oldest first."""
        ...

    def set_params(self, conversation: str, params: Mapping[str, object]) -> None:
        """Keeps what set_param set, for all pictures to come."""
        ...

    def params(self, conversation: str) -> Mapping[str, object]:
        """What set_param set; empty at first."""
        ...


class LanguageModel(Protocol):
    """What the planner asks of a language model."""

    speaks_lines: bool

    def complete(self, request: str, *, grammar: str, max_tokens: int = 200) -> str:
        """The answer to a request, within a GBNF grammar."""
        ...

    def continue_text(self, text: str, *, grammar: str, seed: int, max_tokens: int = 40) -> str:
        """How the text goes on, within a GBNF grammar."""
        ...

    def answer_json(
        self, system: str, request: str, *, schema: Mapping[str, object], max_tokens: int = 700
    ) -> str:
        """JSON of a schema."""
        ...
