"""The stored transcript: which events become lines of a conversation; errors as sentences."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Literal

from t2i_chat.core.errors import Cancelled, HostError, UserError
from t2i_chat.core.events import (
    ChatEvent,
    Enriched,
    Message,
    Moved,
    Painted,
    Said,
    Turn,
    Understood,
)

Role = Literal["user", "plan", "assistant"]


def turn(role: Role, text: str, version: int | None = None, **detail: object) -> Turn:
    """A line of now; `detail` is stored as JSON."""
    return Turn(
        role=role,
        text=text,
        version=version,
        detail=json.dumps(detail) if detail else None,
        created_at=datetime.now(UTC),
    )


def asked(message: Message) -> Turn:
    """The line of the person's message; notes whether a region was brushed."""
    return turn("user", message.text, **({"marked": True} if message.mask else {}))


def turn_of(event: ChatEvent) -> Turn | None:
    """The line an event leaves in the conversation; None for transient events."""
    match event:
        case Understood(text):
            return turn("plan", text)
        case Enriched(prompt, added) if added:
            return turn("plan", f"I added: {', '.join(added)}.", prompt=prompt)
        case Painted(version):
            return turn("assistant", version.summary, version.number)
        case Moved(version):
            return turn("assistant", moved_words(version.number), version.number)
        case Said(text, options, tone, crops):
            shown = [{"version": crop.version, "box": crop.box.model_dump()} for crop in crops]
            detail = {"options": options, "tone": tone} | ({"crops": shown} if shown else {})
            return turn("assistant", text, None, **detail)
    return None


def moved_words(number: int) -> str:
    """The reply when another version becomes the current one."""
    return f"Here is version {number} again."


def words_for(error: Exception, log_id: str) -> Said:
    """The reply when `error` stopped a request; `log_id` finds it in the log."""
    match error:
        case Cancelled():
            return Said("Stopped. Your earlier pictures are all still here.")
        case UserError():
            return Said(str(error), options=error.options, tone="problem")
        case HostError():
            return Said(str(error), tone="problem")
    return Said(
        "Sorry, something went wrong on my side, and nothing was changed. "
        f"Please try again; if it stays, tell whoever runs this page the number {log_id}.",
        tone="problem",
    )
