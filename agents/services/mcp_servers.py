"""What is written of MCP servers besides what the admin saves: how they were found."""

from dataclasses import asdict
from uuid import UUID

from django.utils import timezone

from agents.models import McpServer
from agents.tools.mcp_address import Listing


def store_listing(server_id: UUID, found: Listing | str) -> None:
    """Keeps the tools of a server, or why it has told none; then those it had stay."""
    server = McpServer.objects.filter(pk=server_id)
    now = timezone.now()
    if isinstance(found, str):
        server.update(problem=found, checked_at=now)
        return
    tools = [asdict(offer) for offer in found.offers]
    server.update(tools=tools, notes="\n".join(found.notes), problem="", checked_at=now)
