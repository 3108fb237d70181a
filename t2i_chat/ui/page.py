"""Builds the Gradio Blocks page and connects components with their event handlers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gradio as gr

from t2i_chat.core.protocols import VersionStore
from t2i_chat.core.settings import Settings
from t2i_chat.ui.api import Endpoints
from t2i_chat.ui.controller import Controller
from t2i_chat.ui.conversation_events import Opening
from t2i_chat.ui.generation_events import Asking
from t2i_chat.ui.mask_events import Selecting
from t2i_chat.ui.panel_events import Panels
from t2i_chat.ui.picture_urls import Shown
from t2i_chat.ui.views import Session, Tokens, no_tokens
from t2i_chat.ui.widgets import Widgets

DAY = 24 * 60 * 60


def build(
    open_session: Callable[[str], Session],
    store: VersionStore,
    settings: Settings,
    ready: Callable[[], str | None],
    models: Callable[[], Sequence[str]],
    tokens: Tokens = no_tokens,
) -> gr.Blocks:
    """The page as `gr.Blocks`: each browser talks to the session `open_session` gives its id.

    `ready` returns None once the models are loaded, and until then a sentence saying what is
    still being loaded. `models` names those a conversation can be painted with, the first of them
    unless another one is chosen. `tokens` cuts a prompt into the pieces a model reads.
    """
    shown = Shown()
    gr.set_static_paths([shown.folder])
    conversations = Controller(open_session, store, settings, ready, models, shown, tokens)
    with gr.Blocks(
        title="Paint by talking", analytics_enabled=False, delete_cache=(DAY, DAY), fill_width=True
    ) as blocks:
        widgets = Widgets(conversations)
        Opening(widgets).wire(blocks)
        Asking(widgets).wire()
        Panels(widgets).wire()
        Selecting(widgets).wire()
        Endpoints(conversations)
    return blocks
