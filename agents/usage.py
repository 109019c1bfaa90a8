"""What runs have used between two days: totals by day, person, agent or model."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, DateField, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from agents.models import Run

By = Literal["day", "person", "agent", "model"]


@dataclass(frozen=True)
class UsageRow:
    """``key`` is a date, a name, or None for what is gone. ``unpriced`` counts runs whose cost is unknown."""

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
    """The runs begun on these days, in the time zone of the house. One query.

    Days come newest first, everything else by its tokens, the most first.
    """
    zone = timezone.get_default_timezone()
    begins = datetime.combine(first, time.min, zone)
    ends = datetime.combine(last + timedelta(days=1), time.min, zone)
    day = TruncDate("created_at", tzinfo=zone, output_field=DateField())
    # By id where names may be given twice; the name comes along.
    groups: dict[By, dict[str, Any]] = {
        "day": {"key": day},
        "person": {"id_of": F("owner_id"), "key": F("owner__username")},
        "agent": {"id_of": F("agent_id"), "key": F("agent__name")},
        "model": {"key": F("model")},
    }
    runs = Run.objects.filter(created_at__gte=begins, created_at__lt=ends).exclude(prompt_tokens=None)
    rows: Any = runs.order_by().values(**groups[by]).annotate(**_sums())
    ordered = rows.order_by("-key") if by == "day" else rows.order_by(F("read") + F("wrote")).reverse()
    return [_row(row) for row in ordered]


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
        "number": Count("id"),
        "read": Sum("prompt_tokens"),
        "wrote": Sum("completion_tokens"),
        "money": Sum("cost"),
        "unpriced": Count("id", filter=Q(cost=None)),
    }


def _row(row: dict[str, Any]) -> UsageRow:
    money = row["money"] or Decimal(0)
    return UsageRow(row["key"], row["number"], row["read"], row["wrote"], money, row["unpriced"])
