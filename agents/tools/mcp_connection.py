"""An open session with an MCP server, through the official `mcp` package, within our own bounds.

The package's scopes have to be left by the task that entered them, so a task of its own holds each session.
Whatever a server does ends in a ToolProblem: it cannot hold up the caller longer than the times below, and a
session that broke is opened anew by the next call.

Results are read without the package's check against the server's output schema: that schema is the server's,
and its regular expressions would run on the event loop.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agents.sealing import without
from agents.tools.base import ToolProblem
from agents.tools.json_schemas import clean
from agents.tools.mcp_address import McpAddress
from agents.tools.threads import in_thread

if TYPE_CHECKING:
    from mcp import Client
    from pydantic import BaseModel

    from agents.tools.mcp_http import Transport
    from agents.tools.mcp_lists import Lists
    from agents.tools.mcp_stdio import Program

logger = logging.getLogger(__name__)

#: Seconds until a session is open, and until a request has its answer.
OPEN_S = 20.0
ANSWER_S = 55.0
#: Seconds that whoever closes a session waits for it; what takes longer is ended behind their back.
CLOSE_S = 0.5
#: Seconds until a session that will not end by itself is cut: a program is asked, then killed, within six.
LEAVE_S = 10.0
#: Sessions of this process, those of all runs together.
MOST_OPEN = 100
SAID_CHARS = 500

#: Tasks that hold a session; also keeps them from being collected.
holding: set[asyncio.Task[None]] = set()


def is_installed() -> bool:
    return find_spec("mcp") is not None


def how_to_install() -> str:
    return _(
        "This installation has no MCP client. Its operator can install it: "
        "pip install -r requirements-mcp.txt"
    )


class Connection:
    """Opened by its first request, and again by the next after it broke. `aclose` it in the end."""

    def __init__(self, server: McpAddress) -> None:
        self._server = server
        self._opening = asyncio.Lock()
        self._leave = asyncio.Event()
        self._holder: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._transport: Transport | Program | None = None
        self._lists: Lists | None = None

    async def list_tools(self, cursor: str | None = None) -> Mapping[str, Any]:
        """One page of the server's list, as it came: `tools`, of any shape, and perhaps `nextCursor`."""
        client, holder = await self._open()
        from mcp import types

        request = types.ListToolsRequest(params=types.PaginatedRequestParams(cursor=cursor))
        page = await self._answer(client.session.send_request(request, types.ListToolsResult), holder)
        return {**page, "tools": self._lists.tools if self._lists else []}

    async def call_tool(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The result as it came: `content`, `isError` and perhaps `structuredContent`."""
        client, holder = await self._open()
        from mcp import types

        params = types.CallToolRequestParams(name=name, arguments=dict(arguments))
        request = types.CallToolRequest(params=params)
        return await self._answer(client.session.send_request(request, types.CallToolResult), holder)

    async def aclose(self, within: float = CLOSE_S) -> None:
        """Ends the session; returns after so many seconds at the latest."""
        holder = self._holder
        self._drop()
        if holder is not None and not holder.done():
            await asyncio.wait([holder], timeout=within)

    def _drop(self) -> None:
        """Lets go of the session; the next request opens another."""
        holder, self._holder, self._client = self._holder, None, None
        self._leave.set()
        if holder is not None and not holder.done():
            # Cancelled at once, it could not see to the end of a program that it started.
            asyncio.get_running_loop().call_later(LEAVE_S, holder.cancel)

    async def _open(self) -> "tuple[Client, asyncio.Task[None]]":
        """The session, and the task that ends when it does."""
        async with self._opening:
            if self._client is None or self._holder is None or self._holder.done():
                return await self._begin()
            return self._client, self._holder

    async def _begin(self) -> "tuple[Client, asyncio.Task[None]]":
        if self._server.problem:
            raise ToolProblem(self._server.problem)
        if not is_installed():
            raise ToolProblem(how_to_install())
        if len(holding) >= MOST_OPEN:
            raise ToolProblem(_("Too many connections to tool servers are open. Try again later."))
        self._client, self._leave, ready = None, asyncio.Event(), asyncio.Event()
        self._holder = holder = asyncio.create_task(self._hold(ready), name=f"mcp {self._server.server}")
        holding.add(holder)
        holder.add_done_callback(holding.discard)
        holder.add_done_callback(_seen)
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait([waiting, holder], timeout=OPEN_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            if not ready.is_set():
                holder.cancel()
        if self._client is None:
            raise self._problem(_ending(holder), _("The server did not open a session in time."))
        return self._client, holder

    async def _hold(self, ready: asyncio.Event) -> None:
        """Opens the session and keeps it until it is left."""
        client_class = await in_thread(_client_class)
        async with AsyncExitStack() as stack:
            streams = await self._streams(stack)
            client = client_class(self._past_the_package(streams), cache=None)
            await stack.enter_async_context(client)
            self._client = client
            ready.set()
            await self._leave.wait()

    @asynccontextmanager
    async def _past_the_package(self, streams: Any) -> AsyncIterator[Any]:
        """The same streams; a list of tools is kept here, as the package refuses all for one bad tool."""
        from agents.tools.mcp_lists import Lists

        async with streams as (read, write):
            self._lists = Lists(read)
            yield self._lists, write

    async def _streams(self, stack: AsyncExitStack) -> Any:
        if self._server.command:
            from agents.tools.mcp_stdio import Program

            self._transport = program = Program(self._server.command)
            return program
        from mcp.client.streamable_http import streamable_http_client

        from agents.tools.mcp_http import http_client

        client, self._transport = await http_client(self._server, silence_s=ANSWER_S)
        await stack.enter_async_context(client)
        return streamable_http_client(self._server.url, http_client=client)

    async def _answer(
        self, asked: "Coroutine[Any, Any, BaseModel]", holder: "asyncio.Task[None]"
    ) -> Mapping[str, Any]:
        if self._transport:
            self._transport.problem = ""
        asking = asyncio.create_task(asked)
        asking.add_done_callback(_seen)
        try:
            await asyncio.wait([asking, holder], timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()  # tells the server, without our waiting for it
        if asking.done() and not asking.cancelled() and not asking.exception():
            return asking.result().model_dump(by_alias=True, exclude_none=True)
        error = _ending(asking) or _ending(holder)
        problem = self._problem(error, _("The server did not answer in time."))
        if holder is self._holder and _is_end(error):
            self._drop()
        raise problem

    def _problem(self, error: BaseException | None, otherwise: str) -> ToolProblem:
        """What is known, best first: what the way there told, what the server said, what broke."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, ToolProblem):
            return error
        if self._transport and self._transport.problem:
            return ToolProblem(without(dict(self._server.headers), self._transport.problem))
        return ToolProblem(self._said(error) if error else otherwise)

    def _said(self, error: BaseException) -> str:
        from mcp import MCPError, types
        from pydantic import ValidationError

        code = error.code if isinstance(error, MCPError) else None
        if isinstance(error, ValidationError) or code in (types.PARSE_ERROR, types.INVALID_REQUEST):
            return _("The server's answer is not what MCP prescribes.")
        if isinstance(error, MCPError) and code != types.CONNECTION_CLOSED:
            said = clean(without(dict(self._server.headers), error.message), SAID_CHARS)
            return _("The server answered with an error: %(said)s") % {"said": said}
        if isinstance(error, OSError) and self._server.command:
            return _("The server's command cannot be started.")
        if code is None:
            logger.warning("the MCP server %s broke: %s", self._server.server, type(error).__name__)
        return _("The connection to the server broke.")


def _client_class() -> "type[Client]":
    """Takes most of a second the first time, which is not the event loop's to spend."""
    from mcp import Client

    return Client


def _is_end(error: BaseException | None) -> bool:
    """Whether the session is of no more use; a server that answers, however wrongly, is still there."""
    from mcp import MCPError, types
    from pydantic import ValidationError

    if isinstance(error, MCPError):
        return error.code == types.CONNECTION_CLOSED
    return error is not None and not isinstance(error, ValidationError)


def _ending(task: "asyncio.Task[Any]") -> BaseException | None:
    """What a task ended with; None while it runs, and for one that we cancelled."""
    return task.exception() if task.done() and not task.cancelled() else None


def _seen(task: "asyncio.Task[Any]") -> None:
    """Nobody may be left to ask what it ended with."""
    _ending(task)
