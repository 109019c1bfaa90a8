"""A run against the database, with the offline model: whole, stopped, handed over, taken up."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone
from uuid_utils.compat import uuid7

from agents import leases, runner, under_way
from agents.engine.events import Content
from agents.engine.messages import ChatMessage, ModelRequest
from agents.eventlog import LogConflict, RunLog, read
from agents.held_runs import Result
from agents.models import Run
from agents.services.runs import queue_run

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST = ModelRequest(
    model="offline",
    messages=(ChatMessage("system", "You know books."), ChatMessage("user", "Tell me about whales.")),
    agent_name="Librarian",
)


@pytest.fixture
def claimed(alice, agent) -> Run:
    run = queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    return leases.claim(run.pk)


def take_over(run: Run) -> Run:
    leases.free_orphans(everyone=True)
    return leases.claim(run.pk)


async def log_of(run: Run):
    return await sync_to_async(read)(run.pk)


def text_of(events) -> str:
    return "".join(event.data["md"] for event in events if event.type == "content")


async def until(condition):
    async with asyncio.timeout(5):
        while not await condition():
            await asyncio.sleep(0.01)


async def executed(run: Run) -> Result:
    settled = []
    begun = [] if run.started_at else await sync_to_async(runner.begin)(run)
    await runner.execute(run, REQUEST, settled.append, begun)
    assert len(settled) == 1
    return settled[0]


async def test_a_run_writes_its_answer_and_ends_once(claimed):
    result = await executed(claimed)
    events = await log_of(claimed)
    assert events[0].type == "start"
    assert [event.type for event in events].count("end") == 1
    assert events[-1].data["status"] == "completed"
    assert text_of(events) == result.fold.text != ""
    await claimed.arefresh_from_db()
    assert (claimed.state, claimed.provider) == ("completed", "offline")
    assert claimed.completion_tokens > 0


async def test_a_stopped_run_keeps_what_there_was(claimed, settings):
    settings.OFFLINE_DELAY = 0.02
    running = asyncio.create_task(executed(claimed))

    async def has_text():
        return bool(text_of(await log_of(claimed)))

    await until(has_text)
    assert under_way.mark_stopped(claimed.pk)
    running.cancel()
    result = await running
    assert result.status == "cancelled"
    assert result.fold.text == text_of(await log_of(claimed)) != ""
    await claimed.arefresh_from_db()
    assert claimed.state == "cancelled"


async def test_a_run_whose_process_shuts_down_is_left_open_and_goes_on_elsewhere(claimed, settings):
    whole = (await _unbroken(claimed)).fold.text
    settings.OFFLINE_DELAY = 0.02
    running = asyncio.create_task(executed(claimed))

    async def has_text():
        return len(text_of(await log_of(claimed))) > 40

    await until(has_text)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "end" not in [event.type for event in await log_of(claimed)]
    settings.OFFLINE_DELAY = 0
    result = await executed(await sync_to_async(take_over)(claimed))
    assert result.interrupted
    assert result.fold.text == text_of(await log_of(claimed)) == whole


async def _unbroken(run: Run) -> Result:
    """The same question answered without a break, to compare with."""
    twin = await sync_to_async(queue_run)(
        agent=run.agent, owner=None, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7()
    )
    return await executed(await sync_to_async(leases.claim)(twin.pk))


async def test_being_handed_over_many_times_does_not_end_a_run(claimed):
    for _ in range(runner.MAX_ATTEMPTS + 2):
        await sync_to_async(leases.release)(claimed.pk)
        claimed = await sync_to_async(leases.claim)(claimed.pk)
    assert (await executed(claimed)).status == "completed"


async def test_a_run_goes_on_while_no_push_gets_through(claimed, monkeypatch):
    async def group_send(group, message):
        raise OSError("the channel layer is away")

    monkeypatch.setattr(get_channel_layer(), "group_send", group_send)
    result = await executed(claimed)
    assert result.status == "completed"
    assert result.fold.text == text_of(await log_of(claimed))


async def test_a_continued_answer_begins_with_the_text_there_was(claimed):
    whole = (await _unbroken(claimed)).fold.text
    claimed.continue_from = whole[:50]
    result = await executed(claimed)
    events = await log_of(claimed)
    assert events[1].event == Content(md=whole[:50])
    assert result.fold.text == text_of(events) == whole


async def test_a_run_that_has_another_holder_stops_without_a_word(claimed):
    begun = await sync_to_async(runner.begin)(claimed)
    await RunLog(claimed.pk, seq=1).append(Content(md="Mine"))
    with pytest.raises(LogConflict):
        await runner.execute(claimed, REQUEST, lambda result: None, begun)
    assert text_of(await log_of(claimed)) == "Mine"


async def test_a_run_that_became_anothers_a_moment_ago_is_not_ended(claimed):
    begun = await sync_to_async(runner.begin)(claimed)
    await Run.objects.filter(pk=claimed.pk).aupdate(worker="another")  # who has written nothing yet
    settled = []
    with pytest.raises(LogConflict):
        await runner.execute(claimed, REQUEST, settled.append, begun)
    assert settled == []
    assert "end" not in [event.type for event in await log_of(claimed)]
    await claimed.arefresh_from_db()
    assert (claimed.state, claimed.worker) == ("running", "another")


async def test_a_run_that_was_asked_to_stop_before_it_began_ends_as_cancelled(claimed):
    claimed.cancel_requested_at = timezone.now()
    assert (await executed(claimed)).status == "cancelled"


async def test_a_run_that_keeps_breaking_processes_is_given_up(claimed):
    claimed.attempt = runner.MAX_ATTEMPTS + 1
    result = await executed(claimed)
    assert (result.status, result.error) == ("error", "default")


async def test_a_broken_provider_ends_the_run_with_the_fallback(claimed, settings, monkeypatch):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    settings.OPENAI_API_KEY = "k"
    refused = REQUEST.__class__(model="any", messages=REQUEST.messages)
    settled = []
    await runner.execute(claimed, refused, settled.append, await sync_to_async(runner.begin)(claimed))
    assert settled[0].status == "error"
    assert [event.type for event in await log_of(claimed)][-2:] == ["error", "end"]
