"""The tools of other servers as an agent's form shows them: a group a server, and those that are not here."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext

from agents.models import HttpToolset, McpServer
from agents.policy_choices import policies_in_words
from agents.remote_tools import address_of, interface_of
from agents.tool_sources import http_toolsets_for, mcp_servers_for
from agents.tools.policies import policy_of
from agents.tools.remote_names import is_remote

if TYPE_CHECKING:
    from accounts.models import User


NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class RemoteChoice:
    """One tool: `name` is ours, `shown` the server's; `reads_only` where that is believed.

    `overrides` are what the agent may do with tools where it is not the default.
    """

    name: str
    shown: str
    about: str
    ticked: bool
    reads_only: bool = False
    overrides: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_effects(self) -> bool:
        return not self.reads_only

    @property
    def policy(self) -> str:
        return policy_of(self, self.overrides)

    @property
    def policies(self) -> list[tuple[str, str]]:
        return policies_in_words()


@dataclass(frozen=True)
class ToolGroup:
    """`problem` and `notes` are sentences about the server; `can_be_tested` where one can look at it."""

    id: UUID
    name: str
    choices: list[RemoteChoice]
    checked_at: datetime | None
    problem: str
    notes: list[str]
    can_be_tested: bool = True


def tool_groups(user: "User", ticked: Collection[str], overrides: Mapping[str, str]) -> list[ToolGroup]:
    servers = [group_of(server, ticked, overrides) for server in mcp_servers_for(user)]
    return servers + [interface_group(toolset, ticked, overrides) for toolset in http_toolsets_for(user)]


def all_choices(ticked: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """For the admin: name and label of every server's tools, by the server's name."""
    groups = [group_of(server, ticked) for server in McpServer.objects.all()]
    groups += [interface_group(toolset, ticked) for toolset in HttpToolset.objects.defer("document")]
    choices = [(group.name, [(one.name, one.name) for one in group.choices]) for group in groups]
    gone = [(one.name, one.name) for one in tools_not_here(groups, ticked)]
    return [group for group in (*choices, (gettext("Tools that are not here"), gone)) if group[1]]


def group_of(
    server: McpServer, ticked: Collection[str], overrides: Mapping[str, str] = NO_OVERRIDES
) -> ToolGroup:
    return ToolGroup(
        server.pk,
        server.name,
        list(_choices(server, ticked, overrides)),
        server.checked_at,
        address_of(server).problem or server.problem,
        server.notes.splitlines(),
    )


def interface_group(
    toolset: HttpToolset, ticked: Collection[str], overrides: Mapping[str, str] = NO_OVERRIDES
) -> ToolGroup:
    offered = [tool for tool in toolset.tools if tool["name"] in toolset.chosen]
    choices = [_choice(tool, ticked, overrides, reads_only=tool["reads_only"]) for tool in offered]
    problem = interface_of(toolset).problem
    return ToolGroup(toolset.pk, toolset.name, choices, None, problem, [], can_be_tested=False)


def _choices(
    server: McpServer, ticked: Collection[str], overrides: Mapping[str, str]
) -> Iterator[RemoteChoice]:
    for tool in server.tools:
        believed = bool(tool["reads_only"]) and server.trusts_hints
        yield _choice(tool, ticked, overrides, reads_only=believed)


def _choice(
    tool: Mapping[str, Any], ticked: Collection[str], overrides: Mapping[str, str], *, reads_only: bool
) -> RemoteChoice:
    name = tool["name"]
    return RemoteChoice(name, tool["remote"], tool["description"], name in ticked, reads_only, overrides)


def tools_not_here(groups: Collection[ToolGroup], ticked: Collection[str]) -> list[RemoteChoice]:
    """What an agent has of servers that are gone, switched off or not for this person: kept, not called."""
    here = {choice.name for group in groups for choice in group.choices}
    return [RemoteChoice(name, name, "", True) for name in ticked if is_remote(name) and name not in here]
