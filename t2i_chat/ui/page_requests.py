"""ASGI middleware that counts open page requests; when none is left, the models may load."""

from __future__ import annotations

from collections.abc import Callable

from gradio.route_utils import API_PREFIX
from starlette.types import ASGIApp, Receive, Scope, Send


class Answered:
    """ASGI middleware that calls `then` when no question is left open.

    A page's questions come by POST: the first one, after all its files, is what it shall show.
    """

    def __init__(self, app: ASGIApp, then: Callable[[], None]) -> None:
        self._app = app
        self._then = then
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on, and counts it while it is a question of a page."""
        if not _asks(scope):
            await self._app(scope, receive, send)
            return
        self._open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= 1
            if self._open == 0:
                self._then()


def _asks(scope: Scope) -> bool:
    """Whether a request is a page's question, which a login is not."""
    return scope["type"] == "http" and scope["method"] == "POST" and API_PREFIX in scope["path"]
