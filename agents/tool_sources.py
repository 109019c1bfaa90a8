"""Which servers' tools a person may use."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from agents.errors import NotFound
from agents.models import HttpToolset, McpServer
from agents.models.tool_source import Audience, ToolSource

if TYPE_CHECKING:
    from accounts.models import User

S = TypeVar("S", bound=ToolSource)


def mcp_servers_for(user: "User | None") -> QuerySet[McpServer]:
    return _usable(McpServer.objects.all(), user)


def http_toolsets_for(user: "User | None") -> QuerySet[HttpToolset]:
    return _usable(HttpToolset.objects.defer("document"), user)


def mcp_server_for(user: "User", server_id: UUID) -> McpServer:
    """Raises NotFound, also for one that is not theirs to use."""
    server = mcp_servers_for(user).filter(pk=server_id).first()
    if server is None:
        raise NotFound
    return server


def sources_named(slugs: Iterable[str], user_id: UUID | None) -> list[McpServer | HttpToolset]:
    """The sources of these short names that the person of this id may use."""
    user = get_user_model().objects.filter(pk=user_id).first() if user_id else None
    if user_id and user is None:
        return []
    wanted = set(slugs)
    servers = mcp_servers_for(user).filter(slug__in=wanted)
    return [*servers, *http_toolsets_for(user).filter(slug__in=wanted)]


def _usable(sources: QuerySet[S], user: "User | None") -> QuerySet[S]:
    """Those that are switched on and meant for the person; for nobody in particular, those for everyone."""
    sources = sources.filter(enabled=True)
    if user is None:
        return sources.filter(audience=Audience.EVERYONE)
    if not user.is_active:
        return sources.none()
    if user.is_superuser:
        return sources
    mine = Q(audience=Audience.EVERYONE) | Q(audience=Audience.CHOSEN, people=user)
    if user.is_staff:
        mine |= Q(audience=Audience.STAFF)
    return sources.filter(pk__in=sources.filter(mine).values("pk"))
