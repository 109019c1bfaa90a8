"""The socket for programs on a real server, by the package that programs use."""

import asyncio
import json
import socket as sockets
from base64 import b64encode
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.server.conftest import Serve
from tests.upstream import FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk

PATIENCE = 60.0
DROPPED = 'parley_slow_clients_dropped_total{kind="socket"} 20.0'


async def say(program: ClientConnection, type: str, conversation: str | None = None, **data: Any) -> None:
    given = {"type": type, "data": data} | ({"conversation_id": conversation} if conversation else {})
    await program.send(json.dumps(given))


async def hear(program: ClientConnection, type: str) -> list[dict[str, Any]]:
    """What came, up to the first of this type."""
    heard: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE):
        while not heard or heard[-1]["type"] != type:
            heard.append(json.loads(await program.recv()))
    return heard


def address(parley: Any) -> str:
    return f"ws://127.0.0.1:{parley.port}/api/v1/chat/ws?events=runs"


async def test_a_program_talks_with_an_agent_and_comes_back_after_the_server_was_killed(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.05")
    heard: list[dict[str, Any]] = []
    async with connect(address(parley), proxy=None) as program:
        assert (await hear(program, "connection"))[-1]["connection_id"]
        await say(program, "message", content="Tell me about whales.", client_id="one")
        ack = (await hear(program, "ack"))[-1]
        heard += await hear(program, "content")
    conversation = ack["conversation_id"]
    parley.kill()
    parley.start()
    while heard[-1]["type"] != "end":
        async with connect(address(parley), proxy=None) as program:
            await hear(program, "connection")
            await say(program, "resume", conversation, since=heard[-1]["id"])
            heard.append(json.loads(await program.recv()))
    sequences = [int(one["id"].split("_")[1]) for one in heard]
    assert sequences == list(range(1, len(heard) + 1))
    async with connect(address(parley), proxy=None) as program:
        await hear(program, "connection")
        await say(program, "message", conversation, content="Tell me about whales.", client_id="one")
        again = (await hear(program, "ack"))[-1]
        assert (again["created"], again["message"]) == (False, ack["message"])


async def test_a_page_elsewhere_is_refused_and_one_of_ours_let_in(serve: Serve) -> None:
    parley = serve()
    for origin in ("http://evil.example", "http://localhost:1"):
        async with connect(address(parley), origin=origin, proxy=None) as program:
            with pytest.raises(ConnectionClosed) as closed:
                await program.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
    async with connect(f"{parley.url.replace('http', 'ws')}/ws", origin=parley.url, proxy=None) as program:
        await hear(program, "connection")


async def test_who_does_not_read_is_sent_away_and_others_do_not_notice(serve: Serve) -> None:
    """Its frames wait in the log, and so do those of whoever reads slowly but does."""
    async with FakeUpstream() as upstream:
        upstream.script([Reply([*[chunk("words " * 2000)] * 600, chunk(finish="stop"), DONE])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url, SOCKET_PATIENCE="1", METRICS_CLIENTS="127.0.0.0/8")
        async with connect(address(parley), proxy=None, max_size=None) as program:
            await say(program, "message", content="Tell me everything", client_id="one")
            heard = await hear(program, "end")
            conversation = heard[-1]["chat_id"]
            log = [one for one in heard if "id" in one]
            deaf = [_deaf(parley.port, conversation, log[0]["id"]) for _ in range(20)]
            await say(program, "resume", conversation, since=log[0]["id"])
            assert await hear(program, "end") == log[1:]
            async with httpx2.AsyncClient() as http, asyncio.timeout(PATIENCE):
                while DROPPED not in (await http.get(f"{parley.url}/metrics")).text:
                    await asyncio.sleep(0.1)
            received = await asyncio.to_thread(_read_all, deaf[0])
            assert _close_code(received) == 4410
            assert len(received) < 5_000_000, "what it did not read waited for it, not in the log"
            for one in deaf:
                one.close()


def _deaf(port: int, conversation: str, since: str) -> sockets.socket:
    """Asks for seven megabytes and reads nothing of them."""
    deaf = sockets.socket()
    deaf.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", port))
    key = b64encode(b"0123456789abcdef").decode()
    deaf.sendall(
        f"GET /ws?events=runs HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    assert b"101" in deaf.recv(20)
    text = json.dumps({"type": "resume", "conversation_id": conversation, "data": {"since": since}}).encode()
    deaf.sendall(bytes([0x81, 0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text)
    return deaf


def _read_all(deaf: sockets.socket) -> bytes:
    deaf.settimeout(PATIENCE)
    received = b""
    try:
        while piece := deaf.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def _close_code(received: bytes) -> int:
    """Of the last frame, if it is one that closes."""
    return int.from_bytes(received[-2:], "big") if received[-4:-2] == b"\x88\x02" else 0
