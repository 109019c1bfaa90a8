"""Whether a run may ask the model again: its budgets, and what has been used of them."""

from datetime import timedelta
from decimal import Decimal
from functools import cache
from math import ceil
from typing import Any
from uuid import UUID

from django.db.models import Case, DateField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.utils import timezone

from accounts.prepared import Prepared
from agents.engine.errors import ErrorKind
from agents.engine.events import Usage
from agents.models import Budget, UsageTotal
from agents.models.budget import Period
from agents.models.usage_total import NOBODY

#: Seconds after which a provider that had too many questions is worth asking again.
PROVIDER_PAUSE = 10

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


def refusal(*, owner_id: UUID | None, agent_id: UUID | None, used: Usage | None = None) -> ErrorKind | None:
    """The key of the first budget of person and agent that is used up, or None.

    One query, and one more where anybody has a budget.

    ``used`` is what the run itself has used, for the budgets of one answer. The others read the totals, which
    every call is added to before the next one is made: so each of several runs at once exceeds a budget by
    one call at most.
    """
    if _any_budget().first() is None:
        return None
    budgets = list(_with_spent(owner_id, agent_id))
    own = {budget.period for budget in budgets if budget.user_id is not None}
    for budget in budgets:
        for_each = budget.user_id is None and budget.agent_id is None
        if not (for_each and budget.period in own) and _is_used_up(budget, used):
            return KEYS[budget.period]
    return None


@cache
def _any_budget() -> Prepared[UUID]:
    return Prepared.of(lambda: Budget.objects.order_by().values_list("pk", flat=True)[:1])


def _with_spent(owner_id: UUID | None, agent_id: UUID | None) -> QuerySet[Budget]:
    """Each budget of the two with the ``tokens`` and ``money`` that were used in its period."""
    theirs = Q(user=None, agent=None) | Q(user_id=owner_id) if owner_id is not None else Q(pk=None)
    its = Q(agent=agent_id) if agent_id is not None else Q(pk=None)
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    since = Case(
        When(period=Period.DAY, then=Value(today)),
        default=Value(today.replace(day=1)),
        output_field=DateField(),
    )
    totals = UsageTotal.objects.filter(day__gte=OuterRef("since")).order_by()
    by_agent = totals.filter(agent_id=agent_id or NOBODY).values("agent_id")
    by_owner = totals.filter(user_id=owner_id or NOBODY).values("user_id")

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


def _is_used_up(budget: Any, used: Usage | None) -> bool:
    tokens, money = budget.tokens or 0, budget.money or Decimal(0)
    if budget.period == Period.RUN and used is not None:
        tokens, money = used.prompt_tokens + used.completion_tokens, used.cost or Decimal(0)
    return (budget.max_tokens is not None and tokens >= budget.max_tokens) or (
        budget.max_cost is not None and money >= budget.max_cost
    )


def seconds_until_next(kind: ErrorKind) -> int | None:
    """Whole seconds until a used-up budget begins anew, or the provider takes questions again, about."""
    here = timezone.localtime(timezone=timezone.get_default_timezone())
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    match kind:
        case "rate_limit":
            return PROVIDER_PAUSE
        case "day_budget":
            begins = midnight + timedelta(days=1)
        case "month_budget":
            begins = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        case _:
            return None
    return max(1, ceil((begins - here).total_seconds()))
