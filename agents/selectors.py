"""The agents a person may see and change, and what is told of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Window
from django.db.models.functions import Lower, RowNumber
from django.utils import timezone

from accounts.models import ActedFor
from agents.errors import NotFound
from agents.models import Agent, Document, Run, RunStep, WorkspaceFile
from agents.models.agent import Visibility
from agents.models.run import LIVE, RunState
from agents.models.run_step import StepState

if TYPE_CHECKING:
    from accounts.models import User

#: How long what happened to a run says something about the provider.
HEALTH_WINDOW = timedelta(hours=1)
#: The errors that are the provider's, or those of the way to it.
PROVIDER_FAILURES = ("default", "rate_limit", "timeout", "service_unavailable")


def agents_for(user: "User") -> QuerySet[Agent]:
    """The agents the person may talk with: their own, those for everyone, those for a group of theirs.

    Staff may talk with those of every group: they look after them. Whom a program acts for, may talk with
    the agents of its account.
    """
    for_groups = Q(visibility=Visibility.GROUP)
    if not user.is_staff:
        # Its own query: a join would give an agent once for each group that it shares with the person.
        shared = Agent.groups.through.objects.filter(group__user=user)
        for_groups &= Q(pk__in=shared.values("agent_id"))
    accounts = ActedFor.objects.filter(user=user).values("account")
    own = Q(owner=user) | Q(owner__in=accounts)
    return Agent.objects.filter(own | Q(visibility=Visibility.EVERYONE) | for_groups)


def agent_for(user: "User", agent_id: UUID) -> Agent | None:
    return agents_for(user).filter(pk=agent_id).first()


def may_talk(user: "User", agent: Agent) -> bool:
    """What ``agents_for`` says, for an agent already at hand; most need not be asked for."""
    if agent.owner_id == user.pk or agent.visibility == Visibility.EVERYONE:
        return True
    return agents_for(user).filter(pk=agent.pk).exists()


def changeable_agents(user: "User") -> QuerySet[Agent]:
    """Their own; for staff those of nobody and those that are shared as well; for superusers all."""
    if user.is_superuser:
        return Agent.objects.all()
    if user.is_staff:
        return Agent.objects.filter(Q(owner=user) | Q(owner=None) | ~Q(visibility=Visibility.PRIVATE))
    return Agent.objects.filter(owner=user)


def changeable_agent(user: "User", agent_id: UUID) -> Agent:
    """Raises NotFound for an agent that is not theirs to change."""
    agent = changeable_agents(user).filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent


def readable_agent(user: "User", agent_id: UUID) -> Agent:
    """An agent the person may talk with or change. Raises NotFound."""
    agent = agent_for(user, agent_id) or changeable_agents(user).filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent


def may_change(user: "User", agent: Agent) -> bool:
    """What ``changeable_agents`` says, for an agent already at hand."""
    if user.is_superuser or agent.owner_id == user.pk:
        return True
    return user.is_staff and (agent.owner_id is None or agent.visibility != Visibility.PRIVATE)


def agent_cards(user: "User", query: str = "") -> QuerySet[Agent]:
    """The agents of the list page, each with ``conversation_count``: how many the person has with it.

    One query whatever the length; the long texts are left out of it.
    """
    agents = found_agents(user, query)
    count = Count("conversations", filter=Q(conversations__created_by=user))
    cards = agents.annotate(conversation_count=count)
    return cards.only("id", "name", "description", "owner_id", "visibility", "model")


def found_agents(user: "User", query: str = "") -> QuerySet[Agent]:
    """The agents the person may talk with, or those of them whose name or description has the text."""
    agents = agents_for(user).order_by(Lower("name"), "id")
    if query:
        agents = agents.filter(Q(name__icontains=query) | Q(description__icontains=query))
    return agents


def conversation_counts(user: "User", agent_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many conversations the person is in with each of the agents; those without any are left out."""
    theirs = Agent.objects.filter(
        pk__in=agent_ids, conversations__memberships__participant__user=user
    ).order_by()
    return dict(theirs.values_list("pk").annotate(Count("conversations")))


def last_runs_failed() -> bool:
    """Whether the provider answered none of the last three runs that asked it, of those of the last hour.

    A run that a person stopped says nothing, and neither does one that asked for too much.
    """
    # By key, which begins with the time: there is no index on when a run ended.
    begun = UUID(int=int((timezone.now() - HEALTH_WINDOW).timestamp() * 1000) << 80)
    recent = Run.objects.filter(pk__gte=begun).exclude(provider__in=("", "offline"))
    telling = recent.filter(
        Q(state=RunState.COMPLETED) | Q(state=RunState.ERROR, error__in=PROVIDER_FAILURES)
    )
    states = list(telling.order_by("-id").values_list("state", flat=True)[:3])
    return bool(states) and all(state == RunState.ERROR for state in states)


@dataclass(frozen=True)
class Waiting:
    """Runs that have not ended: how many in each state, and for how long the oldest has been queued."""

    by_state: dict[str, int]
    oldest_seconds: float


def waiting_runs() -> Waiting:
    live = Run.objects.filter(state__in=LIVE).values_list("state").annotate(Count("pk"), Min("created_at"))
    counted = {str(state): (number, first) for state, number, first in live.order_by()}
    by_state = {state.value: counted.get(state.value, (0, None))[0] for state in LIVE}
    first = counted.get(RunState.QUEUED.value, (0, None))[1]
    return Waiting(by_state, (timezone.now() - first).total_seconds() if first else 0.0)


@dataclass(frozen=True)
class Impact:
    """What goes with an agent. ``of_others`` counts the conversations that somebody else began."""

    conversations: int
    of_others: int
    messages: int
    runs: int
    files: int
    documents: int


def impact_of(agent: Agent, *, reader: "User") -> Impact:
    """Counted in four queries. Conversations come through the relation: this app knows no more of chat."""
    counts = agent.conversations.aggregate(
        conversations=Count("id", distinct=True),
        of_others=Count("id", distinct=True, filter=~Q(created_by=reader)),
        messages=Count("messages"),
    )
    files = WorkspaceFile.objects.filter(workspace__agent=agent).count()
    documents = Document.objects.filter(agent=agent).count()
    return Impact(runs=agent.runs.count(), files=files, documents=documents, **counts)


def runs_of_message(chat_id: UUID, message_id: UUID) -> QuerySet[Run]:
    """The runs a message asked for, newest first: an answer is asked for again, or gone on with."""
    return Run.objects.filter(chat_id=chat_id, message_id=message_id, parent=None).order_by("-id")


@dataclass(frozen=True)
class CallsOfChat:
    """How many tools the agents of a chat have called, and which call was the last, in which run."""

    number: int
    run_id: UUID
    call_id: str


def tool_calls_of_chats(chat_ids: Collection[UUID]) -> dict[UUID, CallsOfChat]:
    """The calls that were made, by chat; chats without any are left out. One query."""
    made = RunStep.objects.filter(run__chat_id__in=chat_ids, run__parent=None)
    made = made.exclude(state__in=(StepState.ASKED, StepState.DENIED))
    newest = Window(RowNumber(), partition_by="run__chat_id", order_by="-id")
    number = Window(Count("pk"), partition_by="run__chat_id")
    last = made.order_by().annotate(number=number, place=newest).filter(place=1)
    rows = last.values_list("run__chat_id", "number", "run_id", "call_id")
    return {chat_id: CallsOfChat(*rest) for chat_id, *rest in rows}


def agent_called(user: "User", name: str) -> Agent | None:
    """The agent of that id, or the only one of that name, in whatever case, that the person may talk with."""
    agents = agents_for(user)
    try:
        return agents.filter(pk=UUID(name)).first()
    except ValueError:
        found = list(agents.filter(name__iexact=name)[:2]) if name.isprintable() else []
        return found[0] if len(found) == 1 else None


def finish_of(run_id: UUID) -> str:
    """Why the model of a run stopped; empty where it did not say, or the run is gone."""
    return Run.objects.filter(pk=run_id).values_list("finish", flat=True).first() or ""


def run_in_chat(chat_id: UUID, run_id: UUID) -> Run | None:
    """The run with its agent, if it is one of this chat."""
    return Run.objects.select_related("agent").filter(pk=run_id, chat_id=chat_id).first()
