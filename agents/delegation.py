"""A run within a run: another agent is asked, and what it does is told in the log of who asked."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone
from uuid_utils.compat import uuid7

from agents import eventlog
from agents.database import in_database
from agents.engine.events import Approval, Content, Event, Nested, Rationale, Start, Usage, innermost
from agents.engine.messages import ChatMessage, ModelRequest
from agents.eventlog import StoredEvent
from agents.leases import WORKER
from agents.models import Agent, Run
from agents.models.run import LIVE, RunState
from agents.selectors import agents_for
from agents.tools.base import CallWaits, Told, ToolProblem

if TYPE_CHECKING:
    from accounts.models import User

#: How deep agents may ask each other.
MOST_DEEP = 3
#: Names that are told where one is not found.
MOST_NAMES = 30
#: What is not told in the log of who asked: its answer is the result of the call.
UNTOLD = (Content, Rationale, Usage)

Tell = Callable[[Event], Awaitable[None]]


class Execute(Protocol):
    async def __call__(
        self, run: Run, request: ModelRequest, begun: Sequence[StoredEvent], tell: Tell
    ) -> str | None:
        """The answer of a child run; None where it has none. Raises CallWaits when it was parked."""


class Delegation:
    """What an agent may ask of others during one run. `execute` runs a child, `tell` writes our log.

    `questions` are what children wait for. They are told when our run waits too: only then can one decide.
    """

    def __init__(self, run: Run, execute: Execute, tell: Tell) -> None:
        self._run = run
        self._execute = execute
        self._tell = tell
        self.questions: list[Nested] = []

    async def ask(self, call_id: str, name: str, question: str) -> Told:
        """The answer of the agent of that name. The same call again goes on with the child there is.

        Raises ToolProblem for an agent that is not there, or that may not be asked from here, and CallWaits
        where a person has to decide before there is an answer.
        """
        child, begun = await in_database(self._child, call_id, name)

        questions: list[Nested] = []

        async def tell(event: Event) -> None:
            if isinstance(innermost(event), Approval):
                questions.append(Nested(call_id, str(child.pk), event))
            elif not isinstance(event, UNTOLD):
                await self._tell(Nested(call_id, str(child.pk), event))

        await tell(Start(str(child.pk), str(child.agent_id), child.agent.name))
        if child.state not in LIVE:
            answer = await in_database(_text_of, child)
        else:
            try:
                answer = await self._execute(child, _request(child.agent, question), begun, tell)
            except CallWaits:
                self.questions += questions
                raise
        if not answer:
            raise ToolProblem(f"{child.agent.name} could not answer.")
        return Told(f"{child.agent.name} answers:\n\n{answer}", summary=answer)

    @transaction.atomic
    def _child(self, call_id: str, name: str) -> tuple[Run, list[StoredEvent]]:
        """The child of this call, held by this process, and the events that are new of it."""
        children = Run.objects.select_related("agent", "owner")
        earlier = children.filter(parent=self._run, call_id=call_id).first()
        if earlier is not None:
            live = Run.objects.filter(pk=earlier.pk, state__in=LIVE)
            live.update(state=RunState.RUNNING, worker=WORKER, attempt=1)  # its parent's attempts count
            return children.get(pk=earlier.pk), []
        agent = self._agent(name)
        child = Run.objects.create(
            id=uuid7(),
            agent=agent,
            prompt_version=agent.prompt_versions.order_by("-number").first(),
            owner=self._run.owner,
            chat_id=self._run.chat_id,
            message_id=self._run.message_id,
            answer_id=self._run.answer_id,
            parent=self._run,
            call_id=call_id,
            state=RunState.RUNNING,
            worker=WORKER,
            attempt=1,
            started_at=timezone.now(),
        )
        return child, eventlog.begin(child.pk, Start(str(child.pk), str(agent.pk), agent.name))

    def _askable(self, person: "User") -> QuerySet[Agent]:
        """Theirs, the house's, and those of whoever made the agent that asks.

        Not those that other persons share: a page or a file could talk an agent into telling them things.
        """
        house = Q(owner=None) | Q(owner__is_staff=True)
        return agents_for(person).filter(house | Q(owner=person) | Q(owner=self._run.agent.owner_id))

    def _agent(self, name: str) -> Agent:
        """Never one that waits for this answer: agents that ask each other would not come to an end."""
        if self._run.owner is None:
            raise ToolProblem("Nobody is here on whose behalf another agent could be asked.")
        asking = _ancestry(self._run)
        if len(asking) > MOST_DEEP:
            raise ToolProblem(f"Agents ask each other at most {MOST_DEEP} deep. Answer yourself.")
        others = self._askable(self._run.owner).exclude(pk__in=[run.agent_id for run in asking])
        wanted = " ".join(name.split())
        # Their own first: nobody gets their questions by sharing an agent of the same name.
        theirs_first = Case(When(owner=self._run.owner, then=0), default=1)
        called = others.filter(name__iexact=wanted).order_by(theirs_first, "id")
        found = called.first() if wanted.isprintable() else None
        if found is None:
            names = ", ".join(others.order_by("name").values_list("name", flat=True)[:MOST_NAMES]) or "none"
            raise ToolProblem(f"There is no such agent to ask. Agents: {names}.")
        return found


def _ancestry(run: Run) -> list[Run]:
    """The run and those within which it runs, innermost first."""
    line = [run]
    while line[-1].parent is not None:
        line.append(line[-1].parent)
    return line


def _request(agent: Agent, question: str) -> ModelRequest:
    return ModelRequest(
        model=agent.model,
        messages=(ChatMessage("system", agent.system_prompt), ChatMessage("user", question)),
        temperature=agent.temperature,
        agent_name=agent.name,
    )


def _text_of(child: Run) -> str | None:
    """What a child that has ended said; None unless it was a whole answer."""
    if child.state != RunState.COMPLETED:
        return None
    return "".join(stored.data["md"] for stored in eventlog.read(child.pk) if stored.type == Content.type)
