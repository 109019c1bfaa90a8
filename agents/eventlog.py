"""The log of every run: the only writer of events, and the only way to follow one.

An event is committed before anyone is told of it. One writer a process commits what all its runs have
produced since the last commit in one transaction (group commit), then publishes to ``run.<id>`` on the
channel layer. A push is only a hint, since the layer drops messages silently when a reader is slow:
``follow`` joins the group, reads the log, drops what it has seen by sequence, and reads the log again
wherever a push is missing.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.db.models import Max

from agents import metrics
from agents.database import AWAY, DatabaseThreads, in_database
from agents.engine.events import End, Event, event_id, from_data, to_data
from agents.event_packs import packs, unpacked
from agents.models import Run, RunEvent
from agents.pushes import Listener, push
from agents.usage_totals import Spent, add

#: Seconds without a push after which a follower looks at the log itself (the layer may have dropped one).
DOUBT_AFTER = 5.0
#: Seconds the writer asks for a database that is away (less than a lease), and between two tries.
PATIENCE, PAUSE = 10.0, 0.5
#: Events in one push, so that no message of the channel layer grows without bound.
MAX_PUSHED = 200


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as committed: its place in the run's log, when, and what."""

    run_id: UUID
    seq: int
    ts: datetime
    type: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return event_id(self.run_id, self.seq, self.ts)

    @property
    def event(self) -> Event | None:
        """The typed event, or None for a type this version does not know."""
        return from_data(self.type, self.data)


class LogConflict(Exception):
    """Another process has written this run's log: whoever gets this no longer holds the run."""


@dataclass(slots=True, eq=False)
class _Batch:
    rows: list[StoredEvent]
    settle: Callable[[], None] | None
    spent: Sequence[Spent]
    done: asyncio.Future[None]


class RunLog:
    """The log of one run, for the one who holds the run. ``seq`` is the last number written."""

    def __init__(self, run_id: UUID, seq: int = 0) -> None:
        self.run_id = run_id
        self.seq = seq

    async def append(
        self, *events: Event, settle: Callable[[], None] | None = None, spent: Sequence[Spent] = ()
    ) -> list[StoredEvent]:
        """Commits the events, what ``settle`` changes and what was spent in one transaction; then publishes.

        Raises LogConflict when the numbers are taken, and then nothing of this call is stored.
        """
        rows = _numbered(self.run_id, self.seq, events)
        before = self.seq
        self.seq += len(rows)  # now, not after: a caller cancelled while waiting has written all the same
        try:
            await _writer.write(rows, settle, spent)
        except Exception:
            self.seq = before
            raise
        metrics.events.inc(len(rows))
        await publish(self.run_id, rows)
        return rows


async def spend(*spent: Spent) -> None:
    """Counts what was used by no run, or by one whose log is gone."""
    await _writer.write([], None, spent)


def begin(run_id: UUID, *events: Event) -> list[StoredEvent]:
    """Stores a run's first events in the caller's transaction, who publishes them once it has committed."""
    rows = _numbered(run_id, 0, events)
    _store(rows)
    return rows


def _numbered(run_id: UUID, after: int, events: Sequence[Event]) -> list[StoredEvent]:
    now = datetime.now(UTC)
    return [
        StoredEvent(run_id, seq, now, event.type, to_data(event))
        for seq, event in enumerate(events, start=after + 1)
    ]


def _store(rows: Iterable[StoredEvent]) -> None:
    RunEvent.objects.bulk_create(
        [RunEvent(run_id=row.run_id, seq=row.seq, type=row.type, ts=row.ts, data=row.data) for row in rows]
    )


class _Writer:
    """Commits in one thread what has come in while the last commit was under way."""

    def __init__(self) -> None:
        self._thread = DatabaseThreads(size=1, name="event-writer")
        self._pending: list[_Batch] = []
        self._draining: asyncio.Task[None] | None = None
        metrics.writer_waiting.set_function(lambda: len(self._pending))

    async def write(
        self, rows: list[StoredEvent], settle: Callable[[], None] | None, spent: Sequence[Spent]
    ) -> None:
        loop = asyncio.get_running_loop()
        batch = _Batch(rows, settle, spent, loop.create_future())
        self._pending.append(batch)
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain())
        await batch.done

    async def _drain(self) -> None:
        while self._pending:
            batches, self._pending = self._pending, []
            for batch, error in await self._outcomes(batches):
                if batch.done.done():
                    continue  # whoever waited was cancelled; the rows are in the log all the same
                if error is None:
                    batch.done.set_result(None)
                else:
                    batch.done.set_exception(error)

    async def _outcomes(self, batches: list[_Batch]) -> list[tuple[_Batch, Exception | None]]:
        """Each batch with its error, if any. Where the database was away it is tried again for a while."""
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        done: list[tuple[_Batch, Exception | None]] = []
        while batches:
            with metrics.commit_seconds.time():
                errors = await self._thread.call(_commit_all, batches)
            outcomes = list(zip(batches, errors, strict=True))
            again = [batch for batch, error in outcomes if isinstance(error, AWAY) and clock() < until]
            done += [(batch, error) for batch, error in outcomes if batch not in again]
            batches = again
            if again:
                await asyncio.sleep(PAUSE)
        return done

    def close(self) -> None:
        self._thread.close()


_writer = _Writer()
close_writer = _writer.close


def _commit_all(batches: list[_Batch]) -> list[Exception | None]:
    """All in one transaction; if that fails, each in its own, so that one bad batch costs only itself."""
    try:
        _commit(batches)
    except AWAY as error:
        connection.close()  # it may never work again
        return [error] * len(batches)
    except Exception as error:  # noqa: BLE001 (whatever it is belongs to the one who appended)
        if len(batches) == 1:
            return [None if _is_stored(batches[0]) else _conflict_or(error, batches[0])]
        return [outcome for batch in batches for outcome in _commit_all([batch])]
    return [None] * len(batches)


def _commit(batches: list[_Batch]) -> None:
    with transaction.atomic():
        _store(row for batch in batches for row in batch.rows)
        add(spent for batch in batches for spent in batch.spent)
        for batch in batches:
            if batch.settle is not None:
                batch.settle()
            if batch.rows and batch.rows[-1].type == End.type:
                _pack(batch.rows[-1].run_id)


def _pack(run_id: UUID) -> None:
    """Puts the text of a finished run into few rows; ``read`` gives the same events before and after."""
    rows = list(RunEvent.objects.filter(run_id=run_id).order_by("seq"))
    for pieces, data in packs(rows):
        *others, last = (piece.pk for piece in pieces)
        RunEvent.objects.filter(pk__in=others).delete()
        RunEvent.objects.filter(pk=last).update(data=data)


def end_unbegun(run_id: UUID, answer_id: UUID) -> None:
    """Writes the one event of a run that was dropped before it began, so that whoever waits for it is told.

    Only for the transaction that ends the run, as nobody else can write to its log then; told on commit.
    """
    end = End(status="cancelled", ms_total=0, tool_calls=0, answer_id=str(answer_id))
    stored = begin(run_id, end)
    transaction.on_commit(lambda: async_to_sync(publish)(run_id, stored))


def _is_stored(batch: _Batch) -> bool:
    """Whether a commit that seemed to fail did not: the connection was lost before its answer came."""
    last = batch.rows[-1] if batch.rows else None
    if last is None:
        return False
    try:
        return RunEvent.objects.filter(run_id=last.run_id, seq=last.seq, ts=last.ts).exists()
    except AWAY:
        return False


def append_to_parked(run_id: UUID, *events: Event) -> None:
    """Writes events of a run that nobody holds. Only in a transaction that has locked the run's row.

    The numbers follow the last; they are told on commit.
    """
    last = RunEvent.objects.filter(run_id=run_id).aggregate(last=Max("seq"))["last"] or 0
    rows = _numbered(run_id, last, events)
    _store(rows)
    transaction.on_commit(lambda: async_to_sync(publish)(run_id, rows))


def _conflict_or(error: Exception, batch: _Batch) -> Exception:
    """Names the case that matters to a runner: somebody else has these numbers, or the run is gone."""
    first = batch.rows[0] if batch.rows else None
    if first is None:
        return error
    try:
        taken = RunEvent.objects.filter(run_id=first.run_id, seq__gte=first.seq).exists()
        gone = not Run.objects.filter(pk=first.run_id).exists()
    except Exception:  # noqa: BLE001 (the database is away: the first error says so best)
        return error
    return LogConflict(str(first.run_id)) if taken or gone else error


def group_of(run_id: UUID) -> str:
    return f"run.{run_id}"


async def publish(run_id: UUID, rows: Sequence[StoredEvent]) -> None:
    """Tells whoever follows the run of events that have been committed."""
    for start in range(0, len(rows), MAX_PUSHED):
        pushed = [
            [row.seq, row.ts.isoformat(), row.type, row.data] for row in rows[start : start + MAX_PUSHED]
        ]
        await push(group_of(run_id), {"type": "run.events", "events": pushed})


def read(run_id: UUID, after: int = 0, *, most_rows: int | None = None) -> list[StoredEvent]:
    """The run's events with a sequence greater than ``after``, in order; or the first of them.

    A row holds one event, or of a finished run up to 64 KiB of text in up to a thousand.
    """
    rows = RunEvent.objects.filter(run_id=run_id, seq__gt=after).order_by("seq")[:most_rows]
    return [
        StoredEvent(run_id, *piece)
        for row in rows.only("seq", "ts", "type", "data")
        for piece in unpacked(row, after)
        if piece.seq > after
    ]


async def follow(run_id: UUID, after: int = 0) -> AsyncGenerator[list[StoredEvent], None]:
    """Yields the run's events after ``after`` in order, without gap or repetition, until its ``end``.

    Each item is a non-empty list of what has come since the last. A reader may be as slow as it likes.
    It also ends, without an ``end`` event, when that one is not after ``after`` or the run is deleted or was
    dropped before it began.
    """
    async with Listener(group_of(run_id)) as listener:
        events = await in_database(_read_or_over, run_id, after)
        while events is not None:
            if events:
                after = events[-1].seq
                yield events
                if events[-1].type == "end":
                    return
            events = await _next_events(listener, run_id, after)


async def _next_events(listener: Listener, run_id: UUID, after: int) -> list[StoredEvent] | None:
    push = await listener.next(DOUBT_AFTER)
    if push is None:
        return await in_database(_read_or_over, run_id, after)
    events = [
        StoredEvent(run_id, seq, datetime.fromisoformat(ts), type_, data)
        for seq, ts, type_, data in push["events"]
    ]
    unseen = [event for event in events if event.seq > after]
    if unseen and unseen[0].seq != after + 1:
        return await in_database(read, run_id, after)
    return unseen


def _read_or_over(run_id: UUID, after: int) -> list[StoredEvent] | None:
    """None where nothing can come: the run is gone or was dropped, or its end has been read already."""
    if not after:
        live = Run.objects.filter(pk=run_id).exclude(started_at=None, ended_at__isnull=False)
        return read(run_id) or ([] if live.exists() else None)
    events = read(run_id, after - 1)
    if not events or events[0].seq != after:
        return read(run_id, after) or None  # an old log may be shortened there
    return events[1:] if events[0].type != End.type else None
