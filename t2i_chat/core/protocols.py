"""Interfaces (protocols) of planner, renderer, segmenter, checker, version store, language model.

The real implementations live in their packages; test doubles are in `tests/fakes.py`.
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
from t2i_chat.core.geometry import Size
from t2i_chat.core.recipe import Layout, Receipt, Recipe, RenderEvent, RenderRequest, Version


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What a message is planned against: the conversation's versions and the current one's number.

    `captions` maps version numbers to what the pictures show, `parents` to the versions they were
    made from, `names` to the names a person gave them; `starred` holds the starred ones. `previous`
    is the last request. `can_undo` and `can_redo` count the available steps; `marked` is True if a
    region was drawn with the brush.
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
    """A prompt after enrichment; `kept` is False if the check rejected the added words."""

    prompt: str
    added: tuple[str, ...] = ()
    kept: bool = True


class Planner(Protocol):
    """Parses a message into a plan, explains a plan, enriches a prompt."""

    def plan(self, text: str, context: PlanContext) -> Plan:
        """The actions a message asks for. Raises BadMessage when there is nothing to read."""
        ...

    def explain(self, plan: Plan) -> str:
        """The plan as one or two friendly sentences."""
        ...

    def enrich(self, prompt: str) -> EnrichedPrompt:
        """The prompt with words of light, place and mood added that contradict nothing it says."""
        ...


class Segmenter(Protocol):
    """Finds a named thing in a picture (open-vocabulary segmentation)."""

    def segment(self, image: Image.Image, target: str) -> Image.Image | None:
        """An 8-bit mask of the picture's size, white where `target` is; None if not found."""
        ...


class Checker(Protocol):
    """Verifies edits: scores how much of a thing is visible in a region."""

    def score(self, image: Image.Image, thing: str, region: Image.Image) -> float:
        """How much of the 8-bit mask `region` shows `thing`: from 0 (none) to 1 (it fills it)."""
        ...


class Drafter(Protocol):
    """Draws what a layout says, for a model that paints from drafts."""

    @property
    def revision(self) -> str:
        """A hash of the drawings it has: the same revision draws the same drafts."""
        ...

    def words(self, layout: Layout) -> str:
        """The prompt that the model gets beside the draft of a layout."""
        ...

    def __call__(
        self, layout: Layout, size: Size, seed: int, picture: Image.Image | None
    ) -> Image.Image:
        """The RGB draft of a layout, `size` pixels.

        Parts without a seed of their own have `seed`; the regions of a layout without a backdrop
        are drawn into `picture`. Raises CannotDo for what it cannot draw.
        """
        ...


class Renderer(Protocol):
    """Renders a request: text-to-image, img2img, inpainting, upscaling, lettering."""

    def render(self, request: RenderRequest, cancel: threading.Event) -> Iterator[RenderEvent]:
        """Previews while denoising, then one Rendered. Raises Cancelled within one step."""
        ...


@dataclass(frozen=True, slots=True)
class Shared:
    """What a share link shows of a conversation; `title` is "" when it has none."""

    title: str
    turns: tuple[Turn, ...]
    versions: tuple[Version, ...]


class Library(Protocol):
    """Operations on whole conversations: title, delete, share link, export and import, remix.

    Raises what `VersionStore` raises.
    """

    def title(self, conversation: str) -> str:
        """The title a person gave a conversation; "" if none."""
        ...

    def entitle(self, conversation: str, title: str) -> None:
        """Sets the title of a conversation; "" removes it."""
        ...

    def put_away(self, conversation: str) -> None:
        """Deletes a conversation; for a day `bring_back` can undo it, then it is erased."""
        ...

    def bring_back(self, conversation: str) -> None:
        """Undoes `put_away`. Raises UnknownVersion when the conversation is already erased."""
        ...

    def share(self, conversation: str) -> str:
        """Shares a snapshot of a conversation; returns the unguessable id of the share link."""
        ...

    def unshare(self, conversation: str) -> None:
        """Revokes a share link; its id is never valid again."""
        ...

    def shared(self, share: str) -> Shared:
        """What a share link shows. Raises UnknownVersion for an unknown or revoked id."""
        ...

    def save(self, conversation: str, file: Path) -> None:
        """Exports a whole conversation into one file."""
        ...

    def open_saved(self, file: Path) -> str:
        """Imports a file that `save` wrote; returns its new id. Raises StoreError for others."""
        ...

    def remix(self, share: str) -> str:
        """A new conversation that starts as a copy of a shared one; returns its id."""
        ...


class VersionStore(Library, Protocol):
    """Stores conversations, their turns and their versions; adding a version is atomic.

    All methods raise UnknownVersion for an unknown id or number and StoreError when the disk fails.
    """

    def new_conversation(self) -> str:
        """Starts an empty conversation; returns its unguessable id."""
        ...

    def has_conversation(self, conversation: str) -> bool:
        """Whether a conversation of that id exists."""
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
        """Stores a finished picture and makes it the current version; clears the redo stack.

        `beside` is the number of the version made just before for the same message (of several
        pictures); one undo steps back over both.
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
        """Sets a version's name ("" removes it) and star; None leaves them. Returns the version."""
        ...

    def hide(self, conversation: str, number: int) -> Version:
        """Deletes a version (`goto` restores it); returns the version that is current now.

        Raises UnknownVersion for the only picture there is.
        """
        ...

    def image(self, version: Version) -> Image.Image:
        """The lossless RGB picture of a version."""
        ...

    def image_path(self, version: Version) -> str:
        """The path of the version's PNG file, whose metadata holds its recipe."""
        ...

    def current(self, conversation: str) -> Version | None:
        """The version the next edit starts from."""
        ...

    def goto(self, conversation: str, number: int) -> Version:
        """Makes a version the current one; undo leads back to the version before."""
        ...

    def undo(self, conversation: str, steps: int = 1) -> Version:
        """Steps back in the history. Raises UnknownVersion when there are fewer than `steps`."""
        ...

    def redo(self, conversation: str, steps: int = 1) -> Version:
        """Steps forward in the history. Raises UnknownVersion when there are fewer than `steps`."""
        ...

    def steps(self, conversation: str) -> tuple[int, int]:
        """How many steps can be undone and redone."""
        ...

    def put_blob(self, image: Image.Image) -> str:
        """Stores a mask or an input picture; returns its pixel hash (sha256)."""
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
        """Stores the generation settings for all pictures to come."""
        ...

    def params(self, conversation: str) -> Mapping[str, object]:
        """The stored generation settings; empty at first."""
        ...


class LanguageModel(Protocol):
    """The completions the planner needs of a language model, each constrained by a grammar."""

    speaks_lines: bool

    def complete(self, request: str, *, grammar: str, max_tokens: int = 200) -> str:
        """Answers a request; the output is constrained by a GBNF grammar."""
        ...

    def continue_text(self, text: str, *, grammar: str, seed: int, max_tokens: int = 40) -> str:
        """Continues a text, sampled with `seed`; the output is constrained by a GBNF grammar."""
        ...

    def answer_json(
        self, system: str, request: str, *, schema: Mapping[str, object], max_tokens: int = 700
    ) -> str:
        """Answers a request with JSON that conforms to a JSON schema."""
        ...
