"""What was used between two days: totals by day, person, agent or model."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, Max, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from agents.models import Agent, UsageTotal

By = Literal["day", "person", "agent", "model"]


@dataclass(frozen=True)
class UsageRow:
    """``key`` is a date, or a name, empty where there was none. ``unpriced`` counts runs of unknown cost."""

    key: date | str | None
    runs: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal
    unpriced: int

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


def usage_by(by: By, *, first: date, last: date) -> list[UsageRow]:
    """What was used on these days. One query.

    Days come newest first, everything else by its tokens, the most first. Who is gone has the last name.
    """
    people, agents = get_user_model().objects, Agent.objects
    # By id where names may be given twice; the name comes along.
    groups: dict[By, tuple[str, Any]] = {
        "day": ("day", F("day")),
        "person": ("user_id", _name_now(people.values("username"), "user_id", "user_name")),
        "agent": ("agent_id", _name_now(agents.values("name"), "agent_id", "agent_name")),
        "model": ("model", F("model")),
    }
    group, key = groups[by]
    totals = UsageTotal.objects.filter(day__range=(first, last)).order_by()
    rows: Any = totals.values(group).annotate(**_sums()).annotate(key=key)
    ordered = rows.order_by("-key") if by == "day" else rows.order_by(F("read") + F("wrote")).reverse()
    return [_row(row) for row in ordered]


def _name_now(rows: Any, whose: str, kept: str) -> Coalesce:
    named = Subquery(rows.filter(pk=OuterRef(whose))[:1], output_field=CharField())
    return Coalesce(named, Max(kept))


def total_of(rows: Iterable[UsageRow]) -> UsageRow:
    rows = list(rows)
    return UsageRow(
        key=None,
        runs=sum(row.runs for row in rows),
        prompt_tokens=sum(row.prompt_tokens for row in rows),
        completion_tokens=sum(row.completion_tokens for row in rows),
        cost=sum((row.cost for row in rows), Decimal(0)),
        unpriced=sum(row.unpriced for row in rows),
    )


def _sums() -> dict[str, Any]:
    return {
        "number": Sum("runs"),
        "read": Sum("prompt_tokens"),
        "wrote": Sum("completion_tokens"),
        "money": Sum("cost"),
        "without": Sum("unpriced"),
    }


def _row(row: dict[str, Any]) -> UsageRow:
    return UsageRow(row["key"], row["number"], row["read"], row["wrote"], row["money"], row["without"])
