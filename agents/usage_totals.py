"""Adding to the totals of usage, in the transaction that writes what was used to the log of a run."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from uuid_utils.compat import uuid7

from agents.engine.events import Usage
from agents.models import UsageTotal
from agents.models.usage_total import NOBODY

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent

KEY = ("user_id", "day", "agent_id", "model")
NAMES = ("user_name", "agent_name")
FIGURES = ("runs", "prompt_tokens", "completion_tokens", "cost", "unpriced")
COLUMNS = ("id", *KEY, *NAMES, *FIGURES)


@dataclass(frozen=True, slots=True)
class Spent:
    """What is added to the total of one day, person, agent and model: the columns of ``UsageTotal``."""

    user_id: UUID
    day: date
    agent_id: UUID
    model: str
    user_name: str
    agent_name: str
    runs: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal
    unpriced: int

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in KEY)

    def __add__(self, other: "Spent") -> "Spent":
        return replace(other, **{name: getattr(self, name) + getattr(other, name) for name in FIGURES})


def spent(owner: "User | None", agent: "Agent | None", before: Usage | None, after: Usage) -> Spent:
    """What has come to the usage of a run since ``before``, today.

    A run is counted with its first call, and once as one without a price: from then on its money is unknown.
    """
    so_far = before or Usage(0, 0, "", Decimal(0))
    known = after.cost is not None and so_far.cost is not None
    return Spent(
        user_id=owner.pk if owner else NOBODY,
        day=timezone.localdate(timezone=timezone.get_default_timezone()),
        agent_id=agent.pk if agent else NOBODY,
        model=after.model,
        user_name=owner.get_username() if owner else "",
        agent_name=agent.name if agent else "",
        runs=int(before is None),
        prompt_tokens=after.prompt_tokens - so_far.prompt_tokens,
        completion_tokens=after.completion_tokens - so_far.completion_tokens,
        cost=(after.cost - so_far.cost) if known else Decimal(0),  # type: ignore[operator]  # just checked
        unpriced=int(after.cost is None and so_far.cost is not None),
    )


def add(amounts: Iterable[Spent]) -> None:
    """One statement whatever there is; none for nothing. In the transaction of whoever calls.

    Rows are locked in the order of their keys, so two writers never wait for each other.
    """
    by_key: dict[tuple[Any, ...], list[Spent]] = {}
    for amount in amounts:
        by_key.setdefault(amount.key, []).append(amount)
    if by_key:
        rows = [_values(reduce(Spent.__add__, by_key[key])) for key in sorted(by_key)]
        with connection.cursor() as cursor:
            cursor.execute(_upsert(len(rows)), [value for row in rows for value in row])


def _values(amount: Spent) -> list[Any]:
    fields: Any = [UsageTotal._meta.get_field(name) for name in COLUMNS]
    values = [uuid7(), *(getattr(amount, name) for name in COLUMNS[1:])]
    pairs = zip(fields, values, strict=True)
    return [field.get_db_prep_save(value, connection) for field, value in pairs]


def _upsert(rows: int) -> str:
    """By hand: Django's upsert replaces what is there, and a sum that is read before it is written loses."""
    quote = connection.ops.quote_name
    table = quote(UsageTotal._meta.db_table)
    columns, key = (", ".join(map(quote, names)) for names in (COLUMNS, KEY))
    values = ", ".join([f"({', '.join(['%s'] * len(COLUMNS))})"] * rows)
    added = [f"{quote(name)} = {table}.{quote(name)} + EXCLUDED.{quote(name)}" for name in FIGURES]
    renamed = [f"{quote(name)} = EXCLUDED.{quote(name)}" for name in NAMES]
    return (
        f"INSERT INTO {table} ({columns}) VALUES {values} "  # noqa: S608 (names of our own columns)
        f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(added + renamed)}"
    )
