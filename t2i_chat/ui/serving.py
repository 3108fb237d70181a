"""Launches the Gradio server: host, port, login (auth), public link, MCP, files it may serve."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import gradio as gr
import structlog
from starlette.middleware import Middleware

from t2i_chat.core.errors import HostError
from t2i_chat.core.protocols import VersionStore
from t2i_chat.core.settings import Settings
from t2i_chat.ui import theme
from t2i_chat.ui.page_requests import Answered
from t2i_chat.ui.share_routes import SharedRoutes
from t2i_chat.ui.translations import LANGUAGES

log = structlog.get_logger(__name__)


def launch(
    blocks: gr.Blocks,
    settings: Settings,
    store: VersionStore,
    *,
    prevent_thread_lock: bool = False,
    on_answer: Callable[[], None] = lambda: None,
) -> str:
    """Serves the page and returns its address; waits until it is stopped unless told not to.

    Where a login is set, nothing is shown or answered before it is given, but for conversations
    of `store` that somebody shared. `on_answer` is called whenever all that pages asked for has
    been answered, for the first time once the first page can be used.
    Raises HostError when agents shall paint and the library for that is missing.
    """
    if settings.mcp and find_spec("mcp") is None:
        raise HostError("To let agents paint, install one more library: pip install 'mcp<2'")
    blocks.queue(default_concurrency_limit=None, api_open=False)
    _, address, public = blocks.launch(
        server_name=settings.host,
        server_port=settings.port or None,
        share=settings.share,
        mcp_server=settings.mcp,
        auth=settings.login,
        auth_message="This page asks who you are before it paints.",
        prevent_thread_lock=True,
        app_kwargs={
            "routes": SharedRoutes(store).routes,
            "middleware": [Middleware(Answered, then=on_answer)],
        },
        theme=theme.theme(),
        css=theme.read("style.css"),
        head=theme.read("head.html").replace("$patches", theme.read("patches.js")),
        js=theme.read("page.js"),
        i18n=LANGUAGES,
        favicon_path=str(theme.ASSETS / "icon.svg"),
        max_file_size=f"{settings.max_upload_megabytes}mb",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        quiet=True,
    )
    log.info("page_open", address=address, public=public)
    if not prevent_thread_lock:
        blocks.block_thread()
    return str(address)
