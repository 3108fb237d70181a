"""The share panel: creates, copies and revokes a conversation's share link."""

from __future__ import annotations

from typing import Any

import gradio as gr
from markupsafe import Markup

from t2i_chat.ui.html import render
from t2i_chat.ui.translations import LANGUAGES


class Sharing:
    """The widgets, over the chat like the brush; closed until somebody asks."""

    def __init__(self) -> None:
        with gr.Column(elem_id="sharing", visible=False) as self.panel:
            self.words = gr.HTML(js_on_load=None)
            with gr.Row(elem_id="shared"):
                self.revoke = gr.Button(LANGUAGES("stopshare"), size="sm")
                self.leave = gr.Button(LANGUAGES("close"), size="sm")

    @property
    def all(self) -> list[Any]:
        """The widgets that `opened` and `closed` may change."""
        return [self.panel, self.words]

    def opened(self, address: str) -> dict[Any, Any]:
        """The panel with the address of a share."""
        return {self.panel: gr.Column(visible=True), self.words: _link(address)}

    @property
    def closed(self) -> dict[Any, Any]:
        """The panel put away."""
        return {self.panel: gr.Column(visible=False)}


def _link(address: str) -> Markup:
    return render("share_panel.html", "link", address=address)
