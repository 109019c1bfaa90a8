"""A tool of an MCP server, as a box takes it; and the sessions of one run."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.engine.messages import ToolSpec
from agents.sealing import without
from agents.tools.base import CallContext, ToolProblem
from agents.tools.mcp_address import McpAddress, Offer
from agents.tools.mcp_connection import Connection
from agents.tools.mcp_results import text_of

TIMEOUT_S = 60.0


class McpSessions:
    """At most one connection a server, opened by its first call and kept until the run ends."""

    def __init__(self) -> None:
        self._by_server: dict[str, Connection] = {}

    def to(self, server: McpAddress) -> Connection:
        if server.server not in self._by_server:
            self._by_server[server.server] = Connection(server)
        return self._by_server[server.server]

    async def aclose(self) -> None:
        await asyncio.gather(*(connection.aclose() for connection in self._by_server.values()))


@dataclass(frozen=True)
class McpTool:
    """`trusted` says that what the server tells of a tool's effects is believed."""

    offer: Offer
    server: McpAddress
    sessions: McpSessions
    trusted: bool = False
    timeout_s: float = TIMEOUT_S

    @property
    def name(self) -> str:
        return self.offer.name

    @property
    def about(self) -> str:
        return self.offer.description

    @property
    def has_effects(self) -> bool:
        return not (self.trusted and self.offer.reads_only)

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(self.name, self.offer.description, self.offer.schema)

    async def call(self, arguments: Mapping[str, Any], context: CallContext) -> str:
        secrets = dict(self.server.headers)
        try:
            result = await self.sessions.to(self.server).call_tool(self.offer.remote, arguments)
            return without(secrets, text_of(result))
        except ToolProblem as problem:
            raise ToolProblem(without(secrets, str(problem))) from None
