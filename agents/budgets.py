"""Whether a run may ask the model again: its budgets, and what has been used of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.utils import timezone

from agents.engine.errors import ErrorKind
from agents.engine.events import Usage
from agents.leases import WORKER
from agents.models import Budget, Run
from agents.models.budget import Period

KEYS: dict[str, ErrorKind] = {
    Period.RUN: "run_limit",
    Period.DAY: "day_budget",
    Period.MONTH: "month_budget",
}


def columns_of(usage: Usage) -> dict[str, Any]:
    """The columns of a run's row that tell what it has used."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": usage.cost,
        "estimated": usage.estimated,
    }


def may_ask(run: Run, used: Usage | None) -> ErrorKind | None:
    """The key of the budget that is used up, or None.

    Stores first what the run has used, for the other runs of the same person or agent to see. What a run
    has not stored yet is one call, so each of several runs at once exceeds a budget by one call at most.
    """
    if used is not None:
        Run.objects.filter(pk=run.pk, worker=WORKER).update(**columns_of(used))
    return refusal(owner_id=run.owner_id, agent_id=run.agent_id, run_id=run.pk, used=used)


def refusal(
    *, owner_id: UUID | None, agent_id: UUID | None, run_id: UUID | None = None, used: Usage | None = None
) -> ErrorKind | None:
    """The key of the first budget of person and agent that is used up, or None. One query.

    ``used`` is what the run ``run_id`` itself has used, whenever it began; the others count where they began.
    """
    budgets = list(_with_spent(owner_id, agent_id, run_id))
    own = {budget.period for budget in budgets if budget.user_id is not None}
    for budget in budgets:
        for_each = budget.user_id is None and budget.agent_id is None
        if not (for_each and budget.period in own) and _is_used_up(budget, used):
            return KEYS[budget.period]
    return None


def _with_spent(owner_id: UUID | None, agent_id: UUID | None, run_id: UUID | None) -> QuerySet[Budget]:
    """Each budget of the two with ``tokens`` and ``money`` of all other runs in its period."""
    theirs = Q(user=None, agent=None) | Q(user_id=owner_id) if owner_id is not None else Q(pk=None)
    its = Q(agent=agent_id) if agent_id is not None else Q(pk=None)
    day, month = _beginnings(timezone.now())
    since = Case(When(period=Period.DAY, then=Value(day)), default=Value(month), output_field=DateTimeField())
    since_then = Run.objects.filter(created_at__gte=OuterRef("since")).order_by()
    others = since_then.exclude(pk=run_id) if run_id else since_then
    by_agent = others.filter(agent=agent_id).values("agent_id")
    by_owner = others.filter(owner=owner_id).values("owner_id")

    def spent(what: Any, limit: str) -> Case:
        # Each sum is made only where the budget asks for it.
        return Case(
            When(Q(period=Period.RUN) | Q(**{limit: None}), then=None),
            When(agent=None, then=Subquery(by_owner.annotate(sum=Sum(what)).values("sum"))),
            default=Subquery(by_agent.annotate(sum=Sum(what)).values("sum")),
        )

    tokens = spent(F("prompt_tokens") + F("completion_tokens"), "max_tokens")
    rows = Budget.objects.filter(theirs | its).annotate(since=since).order_by("period")
    return rows.annotate(tokens=tokens, money=spent("cost", "max_cost"))


def _beginnings(now: datetime) -> tuple[datetime, datetime]:
    """When this day and this month began, in the time zone of the house."""
    here = timezone.localtime(now, timezone.get_default_timezone())
    day = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return day, day.replace(day=1)


def _is_used_up(budget: Any, used: Usage | None) -> bool:
    tokens = (budget.tokens or 0) + (used.prompt_tokens + used.completion_tokens if used else 0)
    money = (budget.money or Decimal(0)) + ((used.cost or Decimal(0)) if used else Decimal(0))
    return (budget.max_tokens is not None and tokens >= budget.max_tokens) or (
        budget.max_cost is not None and money >= budget.max_cost
    )
