"""The agents a person may see and change, and what is told of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from agents.errors import NotFound
from agents.models import Agent
from agents.models.agent import Visibility

if TYPE_CHECKING:
    from accounts.models import User


def agents_for(user: "User") -> QuerySet[Agent]:
    """The agents the person may talk with: their own, and those shared with everyone."""
    return Agent.objects.filter(Q(owner=user) | Q(visibility=Visibility.EVERYONE))


def agent_for(user: "User", agent_id: UUID) -> Agent | None:
    return agents_for(user).filter(pk=agent_id).first()


def changeable_agents(user: "User") -> QuerySet[Agent]:
    """Their own; for staff those of nobody as well; for superusers all."""
    if user.is_superuser:
        return Agent.objects.all()
    return Agent.objects.filter(Q(owner=user) | Q(owner=None) if user.is_staff else Q(owner=user))


def changeable_agent(user: "User", agent_id: UUID) -> Agent:
    """Raises NotFound for an agent that is not theirs to change."""
    agent = changeable_agents(user).filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent


def may_change(user: "User", agent: Agent) -> bool:
    """What ``changeable_agents`` says, for an agent already at hand."""
    return user.is_superuser or agent.owner_id == user.pk or (agent.owner_id is None and user.is_staff)


def agent_cards(user: "User", query: str = "") -> QuerySet[Agent]:
    """The agents of the list page, each with ``conversation_count``: how many the person has with it.

    One query whatever the length; the long texts are left out of it.
    """
    agents = agents_for(user)
    if query:
        agents = agents.filter(Q(name__icontains=query) | Q(description__icontains=query))
    count = Count("conversations", filter=Q(conversations__created_by=user))
    cards = agents.annotate(conversation_count=count).order_by(Lower("name"), "id")
    return cards.only("id", "name", "description", "owner_id", "visibility", "model")


@dataclass(frozen=True)
class Impact:
    """What goes with an agent. ``of_others`` counts the conversations that somebody else began."""

    conversations: int
    of_others: int
    messages: int
    runs: int


def impact_of(agent: Agent, *, reader: "User") -> Impact:
    """Counted in two queries. Conversations come through the relation: this app knows no more of chat."""
    counts = agent.conversations.aggregate(
        conversations=Count("id", distinct=True),
        of_others=Count("id", distinct=True, filter=~Q(created_by=reader)),
        messages=Count("messages"),
    )
    return Impact(runs=agent.runs.count(), **counts)
