"""The fake server: which reply to which request, and what it saw."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.upstream.http import Connection, Request
from tests.upstream.tokens import TokenStream


class Act(Enum):
    """What a script can do beside sending bytes and pausing."""

    CLOSE = "close the connection in the middle of the body"
    RESET = "the same by RST"
    HANG = "send nothing more until the client leaves"


CLOSE, RESET, HANG = Act.CLOSE, Act.RESET, Act.HANG

#: An event is waited for: the test says when the reply goes on.
Part = bytes | float | Act | asyncio.Event


@dataclass(frozen=True, slots=True)
class Reply:
    """One response: parts are bytes (a chunk of the body each), pauses in seconds, events, or an Act."""

    parts: Sequence[Part] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})


class FakeUpstream:
    """`async with FakeUpstream() as upstream:` serves on a free port of loopback until the block ends.

    Without a script it streams `tokens` tokens at `rate` a second (0: as fast as they go) and the usage. With
    one, call n gets reply n and later calls the last one. A request for the model `script:<name>` gets that
    named script, whatever was set. `/v1/models` lists `models`, or plays `models_reply`. `/v1/audio/speech`
    plays what is in `spoken`, `/v1/audio/transcriptions` what is in `heard`: once, the last for ever.
    """

    def __init__(self, *, tokens: int = 20, rate: float = 0, host: str = "127.0.0.1", port: int = 0) -> None:
        self._tokens, self._rate = tokens, rate
        self._host, self._port = host, port
        self._replies: Sequence[Reply] = ()
        self._named_calls: dict[str, int] = {}
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task] = set()
        self.models: list[str] = ["fake-large", "fake-small"]
        self.models_reply: Reply | None = None
        self.spoken: list[Reply] = []
        self.heard: list[Reply] = []
        self.requests: list[Request] = []
        self.connections_made = 0
        self.most_connections = 0
        self.keep_requests = True
        self._calls = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @property
    def base_url(self) -> str:
        return f"http://{self._host}:{self._port}/v1"

    @property
    def calls(self) -> int:
        """Chat completions asked for."""
        return self._calls

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    @property
    def streams(self) -> int:
        """Answers under way."""
        return len(self._tasks)

    def script(self, script: str | Reply | Sequence[Reply] | Sequence[Part]) -> None:
        """From now on: a named script, one reply, several, or the parts of one."""
        if isinstance(script, str):
            from tests.upstream.scripts import SCRIPTS

            self._replies = SCRIPTS[script].replies
        elif isinstance(script, Reply):
            self._replies = [script]
        elif script and isinstance(script[0], Reply):
            self._replies = script  # type: ignore[assignment]  # told apart by its first item
        else:
            self._replies = [Reply(script)]  # type: ignore[arg-type]  # likewise
        self._calls = 0

    async def __aenter__(self) -> "FakeUpstream":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, self._host, self._port, backlog=1000)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.all_closed()
        await self._server.wait_closed()

    async def all_closed(self) -> None:
        """Waits until no client is connected."""
        await self._nobody.wait()

    async def serve_forever(self) -> None:
        await self._server.serve_forever()

    def _connection(self) -> Connection:
        return Connection(self._on_request, self._on_open, self._on_close)

    def _on_open(self, connection: Connection) -> None:
        self._connections.add(connection)
        self._nobody.clear()
        self.connections_made += 1
        self.most_connections = max(self.most_connections, len(self._connections))

    def _on_close(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._nobody.set()

    def _on_request(self, connection: Connection, request: Request) -> None:
        if self.keep_requests:
            self.requests.append(request)
        if request.path.endswith("/models"):
            self._start(connection, self.models_reply or self._model_list())
        elif request.path.endswith("/chat/completions"):
            self._on_question(connection, request)
        elif request.path.endswith("/audio/speech") and self.spoken:
            self._start(connection, _next_of(self.spoken))
        elif request.path.endswith("/audio/transcriptions") and self.heard:
            self._start(connection, _next_of(self.heard))
        else:
            self._start(connection, Reply([b"{}"], status=404))

    def _on_question(self, connection: Connection, request: Request) -> None:
        self._calls += 1
        replies, number = self._replies, self._calls
        model = request.json.get("model", "")
        if model.startswith("script:"):
            from tests.upstream.scripts import SCRIPTS

            number = self._named_calls[model] = self._named_calls.get(model, 0) + 1
            replies = SCRIPTS[model.removeprefix("script:")].replies
        if replies:
            self._start(connection, replies[min(number, len(replies)) - 1])
        else:
            TokenStream(connection, self._tokens, self._rate).start()

    def _model_list(self) -> Reply:
        listed: Any = {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
        return Reply([json.dumps(listed).encode()], headers={"Content-Type": "application/json"})

    def _start(self, connection: Connection, reply: Reply) -> None:
        task = asyncio.get_running_loop().create_task(_play(connection, reply))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _next_of(replies: list[Reply]) -> Reply:
    return replies.pop(0) if len(replies) > 1 else replies[0]


async def _play(connection: Connection, reply: Reply) -> None:
    connection.begin(reply.status, reply.headers)
    for part in reply.parts:
        match part:
            case bytes():
                await connection.send(part)
            case Act.CLOSE:
                return connection.close()
            case Act.RESET:
                await asyncio.sleep(0.02)  # lets what was sent before arrive: RST discards what is unread
                return connection.reset()
            case Act.HANG:
                await connection.closed.wait()
                return None
            case asyncio.Event():
                await part.wait()
            case _:
                await asyncio.sleep(part)
        if connection.closed.is_set():
            return None
    return connection.finish()
