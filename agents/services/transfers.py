"""Taking in agents from elsewhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agents.changes import AgentChanges
from agents.errors import Conflict
from agents.models import Agent
from agents.models.agent import Visibility
from agents.services.agents import change_agent, store_new_agent

if TYPE_CHECKING:
    from accounts.models import User


#: As the model has it.
MAX_NAME = 100


@dataclass
class Taken:
    """The agents that were made and those that were changed."""

    created: list[Agent] = field(default_factory=list)
    updated: list[Agent] = field(default_factory=list)


@transaction.atomic
def import_agents(*, owner: "User | None", agents: Sequence[AgentChanges]) -> Taken:
    """Makes each agent, or changes the owner's agent of that name; all of them or none.

    ``agents`` are checked values with a name. Without an owner they belong to nobody and are for everyone.
    Several of one name are those of that name here, oldest first; what is more than these gets a number, the
    same each time. Raises Conflict when more are here than come, Invalid when a new one lacks a field.
    """
    here = _by_name(owner, [changes["name"] for changes in agents])
    for name, times in Counter(changes["name"] for changes in agents).items():
        if len(here.get(name, ())) > times:
            raise Conflict(_("There are two agents with the name “%(name)s”.") % {"name": name})
    agents = _numbered(agents, {name: len(found) for name, found in here.items()})
    here = _by_name(owner, [changes["name"] for changes in agents])
    taken = Taken()
    for changes in agents:
        for_all: AgentChanges = {} if owner else {"visibility": Visibility.EVERYONE}
        same = here.get(changes["name"])
        _take(taken, same.pop(0) if same else None, {**changes, **for_all}, owner)
    return taken


def _by_name(owner: "User | None", names: Sequence[str]) -> dict[str, list[Agent]]:
    found: dict[str, list[Agent]] = {}
    for agent in Agent.objects.select_for_update().filter(owner=owner, name__in=names).order_by("pk"):
        found.setdefault(agent.name, []).append(agent)
    return found


def _numbered(agents: Sequence[AgentChanges], here: Mapping[str, int]) -> list[AgentChanges]:
    """The same with names of their own, but for so many of a name as are here already."""
    used = {changes["name"] for changes in agents}
    times: Counter[str] = Counter()
    renamed = []
    for changes in agents:
        name = changes["name"]
        times[name] += 1
        if times[name] > max(1, here.get(name, 0)):
            number = times[name]
            while (called := _with_number(name, number)) in used:
                number += 1
            used.add(called)
            changes = {**changes, "name": called}
        renamed.append(changes)
    return renamed


def _with_number(name: str, number: int) -> str:
    return f"{name[: MAX_NAME - len(f' {number}')]} {number}"


def _take(taken: Taken, agent: Agent | None, changes: AgentChanges, owner: "User | None") -> None:
    if agent is None:
        taken.created.append(store_new_agent(owner=owner, changes=changes))
        return
    change_agent(agent=agent, changes=changes, actor=owner)
    taken.updated.append(agent)
