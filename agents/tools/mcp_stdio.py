"""An MCP server that is a program: started, spoken to line by line within bounds, and seen to its end.

The package has a transport of its own, which keeps a line that never ends in memory.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio
import mcp_types as types
from anyio.abc import ObjectReceiveStream, ObjectSendStream
from django.utils.translation import gettext as _
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage

if TYPE_CHECKING:
    from asyncio.subprocess import Process

#: Of one line, which is one message.
MAX_BYTES = 4_000_000
#: Seconds that a program has to end by itself when its input ends, and again when it is asked to.
GRACE_S = 2.0

Read = ObjectReceiveStream[SessionMessage | Exception]
Write = ObjectSendStream[SessionMessage]


class Program:
    """`async with Program(words)` runs it in a session of its own, without our environment.

    Raises OSError where it cannot be started. `problem` is the sentence for what it did, empty for nothing.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.problem = ""
        self._words = words

    async def __aenter__(self) -> tuple[Read, Write]:
        self._process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # the server's own log: it may hold anything
            env=get_default_environment(),
            start_new_session=True,
            limit=MAX_BYTES // 2,  # the reader takes in twice as much before it stops
        )
        return _Lines(self, self._process), _Input(self._process)

    async def __aexit__(self, *_: object) -> None:
        await _end(self._process)


class _Lines(ObjectReceiveStream[SessionMessage | Exception]):
    def __init__(self, program: Program, process: "Process") -> None:
        self._program = program
        self._process = process

    async def receive(self) -> SessionMessage | Exception:
        """Raises EndOfStream when the program has ended, or has sent a line beyond all bounds."""
        await asyncio.sleep(0)  # a program that floods us must not have the event loop for itself
        assert self._process.stdout  # noqa: S101 (asked for above)
        try:
            line = await self._process.stdout.readline()
        except ValueError:
            _kill(self._process, signal.SIGKILL)
            limit = {"limit": MAX_BYTES // 1_000_000}
            self._program.problem = _("The server sent more than %(limit)d MB.") % limit
            raise anyio.EndOfStream from None
        if not line:
            raise anyio.EndOfStream
        try:
            return SessionMessage(types.jsonrpc_message_adapter.validate_json(line, by_name=False))
        except ValueError as error:
            return error

    async def aclose(self) -> None:
        """The process is ended by whoever started it."""


class _Input(ObjectSendStream[SessionMessage]):
    def __init__(self, process: "Process") -> None:
        self._process = process

    async def send(self, item: SessionMessage) -> None:
        assert self._process.stdin  # noqa: S101 (asked for above)
        text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
        try:
            self._process.stdin.write(f"{text}\n".encode())
            await self._process.stdin.drain()
        except OSError:
            raise anyio.BrokenResourceError from None

    async def aclose(self) -> None:
        """As above."""


async def _end(process: "Process") -> None:
    """As the specification has it: its input ends, then it is asked, then killed; all it has started too."""
    try:
        assert process.stdin  # noqa: S101 (asked for above)
        process.stdin.close()
        for last_word in (None, signal.SIGTERM):
            if last_word is not None:
                _kill(process, last_word)
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):
                    await _gone(process)
                    break
    finally:
        _kill(process, signal.SIGKILL)
        process._transport.close()  # type: ignore[attr-defined]  # or it warns while a child holds a pipe


async def _gone(process: "Process") -> None:
    """Not `wait`, which also waits for whoever else holds the pipes."""
    while process.returncode is None:  # noqa: ASYNC110 (there is no event without the pipes)
        await asyncio.sleep(0.01)


def _kill(process: "Process", with_signal: signal.Signals) -> None:
    """The program's whole session, whose leader it is."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, with_signal)
