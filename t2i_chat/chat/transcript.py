"""Which events of a conversation are kept as lines, and how errors become words; stores nothing."""

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
    """A line said now; `detail` is kept as JSON."""
    return Turn(
        role=role,
        text=text,
        version=version,
        detail=json.dumps(detail) if detail else None,
        created_at=datetime.now(UTC),
    )


def asked(message: Message) -> Turn:
    """The person's own line, and whether they marked a region with it."""
    return turn("user", message.text, **({"marked": True} if message.mask else {}))


def turn_of(event: ChatEvent) -> Turn | None:
    """The line an event leaves in the conversation; None for what only passes by."""
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
    """What is said when an older version becomes the current one."""
    return f"Here is version {number} again."


def words_for(error: Exception, log_id: str) -> Said:
    """What a person reads when `error` stopped their request; `log_id` finds it in the log."""
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
