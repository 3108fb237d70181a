"""View models: View, PartialView, Visitor, and the Session protocol that the page talks to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from t2i_chat.core.actions import Plan
from t2i_chat.core.events import ChatEvent, Message, Turn
from t2i_chat.core.recipe import Version
from t2i_chat.editing.requests import Knob
from t2i_chat.ui.action_row import NOWHERE, Here
from t2i_chat.ui.advanced_values import Wishes
from t2i_chat.ui.turns import Block


class Session(Protocol):
    """One conversation, as `t2i_chat.chat.session.ChatSession` answers it."""

    def reply(self, message: Message, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Answers a message."""
        ...

    def perform(
        self, plan: Plan, cancel: threading.Event, mask: Image.Image | None = None
    ) -> Iterator[ChatEvent]:
        """Carries out a plan without words, in what was marked."""
        ...

    def use(self, model: str, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Paints with another model from now on."""
        ...

    def watch(self, number: int, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Paints a version once more, step by step, and keeps nothing of it."""
        ...

    def things(self, number: int) -> Mapping[str, Image.Image]:
        """What a version shows, and where: 8-bit masks."""
        ...

    def strip(self, number: int, knob: Knob, cancel: threading.Event) -> Iterator[ChatEvent]:
        """Paints a version at three values of a number, and keeps nothing."""
        ...


Tokens = Callable[[str, str], Sequence[str]]
"""The pieces in which a model (by its name) reads a prompt."""


def no_tokens(_model: str, _prompt: str) -> Sequence[str]:
    """Where no tokenizer is at hand."""
    return ()


Ask = Callable[[Session, threading.Event], Iterator[ChatEvent]]
Opening = Sequence[Block]
"""What is shown from the moment somebody asks until there is more to see."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking: the open page, and the address it comes from."""

    page: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Everything the page shows of a conversation.

    `kept` draws the `turns`, `now` stands below them; `wishes` is None where the drawer is to
    stay as it is; `problem` tells why the words were not taken.
    """

    conversation: str
    turns: Sequence[Turn] = ()
    kept: Sequence[Block] = ()
    now: Sequence[Block] = ()
    versions: tuple[Version, ...] = ()
    current: Version | None = None
    here: Here = NOWHERE
    wishes: Wishes | None = None
    model: str = ""
    busy: bool = False
    problem: str | None = None

    @property
    def last_seed(self) -> str:
        """The current picture's seed, "" when it has none."""
        painted = self.current is not None and self.current.recipe.kind != "upload"
        return str(self.current.recipe.seed) if self.current and painted else ""


@dataclass(frozen=True, slots=True)
class Glance:
    """Only what stands below the kept lines has changed."""

    now: Sequence[Block]
