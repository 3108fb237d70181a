"""The API for programs and agents (Gradio endpoints, MCP tools): generate, edit, undo, goto.

Names and parameters are a promise. With `--mcp`, agents find the same by the Model Context
Protocol, and read these docstrings.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image
from pydantic import ValidationError

from t2i_chat.core.actions import Plan
from t2i_chat.core.errors import BadParameter, BadUpload, UnknownVersion, UserError
from t2i_chat.core.events import Message
from t2i_chat.core.recipe import Version
from t2i_chat.core.settings import MAX_SEED
from t2i_chat.imaging.decode import open_mask
from t2i_chat.ui.advanced_values import Wishes
from t2i_chat.ui.controller import Controller
from t2i_chat.ui.views import Glance, View, Visitor


def visitor(request: gr.Request) -> Visitor:
    """Who sent a request."""
    client = request.client
    page = request.session_hash or uuid.uuid4().hex  # agents come without a page
    return Visitor(page, client.host if client else "")


def _refused(why: str) -> gr.Error:
    """An answer that tells the client why not, and leaves no traceback in the host's log."""
    return gr.Error(why, print_exception=False)


class Endpoints:
    """The named endpoints: generate, edit, chat, undo, redo, goto, variation and stop."""

    def __init__(self, conversations: Controller) -> None:
        self._conversations = conversations
        for name in ("generate", "edit", "chat", "undo", "redo", "goto", "variation", "stop"):
            gr.api(getattr(self, name), api_name=name, concurrency_limit=None)

    def chat(self, message: str, conversation: str, request: gr.Request) -> dict[str, Any]:
        """Sends words; an empty `conversation` starts a new one. Returns what came of it."""
        before = self._conversations.show(conversation)
        return self._outcome(
            before,
            self._conversations.say(
                before.conversation,
                Message(text=message),
                before.wishes or Wishes(),
                visitor(request),
            ),
        )

    def generate(
        self, prompt: str, request: gr.Request, conversation: str = "", seed: int = -1
    ) -> dict[str, Any]:
        """Paints a new picture.

        Args:
            request: Who asks.
            prompt: What it shows, in plain words.
            conversation: Which conversation it belongs to; empty starts a new one.
            seed: The number its noise is drawn from; -1 draws one. The same gives the same picture.
        """
        action = {"action": "generate", "prompt": prompt, "seed": None if seed == -1 else seed}
        return self._do(conversation, request, action, prompt)

    def edit(
        self,
        change: str,
        conversation: str,
        request: gr.Request,
        parent: int = 0,
        mask: str = "",
        seed: int = -1,
    ) -> dict[str, Any]:
        """Changes a picture as asked and leaves the rest of it alone, to the pixel.

        Args:
            request: Who asks.
            change: What shall change, in plain words: "make the sky darker", "add a boat".
            conversation: The conversation, as generate returned it.
            parent: The number of the version to start from; 0 is the current one.
            mask: Where it may change: a PNG in base64, of the picture's size and white there.
            seed: The number its noise is drawn from; -1 leaves it to the painter.
        """
        before = self._conversations.show(conversation)
        try:
            message = Message(text=change, mask=self._mask(before, parent, mask))
            with self._seeded(before.conversation, seed) as wishes:
                shown = self._conversations.say(conversation, message, wishes, visitor(request))
                return self._outcome(before, shown)
        except UserError as problem:
            raise _refused(str(problem)) from None

    def _mask(self, before: View, parent: int, mask: str) -> Image.Image | None:
        """The mask, once the parent is the current version. Raises UserError."""
        store = self._conversations.store
        if not before.versions:
            raise UnknownVersion("There is no picture in this conversation yet.")
        base = store.goto(before.conversation, parent) if parent else before.current
        if not mask or base is None:
            return None
        try:
            content = base64.b64decode(mask.rpartition(",")[2], validate=True)
        except binascii.Error:
            raise BadUpload("The mask is not base64.") from None
        return open_mask(content, Path(store.image_path(base)).read_bytes())

    @contextmanager
    def _seeded(self, conversation: str, seed: int) -> Iterator[Wishes]:
        """The drawer as it is, with a seed for the time being. Raises BadParameter."""
        store = self._conversations.store
        if seed == -1:
            yield Wishes.kept(store.params(conversation))
            return
        if not 0 <= seed <= MAX_SEED:
            raise BadParameter(f"A seed is a number from 0 to {MAX_SEED}, or -1.")
        locked = store.params(conversation).get("seed")
        store.set_params(conversation, {**store.params(conversation), "seed": seed})
        try:
            yield Wishes.kept(store.params(conversation))
        finally:
            kept = {**store.params(conversation), "seed": locked}
            store.set_params(conversation, {k: v for k, v in kept.items() if v is not None})

    def undo(self, conversation: str, request: gr.Request) -> dict[str, Any]:
        """Steps back to where one was before."""
        return self._do(conversation, request, {"action": "undo"})

    def redo(self, conversation: str, request: gr.Request) -> dict[str, Any]:
        """Steps forward again after an undo."""
        return self._do(conversation, request, {"action": "redo"})

    def goto(self, conversation: str, version: int, request: gr.Request) -> dict[str, Any]:
        """Makes an older version the current one."""
        return self._do(conversation, request, {"action": "goto", "version": version})

    def variation(self, conversation: str, count: int, request: gr.Request) -> dict[str, Any]:
        """Paints the current picture's words again with other seeds, up to four times."""
        return self._do(conversation, request, {"action": "variation", "count": count})

    def stop(self, request: gr.Request) -> None:
        """Stops what is being painted for this client."""
        self._conversations.stop(visitor(request))

    def _do(
        self,
        conversation: str,
        request: gr.Request,
        action: Mapping[str, object],
        words: str = "",
    ) -> dict[str, Any]:
        try:
            plan = Plan.model_validate({"actions": [action]})
        except ValidationError as problem:
            raise _refused("; ".join(error["msg"] for error in problem.errors())) from None
        before = self._conversations.show(conversation)
        paints = before.wishes if action["action"] in ("generate", "variation") else None
        shown = self._conversations.do(before.conversation, plan, visitor(request), paints, words)
        return self._outcome(before, shown)

    def _outcome(self, before: View, shown: Iterable[View | Glance]) -> dict[str, Any]:
        since = len(before.turns)
        after = [view for view in shown if isinstance(view, View)][-1:]
        if not after:
            raise _refused("This client is still waiting for another answer.")
        view = after[0]
        if view.problem:
            raise _refused(view.problem)
        return {
            "conversation": view.conversation,
            "lines": [turn.model_dump(mode="json") for turn in view.turns[since:]],
            "version": self._version(view.current),
        }

    def _version(self, version: Version | None) -> dict[str, Any] | None:
        if version is None:
            return None
        kept = version.model_dump(mode="json", exclude={"conversation"})
        return {**kept, "picture": self._conversations.address(version)}
