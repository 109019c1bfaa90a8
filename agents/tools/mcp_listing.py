"""What an MCP server offers, read with suspicion: a tool that no model could take is left out, and said."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from agents.tools.base import ToolProblem
from agents.tools.json_schemas import arguments_schema, clean, described
from agents.tools.mcp_address import Listing, McpAddress, Offer
from agents.tools.mcp_connection import LEAVE_S, Connection
from agents.tools.remote_names import remote_name
from agents.tools.threads import in_thread

MAX_TOOLS = 100
MAX_PAGES = 20
MAX_NAME = 200
#: Characters of a description; every model reads it with every question.
MAX_DESCRIPTION = 1_000
#: Seconds for all of it, the opening of the session included.
TOTAL_S = 25.0


async def list_offers(server: McpAddress) -> Listing:
    """Connects, reads the whole list and leaves again. Raises ToolProblem."""
    connection = Connection(server)
    try:
        async with asyncio.timeout(TOTAL_S):
            tools = await _all_pages(connection)
            # Reading hostile schemas is not the event loop's work.
            return await in_thread(partial(_read, get_language(), server.server, tools))
    except TimeoutError:
        raise ToolProblem(_("The server did not list its tools in time.")) from None
    finally:
        # To the end: the caller's event loop may not live on to see a program go.
        await connection.aclose(within=LEAVE_S)


def _read(language: str | None, server: str, tools: list[Any]) -> Listing:
    """In the language of whoever looks, which a thread does not know of."""
    with override(language):
        return listing_of(server, tools)


async def _all_pages(connection: Connection) -> list[Any]:
    tools: list[Any] = []
    cursor: str | None = None
    for _page in range(MAX_PAGES):
        page = await connection.list_tools(cursor)
        tools += page["tools"]
        cursor = page.get("nextCursor")
        if not cursor or len(tools) > MAX_TOOLS:
            break
    return tools


def listing_of(server: str, tools: list[Any]) -> Listing:
    """The offers in the list's order, and why others are left out."""
    offers: dict[str, Offer] = {}
    notes: list[str] = []
    seen: set[str] = set()
    if len(tools) > MAX_TOOLS:
        notes.append(_("Only the first %(limit)d tools are taken.") % {"limit": MAX_TOOLS})
    for tool in tools[:MAX_TOOLS]:
        shown = clean(str(tool.get("name")) if isinstance(tool, Mapping) else "?", 60)
        try:
            offer = _offer(server, tool, seen, offers)
        except ValueError as reason:
            notes.append(_("“%(tool)s” is left out: %(reason)s.") % {"tool": shown, "reason": reason})
        else:
            offers[offer.name] = offer
    return Listing(tuple(offers.values()), tuple(notes))


def _offer(server: str, tool: object, seen: set[str], offers: Mapping[str, Offer]) -> Offer:
    if not isinstance(tool, Mapping) or not isinstance(remote := tool.get("name"), str):
        raise ValueError(_("it is not what MCP prescribes"))
    if not remote.strip() or len(remote) > MAX_NAME or clean(remote, MAX_NAME) != remote:
        raise ValueError(_("its name cannot be used"))
    if remote in seen:
        raise ValueError(_("there are two of that name"))
    seen.add(remote)
    if _object(tool, "execution").get("taskSupport") == "required":
        raise ValueError(_("it runs as a task of its own, which is not supported"))
    description = tool.get("description")
    return Offer(
        name=remote_name(server, remote, offers),
        remote=remote,
        description=described(description, MAX_DESCRIPTION) if isinstance(description, str) else "",
        schema=arguments_schema(tool.get("inputSchema")),
        reads_only=_object(tool, "annotations").get("readOnlyHint") is True,
    )


def _object(tool: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    value = tool.get(part)
    return value if isinstance(value, Mapping) else {}
