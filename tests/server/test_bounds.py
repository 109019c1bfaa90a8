"""What a client may make the server keep: a request, a frame, an answer that it does not read."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server.conftest import Serve
from tests.server.process import PLAIN, ROOT
from tests.server.visitor import Visitor
from tests.upstream import FakeUpstream
from tests.upstream.wire import DONE, chunk

MANY = 11 * 1024 * 1024  # bytes, over the limit of a request
HEAD = "POST /settings/ HTTP/1.1\r\nHost: localhost\r\n"


def first_line(port: int, head: str, piece: bytes, times: int) -> str:
    return answer_to(port, f"{HEAD}{head}", piece, times).split("\r\n")[0]


def answer_to(port: int, head: str, piece: bytes, times: int) -> str:
    """Sends a head, then pieces until the server hangs up, and returns what it answered first."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"{head}\r\n\r\n".encode())
        try:
            for _ in range(times):
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it hung up: what it said before is still to be read, unless the machine dropped it
        return connection.recv(2000).decode()


def test_a_request_that_says_it_is_too_large_is_refused_before_it_comes(serve: Serve) -> None:
    parley = serve()
    assert "413" in first_line(parley.port, f"Content-Length: {MANY}", b"", 0)


def test_a_request_that_turns_out_too_large_is_refused(serve: Serve) -> None:
    parley = serve()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert "413" in first_line(parley.port, "Transfer-Encoding: chunked", chunk, MANY // 0x10000)


def test_only_django_reads_a_form(serve: Serve) -> None:
    """On its threads, and with words for one that is none."""
    place = "/api/sessions/019a0000-0000-7000-8000-000000000001/voice"
    with closing(HTTPConnection("127.0.0.1", serve().port, timeout=30)) as connection:
        connection.request("POST", place, b"--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]) == (404, "not_found")


def test_a_program_is_refused_in_json(serve: Serve) -> None:
    parley = serve()
    head = f"POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MANY}"
    line, _headers, body = re.split(r"\r\n\r\n|\r\n(?=Content-Type)", answer_to(parley.port, head, b"", 0))
    assert "413" in line
    assert json.loads(body)["error"] == "too_large"


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


async def test_an_answer_larger_than_what_a_client_may_send_comes_over_the_socket(serve: Serve) -> None:
    line = "word " * 20_000 + "\n\n"
    async with FakeUpstream() as upstream:
        upstream.script([chunk(line), chunk(line), chunk(line), chunk(line, finish="stop"), DONE])
        parley = serve(OPENAI_BASE_URL=upstream.base_url)
        async with Visitor(parley.url) as visitor:
            conversation = await visitor.start("Tell me everything")
            async with (
                asyncio.timeout(30),
                visitor.socket(conversation, (await visitor.page(conversation)).cursor) as live,
            ):
                while True:
                    frame = str(await live.recv())
                    if 'data-status="completed"' in frame and len(frame) > 4 * len(line):
                        break


async def test_a_frame_that_is_too_large_closes_the_socket(serve: Serve) -> None:
    parley = serve()
    async with connect(f"ws://127.0.0.1:{parley.port}/ws/page/", origin=parley.url) as live:
        with pytest.raises(ConnectionClosed) as closed:
            await live.send("x" * (300 * 1024))
            async with asyncio.timeout(10):
                while True:
                    await live.recv()
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


#: What a client comes to that takes nothing of an answer, and one that takes it late. A program of its own,
#: because Daphne brings its event loop along.
SLOW_CLIENTS = """
import asyncio, config.asgi
from types import SimpleNamespace
from config import server

server.READING_PATIENCE = 0.2

async def taken(opens):
    request = server.BoundedRequest.__new__(server.BoundedRequest)
    aborted = []
    request.channel = SimpleNamespace(transport=SimpleNamespace(abortConnection=lambda: aborted.append(True)))
    request.tap = server.Tap()
    await request.taken()
    request.tap.pauseProducing()
    if opens:
        asyncio.get_running_loop().call_later(0.05, request.tap.resumeProducing)
    await request.taken()
    return bool(aborted)

print(asyncio.run(taken(False)), asyncio.run(taken(True)))
"""


def test_a_client_that_takes_nothing_of_an_answer_is_cut_off_after_a_while(tmp_path) -> None:
    environment = {**os.environ, **PLAIN, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", SLOW_CLIENTS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "False"], done.stderr


def test_a_document_may_be_larger_than_anything_else_and_has_its_own_bound(serve: Serve) -> None:
    parley = serve()
    agent = httpx2.post(f"{parley.url}/api/agents", json={"name": "Sailor", "system_prompt": "x"}).json()[
        "id"
    ]
    place = f"/api/agents/{agent}/documents"
    form = {"file": ("ships.txt", b"Ships sail. " * (MANY // 12))}
    assert httpx2.post(f"{parley.url}{place}", files=form, timeout=60).status_code == httpx2.codes.CREATED
    head = f"POST {place} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {82 * 1024 * 1024}"
    assert "413" in answer_to(parley.port, head, b"", 0)
