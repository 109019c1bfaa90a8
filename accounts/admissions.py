"""Who was let in, by what, and whether that still holds: what stays open must not outlive it.

A request is checked when it comes. A socket or a stream is open for hours; it asks here to be told when its
session, API key or family of tokens has ended, its person's password is another one, or the account is
disabled. Nobody has to remember to tell: while anybody waits, each process looks every ``LOOK_EVERY``
seconds, with one query for all people and one for each kind of thing that let them in.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextvars import Context
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import ApiKey, TokenFamily, User

logger = logging.getLogger(__name__)

#: Seconds between two looks: a revocation is noticed on every door within 5 s.
LOOK_EVERY = 2.0
#: Keys in one query; databases bound how many values a statement may have.
MOST_KEYS = 500

T = TypeVar("T")


@dataclass(frozen=True)
class Admission:
    """One of the last three let the person in; none of them did in personal mode, where they are the owner.

    ``password`` is the stored hash of that moment: after any change of the password it is another one.
    """

    user_id: UUID
    password: str
    session_key: str = ""
    family_id: UUID | None = None
    api_key_id: UUID | None = None


def admission_of(user: User, session_key: str = "") -> Admission:
    return Admission(user.pk, user.password, session_key)


async def ended(admission: Admission) -> None:
    """Returns when the admission holds no longer."""
    global _watch
    if _watch is None or _watch.task.done() or _watch.loop is not asyncio.get_running_loop():
        _watch = _Watch()
    await _watch.end_of(admission)


def holds(admission: Admission) -> bool:
    return not _over([admission])


class _Watch:
    """Looks after the admissions of one event loop, while there are any."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        # It outlives the request that was first to need it, whose context ends with the request's thread.
        self.task = self.loop.create_task(self._run(), name="admissions", context=Context())
        self._ends: dict[Admission, list[asyncio.Future[None]]] = {}

    async def end_of(self, admission: Admission) -> None:
        end = self.loop.create_future()
        self._ends.setdefault(admission, []).append(end)
        try:
            await end
        finally:
            self._forget(admission, end)

    def _forget(self, admission: Admission, end: asyncio.Future[None]) -> None:
        ends = self._ends.get(admission, [])
        if end in ends:
            ends.remove(end)
        if not ends:
            self._ends.pop(admission, None)
        if not self._ends:
            self.task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                over = await database_sync_to_async(_over)(list(self._ends))
            except Exception:
                logger.exception("looking for ended sessions failed; trying again")
                continue
            for admission in over:
                for end in self._ends.pop(admission, []):
                    end.set_result(None)


_watch: _Watch | None = None


def _over(admissions: list[Admission]) -> list[Admission]:
    """Those that do not hold any more."""
    now = timezone.now()
    people: dict[UUID, str] = {}
    for ids in _portions({one.user_id for one in admissions}):
        people.update(User.objects.filter(pk__in=ids, is_active=True).values_list("pk", "password"))
    sessions = _alive({one.session_key for one in admissions}, Session.objects.filter(expire_date__gt=now))
    families = _alive(
        {one.family_id for one in admissions},
        TokenFamily.objects.filter(revoked_at=None, expires_at__gt=now),
    )
    keys = _alive(
        {one.api_key_id for one in admissions},
        ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None),
    )
    return [
        one
        for one in admissions
        if people.get(one.user_id) != one.password
        or one.session_key not in sessions
        or one.family_id not in families
        or one.api_key_id not in keys
    ]


def _alive(named: set[Any], rows: QuerySet[Any]) -> set[Any]:
    """Those of the primary keys that are among the rows, and what names none: that needs none."""
    alive: set[Any] = {"", None}
    for keys in _portions(named - alive):
        alive.update(rows.filter(pk__in=keys).values_list("pk", flat=True))
    return alive


def _portions(values: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(values)
    while portion := list(islice(iterator, MOST_KEYS)):
        yield portion
