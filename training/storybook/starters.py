"""Renders the example pictures of the start screen with the embedded model."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from t2i_chat import app
from t2i_chat.chat.session import ChatSession, Parts
from t2i_chat.core.actions import Plan
from t2i_chat.core.events import Painted
from t2i_chat.core.settings import Settings
from t2i_chat.ui.starters import FIRST, First


def paint(one: First, parts: Parts) -> None:
    """Paint one picture as the page does when it is clicked, and put it where the page has it."""
    session = ChatSession(parts, parts.store.new_conversation())
    for event in session.perform(Plan(actions=(one.action,)), threading.Event()):
        if isinstance(event, Painted):
            picture = parts.store.image(event.version)
            one.path.parent.mkdir(exist_ok=True)
            picture.save(one.path, "WEBP", quality=82, method=6)


def main() -> None:
    """Paint all of them in a store that is thrown away."""
    app.quiet_libraries()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with app.open_store(settings) as store:
            parts = app.build_parts(settings, store)
            for one in FIRST:
                paint(one, parts)


if __name__ == "__main__":
    main()
