"""Serves static files before Django is asked: WhiteNoise's table of files, written out over ASGI.

Its middleware would hand Django a synchronous file, which Django can only read whole under ASGI and
warns about, and each icon would cross the whole stack.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Response

from config.pages import Receive, Scope, Send

CHUNK = 64 * 1024  # bytes


class Files(WhiteNoiseMiddleware):
    """WhiteNoise's table, with headers of our own. A picture opened by itself may run nothing."""

    def add_cache_headers(self, headers: Any, path: str, url: str) -> None:
        super().add_cache_headers(headers, path, url)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if url.endswith(".svg"):
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"


class StaticFiles:
    """Wraps an ASGI application and answers for the addresses under ``STATIC_URL``."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(settings.STATIC_URL):
            file = self._find(scope["path"])
            if file is not None:
                if "asked" in scope:
                    scope["asked"].route = "static"
                await _send(file.get_response(scope["method"], _as_environ(scope)), send)
                return
        await self._app(scope, receive, send)

    def _find(self, path: str) -> Any:
        files = self._files
        return files.find_file(path) if files.autorefresh else files.files.get(path)

    @cached_property
    def _files(self) -> Files:
        """Made at the first request: the files are collected by then."""
        Path(settings.STATIC_ROOT).mkdir(
            parents=True, exist_ok=True
        )  # it warns about a folder that is not there
        return Files(lambda request: None)


def _as_environ(scope: Scope) -> dict[str, str]:
    names = ((name.decode("latin1"), value.decode("latin1")) for name, value in scope["headers"])
    return {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in names}


async def _send(response: Response, send: Send) -> None:
    headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
    if response.file is not None:
        with response.file as file:
            while chunk := file.read(CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
