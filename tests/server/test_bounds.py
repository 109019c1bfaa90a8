"""What a client may make the server keep: a request, a frame, an answer that it does not read."""

import asyncio
import socket

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server.conftest import Serve

MANY = 11 * 1024 * 1024  # bytes, over the limit of a request
HEAD = "POST /settings/ HTTP/1.1\r\nHost: localhost\r\n"


def first_line(port: int, head: str, piece: bytes, times: int) -> str:
    """Sends a head, then pieces until the server hangs up, and returns the first line it answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"{HEAD}{head}\r\n\r\n".encode())
        try:
            for _ in range(times):
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it hung up: what it said before is still to be read, unless the machine dropped it
        return connection.recv(200).split(b"\r\n")[0].decode()


def test_a_request_that_says_it_is_too_large_is_refused_before_it_comes(serve: Serve) -> None:
    parley = serve()
    assert "413" in first_line(parley.port, f"Content-Length: {MANY}", b"", 0)


def test_a_request_that_turns_out_too_large_is_refused(serve: Serve) -> None:
    parley = serve()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert "413" in first_line(parley.port, "Transfer-Encoding: chunked", chunk, MANY // 0x10000)


async def test_a_socket_of_another_page_is_refused(serve: Serve) -> None:
    parley = serve()
    for origin in ("http://evil.example", "http://localhost:1", None):
        async with connect(f"ws://127.0.0.1:{parley.port}/ws/page/", origin=origin) as live:
            with pytest.raises(ConnectionClosed) as closed:
                await live.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403


async def test_an_address_without_a_socket_refuses_the_handshake(serve: Serve) -> None:
    parley = serve()
    with pytest.raises(InvalidStatus, match="403"):
        await connect(f"ws://127.0.0.1:{parley.port}/ws/none/", origin=parley.url)


async def test_a_frame_that_is_too_large_closes_the_socket(serve: Serve) -> None:
    parley = serve()
    async with connect(f"ws://127.0.0.1:{parley.port}/ws/page/", origin=parley.url) as live:
        with pytest.raises(ConnectionClosed) as closed:
            await live.send("x" * (300 * 1024))
            async with asyncio.timeout(10):
                while True:
                    await live.recv()
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
