"""The log: numbered, committed before told, followed without gap or repetition."""

import asyncio
from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from uuid_utils.compat import uuid7

from agents import eventlog
from agents.engine.events import Content, End
from agents.eventlog import LogConflict, RunLog, follow, group_of, read
from agents.models import Run, RunEvent
from agents.services.runs import queue_run

pytestmark = pytest.mark.django_db(transaction=True)

END = End(status="completed", ms_total=1, tool_calls=0, answer_id="x")


@pytest.fixture
def run(alice, agent) -> Run:
    return queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())


async def gathered(run, after=0):
    return [event async for events in follow(run.pk, after) for event in events]


async def test_events_are_numbered_without_gap_and_read_back_as_written(run):
    log = RunLog(run.pk)
    await log.append(Content(md="a"), Content(md="b"))
    await log.append(END)
    events = await sync_to_async(read)(run.pk)
    assert [event.seq for event in events] == [1, 2, 3]
    assert [event.event for event in events] == [Content(md="a"), Content(md="b"), END]
    assert [event.id.split("_")[1] for event in events] == ["0001", "0002", "0003"]


async def test_an_event_is_in_the_log_before_anyone_is_told(run, monkeypatch):
    layer = get_channel_layer()
    told = []

    async def group_send(group, message):
        told.append(await RunEvent.objects.filter(run=run).acount())

    monkeypatch.setattr(layer, "group_send", group_send)
    await RunLog(run.pk).append(Content(md="a"))
    assert told == [1]


async def test_what_is_settled_with_the_end_is_committed_with_it_or_not_at_all(run):
    def settle():
        Run.objects.filter(pk=run.pk).update(state="completed")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await RunLog(run.pk).append(END, settle=settle)
    await run.arefresh_from_db()
    assert run.state == "queued"
    assert not await RunEvent.objects.aexists()


async def test_a_second_holder_of_a_log_is_told_and_writes_nothing(run):
    await RunLog(run.pk).append(Content(md="mine"))
    with pytest.raises(LogConflict):
        await RunLog(run.pk).append(Content(md="theirs"))
    assert [event.data for event in await sync_to_async(read)(run.pk)] == [{"md": "mine"}]


async def test_a_bad_append_costs_only_itself(run, alice, agent):
    other = await sync_to_async(queue_run)(
        agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7()
    )
    await RunLog(run.pk).append(Content(md="a"))
    good, bad = RunLog(other.pk), RunLog(run.pk)
    outcomes = await asyncio.gather(
        *(good.append(Content(md=str(number))) for number in range(3)),
        bad.append(Content(md="b")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [list, list, list, LogConflict]
    assert await RunEvent.objects.filter(run=other).acount() == 3


async def test_an_append_whose_caller_is_cancelled_is_written_and_the_next_goes_behind_it(run):
    log = RunLog(run.pk)
    writing = asyncio.create_task(log.append(Content(md="a")))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await log.append(END)
    assert [event.type for event in await sync_to_async(read)(run.pk)] == ["content", "end"]


async def test_a_deleted_run_takes_no_more_events(run):
    log = RunLog(run.pk)
    await log.append(Content(md="a"))
    await run.adelete()
    with pytest.raises(LogConflict):
        await log.append(Content(md="b"))


async def test_a_follower_gets_what_was_and_what_comes_once_and_in_order(run):
    log = RunLog(run.pk)
    await log.append(Content(md="0"))
    following = asyncio.create_task(gathered(run))
    for number in range(1, 20):
        await log.append(Content(md=str(number)))
    await log.append(END)
    events = await asyncio.wait_for(following, 5)
    assert [event.seq for event in events] == list(range(1, 22))


async def test_a_follower_can_come_back_at_any_event(run):
    log = RunLog(run.pk)
    await log.append(*(Content(md=str(number)) for number in range(10)), END)
    for after in range(11):
        assert [event.seq for event in await gathered(run, after)] == list(range(after + 1, 12))


async def test_a_follower_that_comes_back_after_the_end_is_let_go(run):
    await RunLog(run.pk).append(Content(md="a"), END)
    assert await asyncio.wait_for(gathered(run, after=2), 5) == []


async def test_a_follower_whose_pushes_were_lost_reads_the_log(run, monkeypatch):
    monkeypatch.setattr(eventlog, "DOUBT_AFTER", 0.05)
    following = asyncio.create_task(gathered(run))
    await asyncio.sleep(0.05)

    async def group_send(group, message):
        """The channel layer drops everything."""

    monkeypatch.setattr(get_channel_layer(), "group_send", group_send)
    await RunLog(run.pk).append(Content(md="a"), END)
    assert len(await asyncio.wait_for(following, 5)) == 2


async def test_a_follower_sees_a_gap_between_pushes_and_fills_it(run):
    following = asyncio.create_task(gathered(run))
    log = RunLog(run.pk)
    layer = get_channel_layer()
    await asyncio.sleep(0.1)
    await sync_to_async(RunEvent.objects.create)(
        run=run, seq=1, type="content", ts=datetime.now(UTC), data={"md": "unpushed"}
    )
    log.seq = 1
    await log.append(END)
    events = await asyncio.wait_for(following, 5)
    assert [event.seq for event in events] == [1, 2]
    assert layer is get_channel_layer()


async def test_a_follower_of_a_deleted_run_is_let_go(run, monkeypatch):
    monkeypatch.setattr(eventlog, "DOUBT_AFTER", 0.05)
    following = asyncio.create_task(gathered(run))
    await asyncio.sleep(0.1)
    await run.adelete()
    assert await asyncio.wait_for(following, 5) == []


async def test_a_follower_that_leaves_is_out_of_the_group(run):
    stream = follow(run.pk)
    await RunLog(run.pk).append(Content(md="a"))
    assert await anext(stream)
    await stream.aclose()
    assert not get_channel_layer().groups.get(group_of(run.pk))
