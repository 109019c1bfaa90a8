"""With which groups an agent is shared."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from accounts.groups import groups_for
from agents.errors import Invalid
from agents.models import Agent

if TYPE_CHECKING:
    from accounts.models import User


def share_with(agent: Agent, names: list[str], *, actor: "User | None") -> list[Group]:
    """The groups of these names; those that the agent has and the actor cannot choose stay, seen or not.

    Raises Invalid for a name that is no group, or none of the actor's. Without an actor every group will do.
    """
    offered = Group.objects.all() if actor is None else groups_for(actor)
    choice = {group.name: group for group in offered.filter(name__in=names)}
    kept = [] if agent._state.adding else list(agent.groups.exclude(pk__in=offered.values("pk")))
    for unknown in (name for name in names if name not in choice.keys() | {group.name for group in kept}):
        raise Invalid({"groups": [_("There is no group “%(name)s” of yours.") % {"name": unknown}]})
    return [*choice.values(), *kept]


def has_groups(agent: Agent) -> bool:
    return not agent._state.adding and agent.groups.exists()
