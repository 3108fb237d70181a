"""The panel that shares a conversation: its link, a button to copy it, a way to take it back."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from t2i_chat.ui.translations import LANGUAGES, marked


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


def _link(address: str) -> str:
    path = escape(address)
    return (
        f"<h2>{marked('isshared')}</h2><p>{marked('whosees')}</p>"
        f'<p class="link"><a href="{path}" target="_blank" rel="noopener" data-whole>{path}</a> '
        f'<button type="button" data-link="{path}">{marked("copylink")}</button></p>'
    )
