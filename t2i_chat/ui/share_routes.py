"""HTTP routes of share links: the page of a shared conversation and its pictures."""

from __future__ import annotations

from gradio.route_utils import get_root_url
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from t2i_chat.core.errors import UnknownVersion
from t2i_chat.core.protocols import VersionStore
from t2i_chat.ui.share_page import closed_page, shared_page
from t2i_chat.ui.translations import preferred

HEADERS = {
    "Cache-Control": "no-store",  # a revoked share is gone at once
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class SharedRoutes:
    """`/s/<id>` and its pictures, `/s/<id>/<number>.png`, from what the store keeps."""

    def __init__(self, store: VersionStore) -> None:
        self._store = store

    @property
    def routes(self) -> list[Route]:
        """What to serve beside the page."""
        return [
            Route("/s/{share}", self._page),
            Route("/s/{share}/{number:int}.png", self._picture),
        ]

    def _page(self, request: Request) -> Response:
        try:
            shared = self._store.shared(str(request.path_params["share"]))
        except UnknownVersion:
            return _closed(request)
        address = f"{get_root_url(request, request.url.path, None)}{request.url.path}"
        return HTMLResponse(
            shared_page(shared, address, preferred(request.headers)), headers=HEADERS
        )

    def _picture(self, request: Request) -> Response:
        try:
            shared = self._store.shared(str(request.path_params["share"]))
        except UnknownVersion:
            return _closed(request)
        number = request.path_params["number"]
        for version in shared.versions:
            if version.number == number:
                path = self._store.image_path(version)
                return FileResponse(path, media_type="image/png", headers=HEADERS)
        return _closed(request)


def _closed(request: Request) -> Response:
    return HTMLResponse(closed_page(preferred(request.headers)), status_code=404, headers=HEADERS)
