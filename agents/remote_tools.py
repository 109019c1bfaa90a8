"""The tools of servers elsewhere, from their rows to what a box takes."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote_plus
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from agents.database import in_database
from agents.models import HttpToolset, McpServer
from agents.models.http_toolset import Credential
from agents.sealing import Unreadable, unseal
from agents.tool_sources import sources_named
from agents.tools.addresses import or_inside
from agents.tools.base import ToolLike
from agents.tools.http_tool import HttpAddress, HttpTool, basic
from agents.tools.mcp_address import McpAddress, Offer
from agents.tools.mcp_tool import McpSessions, McpTool
from agents.tools.openapi import Operation
from agents.tools.remote_names import is_remote, server_of


class RemoteTools:
    """The tools of one run, and what they keep open until `aclose`."""

    def __init__(self) -> None:
        self._sessions = McpSessions()

    async def named(self, names: Iterable[str], owner_id: UUID | None) -> dict[str, ToolLike]:
        """By name; without those whose server is gone, switched off or not the person's to use."""
        wanted = [name for name in names if is_remote(name)]
        if not wanted:
            return {}
        sources = await in_database(sources_named, map(server_of, wanted), owner_id)
        found = {tool.name: tool for source in sources for tool in self._tools_of(source)}
        return {name: found[name] for name in wanted if name in found}

    def _tools_of(self, source: McpServer | HttpToolset) -> Iterator[ToolLike]:
        if isinstance(source, McpServer):
            there = address_of(source)
            for tool in source.tools:
                yield McpTool(Offer(**tool), there, self._sessions, source.trusts_hints)
        else:
            interface = interface_of(source)
            for tool in source.tools:
                if tool["name"] in source.chosen:
                    yield HttpTool(Operation(**tool), interface)

    async def aclose(self) -> None:
        await self._sessions.aclose()


def address_of(server: McpServer) -> McpAddress:
    """Where the server is, with its secrets; what keeps it from being reached is the address's problem."""
    allowed = or_inside(settings.TOOL_NETWORKS)
    if server.command:
        words = settings.MCP_STDIO_COMMANDS.get(server.command, ())
        problem = "" if words else _("The operator of this installation has no such program.")
        return McpAddress(server.slug, command=tuple(words), problem=problem)
    try:
        headers = unseal(server.sealed, address=server.address)
    except (Unreadable, ValueError) as problem:
        return McpAddress(server.slug, server.address, problem=str(problem), allowed=allowed)
    return McpAddress(server.slug, server.address, headers=headers, allowed=allowed)


def interface_of(toolset: HttpToolset) -> HttpAddress:
    """Where the interface is, with its credential; what is wrong with that is the address's problem."""
    base, allowed = toolset.base_address, or_inside(settings.TOOL_NETWORKS)
    try:
        secrets = unseal(toolset.sealed, address=base)
    except (Unreadable, ValueError) as problem:
        return HttpAddress(base, problem=str(problem), allowed=allowed)
    if not secrets:
        return HttpAddress(base, allowed=allowed)
    secret, headers, query = secrets["secret"], {}, {}
    match toolset.credential:
        case Credential.BEARER:
            headers["Authorization"] = f"Bearer {secret}"
        case Credential.BASIC:
            user, _colon, password = secret.partition(":")
            headers["Authorization"] = basic(user, password)
        case Credential.HEADER:
            headers[toolset.credential_name] = secret
        case Credential.QUERY:
            query[toolset.credential_name] = secret
    shown = {"secret": secret, "encoded": quote_plus(secret), **headers}
    if toolset.credential == Credential.BASIC:
        shown["password"] = secret.partition(":")[2]
    return HttpAddress(base, headers, query, allowed=allowed, secrets=shown)
