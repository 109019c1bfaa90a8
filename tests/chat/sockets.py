"""The sockets of the pages, opened as a browser opens them."""

import asyncio
import re

from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings as project
from django.test import Client

from chat.routing import websocket_urlpatterns


def socket_of(client: Client | None, path: str, origin: bytes | None = b"http://testserver"):
    """``path`` with its query; no client, no cookie."""
    headers = [(b"host", b"testserver")]
    if origin:
        headers.append((b"origin", origin))
    if client is not None:
        key = client.cookies[project.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{project.SESSION_COOKIE_NAME}={key}".encode()))
    return WebsocketCommunicator(URLRouter(websocket_urlpatterns), path, headers=headers)


async def opened(client: Client | None, path: str) -> WebsocketCommunicator:
    socket = socket_of(client, path)
    assert (await socket.connect())[0]
    return socket


async def close_code(socket: WebsocketCommunicator, seconds: float = 10) -> int:
    """The code the socket is closed with, whatever frames come before."""
    async with asyncio.timeout(seconds):
        while (sent := await socket.receive_output(seconds))["type"] != "websocket.close":
            pass
    return sent["code"]


async def frames_until(socket: WebsocketCommunicator, pattern: str, seconds: float = 10) -> str:
    """What came, up to the first frame in which the pattern is found."""
    frames = ""
    async with asyncio.timeout(seconds):
        while True:
            frame = await socket.receive_from(seconds)
            frames += frame
            if re.search(pattern, frame):
                return frames
