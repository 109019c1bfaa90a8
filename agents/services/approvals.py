"""Deciding on the tool calls that wait for a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.changes import storable
from agents.engine.events import Approval, Event, Nested
from agents.errors import Conflict, Invalid, NotFound
from agents.eventlog import append_to_parked
from agents.leases import wake
from agents.models import Agent, Run, RunStep
from agents.models.run import RunState
from agents.models.run_step import Decision, StepState
from agents.selectors import changeable_agents

if TYPE_CHECKING:
    from accounts.models import User

#: Characters of a reason.
MAX_REASON = 500


@dataclass(frozen=True)
class Choice:
    """What a person has decided. ``always``: this tool needs no asking with this agent from now on."""

    allowed: bool
    always: bool = False
    reason: str = ""


@transaction.atomic
def decide_call(*, actor: "User", chat_id: UUID, run_id: UUID, call_id: str, choice: Choice) -> UUID | None:
    """Writes the decision into the call, into the log of its run and of those within which it runs.

    Gives the outermost run where that can go on now, as nothing within it waits for another decision; None
    while something does. The same decision of the same person again changes nothing. Who may see the chat is
    the caller's to check.

    Raises NotFound for a call that is not there or an agent that is not theirs to change, Conflict for one
    that somebody has decided or that needs no decision any more, Invalid for a reason that is too long.
    """
    reason = _clean(choice.reason)
    line = _locked(chat_id, run_id)
    run, outermost = line[0], line[-1]
    step = RunStep.objects.filter(run=run, call_id=call_id).first()
    if step is None:
        raise NotFound(_("This call does not exist any more."))
    if step.decision:
        _refuse_another(step, actor, choice)
        return None
    waiting = _waiting(outermost)
    if run.pk not in waiting or step.state != StepState.ASKED:
        raise Conflict(_("Nobody has to decide this any more."))
    steps = [step]
    if choice.allowed:
        _refuse_forbidden(run.agent_id, step.name)
    if choice.allowed and choice.always:
        _allow_from_now_on(actor, run.agent_id, step.name)
        steps = list(_undecided([run.pk]).filter(name=step.name))
    for one in steps:
        _decide(one, actor, choice, reason)
    _tell(line, [_event(one, actor) for one in steps])
    if _undecided(waiting).exists():
        return None
    wake(outermost.pk)
    return outermost.pk


def _locked(chat_id: UUID, run_id: UUID) -> list[Run]:
    """The run and those within which it runs, innermost first, which nobody else can change meanwhile.

    The outermost is locked until the transaction ends (SQLite: it is the only writer). Whoever changes one of
    the others holds that one.
    """
    runs = Run.objects.filter(chat_id=chat_id)
    line: list[UUID] = []
    upwards: UUID | None = run_id
    while upwards is not None:
        line.append(upwards)
        upwards = runs.filter(pk=upwards).values_list("parent_id", flat=True).first()
    runs.select_for_update().filter(pk=line[-1]).first()
    found = runs.in_bulk(line)
    if len(found) < len(line):
        raise NotFound(_("This call does not exist any more."))
    return [found[pk] for pk in line]


def _waiting(outermost: Run) -> list[UUID]:
    """The run and all within it, if it waits; one whose call has its result already is not waited for."""
    found: list[UUID] = []
    level = [outermost.pk] if outermost.state == RunState.WAITING else []
    while level:
        found += level
        call = RunStep.objects.filter(
            run=OuterRef("parent"), call_id=OuterRef("call_id"), state=StepState.BEGUN
        )
        within = Run.objects.filter(Exists(call), parent__in=level, state=RunState.WAITING)
        level = list(within.values_list("pk", flat=True))
    return found


def _undecided(run_ids: Collection[UUID]) -> QuerySet[RunStep]:
    asked = RunStep.objects.filter(run__in=run_ids, state=StepState.ASKED, decision="")
    return asked.order_by("position")


def _tell(line: Sequence[Run], events: Sequence[Event]) -> None:
    """Writes the events into the log of the first run, and of each of the others as nested in it."""
    for run in line:
        append_to_parked(run.pk, *events)
        events = [Nested(run.call_id, str(run.pk), event) for event in events]


def _refuse_another(step: RunStep, actor: "User", choice: Choice) -> None:
    decided = Decision.ALLOWED if choice.allowed else Decision.DENIED
    if step.decided_by_id == actor.pk and step.decision == decided and step.always >= choice.always:
        return
    if step.decided_by is None or step.decided_by_id == actor.pk:
        raise Conflict(_("This was decided already."))
    raise Conflict(_("%(name)s has decided this already.") % {"name": step.decided_by})


def _refuse_forbidden(agent_id: UUID, name: str) -> None:
    """The card may be older than what was said of the tool since."""
    tools, policies = Agent.objects.values_list("tools", "tool_policies").get(pk=agent_id)
    if name not in tools or policies.get(name) == "never":
        raise Conflict(_("The agent may not use this tool any more. Deny the call, or change the agent."))


def _allow_from_now_on(actor: "User", agent_id: UUID, name: str) -> None:
    agent = changeable_agents(actor).select_for_update().filter(pk=agent_id).first()
    if agent is None:
        raise NotFound(_("This agent is not yours to change. Allow the call once instead."))
    agent.tool_policies = {**agent.tool_policies, name: "run"}
    agent.save(update_fields=["tool_policies", "updated_at"])


def _decide(step: RunStep, actor: "User", choice: Choice, reason: str) -> None:
    step.decision = Decision.ALLOWED if choice.allowed else Decision.DENIED
    step.always = choice.allowed and choice.always
    step.reason = "" if choice.allowed else reason
    step.decided_by, step.decided_at = actor, timezone.now()
    step.save(update_fields=["decision", "always", "reason", "decided_by", "decided_at"])


def _event(step: RunStep, actor: "User") -> Approval:
    return Approval(
        call_id=step.call_id,
        name=step.name,
        args_summary="",
        state="allowed" if step.decision == Decision.ALLOWED else "denied",
        scope="always" if step.always else "once",
        by=str(actor),
        reason=step.reason,
    )


def _clean(reason: str) -> str:
    line = " ".join(storable(reason).split())
    if len(line) > MAX_REASON:
        raise Invalid({"reason": [_("A reason has at most %(limit)d characters.") % {"limit": MAX_REASON}]})
    return line
