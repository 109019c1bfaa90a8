"""A finished run's log lies in few rows and reads as it was written, from any event."""

from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from agents.engine.events import Content, End, Rationale, Status
from agents.event_packs import MOST, packs, unpacked
from agents.eventlog import RunLog, read
from agents.models import RunEvent
from agents.services.runs import queue_run

BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)

texts = st.lists(st.tuples(st.sampled_from(["content", "rationale"]), st.text(max_size=20)), max_size=30)


def rows_of(pieces) -> list[RunEvent]:
    fields = {"content": "md", "rationale": "text"}
    return [
        RunEvent(
            pk=number,
            seq=number,
            type=type_,
            ts=BEGAN + timedelta(microseconds=number * 40_001),
            data={fields[type_]: text},
        )
        for number, (type_, text) in enumerate(pieces, start=1)
    ]


@given(texts)
def test_a_pack_reads_as_the_rows_it_was_made_of(pieces):
    rows = rows_of(pieces)
    for group, data in packs(rows):
        last = group[-1]
        pack = RunEvent(pk=last.pk, seq=last.seq, ts=last.ts, type=last.type, data=data)
        assert list(unpacked(pack)) == [(row.seq, row.ts, row.type, row.data) for row in group]


def test_no_pack_has_more_than_its_share():
    groups = [group for group, _data in packs(rows_of([("content", "x")] * (2 * MOST + 5)))]
    assert [len(group) for group in groups] == [MOST, MOST, 5]


@pytest.mark.django_db(transaction=True)
async def test_the_log_of_a_finished_run_is_short_and_reads_the_same_from_any_event(alice, agent):
    run = await sync_to_async(queue_run)(
        agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7()
    )
    log = RunLog(run.pk)
    written = [await log.append(Rationale(text=f"t{number} ")) for number in range(5)]
    written += [await log.append(Content(md=f"é{number} ")) for number in range(20)]
    written += [await log.append(Status(text="x")), await log.append(Content(md="one"))]
    before = [event for events in written for event in events]
    ended = await log.append(
        Content(md="last"), End(status="completed", ms_total=1, tool_calls=0, answer_id="x")
    )
    assert await RunEvent.objects.acount() == 5
    for after in range(len(before) + 2):
        assert await sync_to_async(read)(run.pk, after) == [*before, *ended][after:]
