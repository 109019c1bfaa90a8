"""Taking in agents from elsewhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agents.changes import AgentChanges
from agents.errors import Conflict
from agents.models import Agent
from agents.models.agent import Visibility
from agents.services.agents import save_agent, store_new_agent

if TYPE_CHECKING:
    from accounts.models import User


@dataclass
class Taken:
    """The agents that were made and those that were changed."""

    created: list[Agent] = field(default_factory=list)
    updated: list[Agent] = field(default_factory=list)


@transaction.atomic
def import_agents(*, owner: "User | None", agents: Sequence[AgentChanges]) -> Taken:
    """Makes each agent, or changes the owner's agent of that name; all of them or none.

    ``agents`` are checked values with a name. Without an owner they belong to nobody and are for everyone.
    Raises Conflict when a name stands for two agents, Invalid when a new one lacks a field.
    """
    names = [changes["name"] for changes in agents]
    here = list(Agent.objects.select_for_update().filter(owner=owner, name__in=names))
    for found in (names, [agent.name for agent in here]):
        _refuse_two_of_a_name(found)
    by_name = {agent.name: agent for agent in here}
    taken = Taken()
    for changes in agents:
        for_all: AgentChanges = {} if owner else {"visibility": Visibility.EVERYONE}
        _take(taken, by_name.get(changes["name"]), {**changes, **for_all}, owner)
    return taken


def _refuse_two_of_a_name(names: Sequence[str]) -> None:
    name, times = max(Counter(names).items(), key=lambda item: item[1], default=("", 0))
    if times > 1:
        raise Conflict(_("There are two agents with the name “%(name)s”.") % {"name": name})


def _take(taken: Taken, agent: Agent | None, changes: AgentChanges, owner: "User | None") -> None:
    if agent is None:
        taken.created.append(store_new_agent(owner=owner, changes=changes))
        return
    for name, value in changes.items():
        setattr(agent, name, value)
    save_agent(agent=agent, author=owner)
    taken.updated.append(agent)
