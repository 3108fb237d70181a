"""The conversation for programs: the same as the page, by name and in JSON; draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gradio as gr
from pydantic import ValidationError

from t2i_chat.messages import Message
from t2i_chat.plan import Plan
from t2i_chat.recipe import Version
from t2i_chat.ui.conversation import Conversations, Glance, View, Visitor
from t2i_chat.ui.wishes import Wishes


def visitor(request: gr.Request) -> Visitor:
    """Who sent a request."""
    client = request.client
    return Visitor(str(request.session_hash), client.host if client else "")


def _refused(why: str) -> gr.Error:
    """An answer that tells the client why not, and leaves no traceback in the host's log."""
    return gr.Error(why, print_exception=False)


class Endpoints:
    """The named endpoints: chat, undo, redo, goto, variation and stop."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        for name in ("chat", "undo", "redo", "goto", "variation", "stop"):
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
        self, conversation: str, request: gr.Request, action: dict[str, object]
    ) -> dict[str, Any]:
        try:
            plan = Plan.model_validate({"actions": [action]})
        except ValidationError as problem:
            raise _refused("; ".join(error["msg"] for error in problem.errors())) from None
        before = self._conversations.show(conversation)
        paints = before.wishes if action["action"] == "variation" else None
        return self._outcome(
            before, self._conversations.do(before.conversation, plan, visitor(request), paints)
        )

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
