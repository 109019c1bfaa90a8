"""What programs are let in by is in no line of the log, however much it says, and in no span."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.server.collector import Collector
from tests.server.conftest import Serve
from tests.server.process import PLAIN, ROOT, Parley

PASSWORD = "correct horse battery staple"
SAYS_ALL = {"ACCESS_LOG": "true", "LOG_LEVEL": "DEBUG", "PARLEY_MODE": "team", "SECRET_KEY": "k" * 40}
MAKE_ALICE = (
    "from django.contrib.auth import get_user_model;"
    f"get_user_model().objects.create_user('alice', password='{PASSWORD}')"
)


def manage(parley: Parley, *words: str) -> str:
    environment = {**os.environ, **PLAIN, **SAYS_ALL, "DATA_DIR": str(parley.folder)}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def calls_of_all_kinds(parley: Parley) -> list[str]:
    """Right ones, wrong ones and broken ones. The secrets that were sent or given out."""
    key = manage(parley, "create_api_key", "alice", "--name", "x", "--scope", "write")
    with httpx2.Client(base_url=f"{parley.url}/api") as api:
        return [PASSWORD, key, "wrong-password", "refresh_guess", "parley_guess", *_given_out(api, key)]


def _given_out(api: httpx2.Client, key: str) -> list[str]:
    def post(place: str, body: Any = None, **headers: str) -> dict[str, Any]:
        answer = api.post(place, json=body, headers=headers)
        return answer.json() if answer.content else {}

    pair = post("/v1/auth/token", {"username": "alice", "password": PASSWORD})
    post("/v1/auth/token", {"username": "alice", "password": "wrong-password"})
    post("/v1/auth/token", {"username": ["alice"], "password": "wrong-password"})
    next_pair = post("/v1/auth/token/refresh", {"refresh_token": pair["refresh_token"]})
    post("/v1/auth/token/revoke", {"refresh_token": "refresh_guess"})
    for token in (key, next_pair["access_token"], "parley_guess", "\xff" * 10):
        api.get("/agents", headers={"Authorization": f"Bearer {token}".encode("latin1")})
        api.get(f"/agents?token={token}")
    ticket = post("/v1/auth/socket-ticket", Authorization=f"Bearer {key}")["ticket"]
    post("/v1/auth/token/refresh", {"refresh_token": pair["refresh_token"]})
    return [*(one[name] for one in (pair, next_pair) for name in ("access_token", "refresh_token")), ticket]


async def open_sockets(parley: Parley, tokens: list[str]) -> None:
    for token in tokens:
        for path in ("/api/v1/chat/ws", "/nowhere"):
            try:
                async with connect(f"ws://127.0.0.1:{parley.port}{path}?token={token}") as live:
                    async with asyncio.timeout(5):
                        await live.recv()
            except (WebSocketException, TimeoutError):
                pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    opened = Collector()
    yield opened
    opened.close()


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_line_has_one(serve: Serve, form: str) -> None:
    parley = serve(**SAYS_ALL, LOG_FORMAT=form)
    manage(parley, "shell", "-c", MAKE_ALICE)
    secrets = await asyncio.to_thread(calls_of_all_kinds, parley)
    await open_sockets(parley, [one for one in secrets if " " not in one])
    log = parley.log.read_text("utf-8")
    assert log.count("/api/v1/auth/token") >= 6, "the log does say something"
    assert "/api/v1/chat/ws" in log
    for secret in secrets:
        found = [line for line in log.splitlines() if secret in line or json.dumps(secret)[1:-1] in line]
        assert found == []


async def test_nor_has_a_span(serve: Serve, collector: Collector) -> None:
    parley = serve(**SAYS_ALL, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    manage(parley, "shell", "-c", MAKE_ALICE)
    secrets = await asyncio.to_thread(calls_of_all_kinds, parley)
    await open_sockets(parley, [one for one in secrets if " " not in one])
    assert parley.stop() == 0
    sent = b"".join(collector.bodies)
    assert b"obtain_tokens" in sent
    assert [secret for secret in secrets if secret.encode() in sent] == []
