"""Looking at an MCP server: connecting, listing its tools, and keeping what was found."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.utils.translation import gettext as _

from agents.database import in_database
from agents.models import McpServer
from agents.remote_tools import address_of
from agents.services.mcp_servers import store_listing
from agents.tools.base import ToolProblem
from agents.tools.mcp_address import Listing
from agents.tools.mcp_listing import list_offers

#: Looks under way in this process; each may take half a minute of somebody's hanging server.
MOST_LOOKS = 4
_under_way: set[UUID] = set()


async def look_at(server: McpServer) -> str:
    """Stores what the server says, or why it says nothing. Never raises for what a server does.

    Gives a sentence, and stores nothing, where nobody looked: others are looking.
    """
    if server.pk in _under_way or len(_under_way) >= MOST_LOOKS:
        return _("It is being looked at already, or too many others are. Try again in a moment.")
    _under_way.add(server.pk)
    try:
        await in_database(store_listing, server.pk, await _found(server))
    finally:
        _under_way.discard(server.pk)
    return ""


def look_at_now(server: McpServer) -> None:
    """The same for a caller without an event loop; what was just saved is looked at in any case."""
    store_listing(server.pk, async_to_sync(_found)(server))


async def _found(server: McpServer) -> Listing | str:
    try:
        return await list_offers(address_of(server))
    except ToolProblem as problem:
        return str(problem)
