"""Turns, here or in a worker: begun on commit, one at a time, stopped, handed over, taken up."""

import asyncio
from itertools import pairwise

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from agents import leases
from agents.models import Run, RunEvent
from chat import dispatch
from chat.models import Message
from chat.services.answers import continue_answer, retry_answer, stop_current_answer
from chat.services.conversations import delete_conversation, start_conversation
from chat.services.messages import post_message
from tests.house import open_house

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def say(who, conversation, content="Tell me about whales.", client_id="one"):
    return post_message(actor=who, conversation_id=conversation.pk, content=content, client_id=client_id)


async def until(condition, seconds=10):
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)


def status_is(message: Message, *statuses: str):
    async def check():
        await message.arefresh_from_db()
        return message.status in statuses

    return check


def has_text(answer: Message):
    async def check():
        return await RunEvent.objects.filter(run=answer.run_id, type="content").acount() > 1

    return check


async def test_a_message_is_answered(alice, conversation, house):
    posted = await say(alice, conversation)
    await until(status_is(posted.answer, "completed"))
    assert posted.answer.content
    assert posted.answer.metadata["work"]["completion_tokens"] > 0
    assert (await Run.objects.aget()).state == "completed"


async def test_messages_of_one_conversation_are_answered_one_after_the_other(alice, conversation, house):
    posted = [await say(alice, conversation, f"Number {n}", f"id-{n}") for n in range(4)]
    for one in posted:
        await until(status_is(one.answer, "completed"))
    runs = [run async for run in Run.objects.order_by("id")]
    for earlier, later in pairwise(runs):
        assert earlier.ended_at <= later.started_at


@pytest.mark.skipif(dispatch.by_queue(), reason="a worker begins it, a moment later")
async def test_an_answer_is_begun_with_its_question(alice, conversation, house, settings):
    settings.OFFLINE_DELAY = 0.2
    first = await say(alice, conversation)
    second = await say(alice, conversation, "And dolphins?", "two")
    assert (first.answer.status, second.answer.status) == ("processing", "pending")
    events = RunEvent.objects.filter(run=first.answer.run_id).order_by("seq")
    assert (await events.afirst()).type == "start"
    assert not await RunEvent.objects.filter(run=second.answer.run_id).aexists()


async def test_of_messages_sent_at_one_moment_one_is_answered_at_a_time(alice, conversation, house):
    posted = await asyncio.gather(*(say(alice, conversation, f"Number {n}", f"id-{n}") for n in range(8)))
    for one in posted:
        await until(status_is(one.answer, "completed"))
    runs = [run async for run in Run.objects.order_by("started_at")]
    assert len(runs) == 8
    for earlier, later in pairwise(runs):
        assert earlier.ended_at <= later.started_at


async def test_conversations_do_not_wait_for_each_other(alice, agent, conversation, house, settings):
    settings.OFFLINE_DELAY = 0.2
    slow = await say(alice, conversation)
    await until(has_text(slow.answer))
    settings.OFFLINE_DELAY = 0
    other = await sync_to_async(start_conversation)(actor=alice, agent=agent)
    quick = await say(alice, other)
    await until(status_is(quick.answer, "completed"))
    await slow.answer.arefresh_from_db()
    assert slow.answer.status == "processing"


async def test_stop_ends_the_answer_and_keeps_what_there_is(alice, conversation, house, settings):
    settings.OFFLINE_DELAY = 0.05
    posted = await say(alice, conversation)
    await until(has_text(posted.answer))
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    await until(status_is(posted.answer, "cancelled"), seconds=2)
    assert posted.answer.content


async def test_a_stop_from_another_process_is_seen_within_two_seconds(alice, conversation, house, settings):
    settings.OFFLINE_DELAY = 0.2
    posted = await say(alice, conversation)
    await until(status_is(posted.answer, "processing"))
    await sync_to_async(leases.ask_to_stop)(
        posted.answer.run_id
    )  # the row is all that another process changes
    await until(status_is(posted.answer, "cancelled"), seconds=2)


async def test_a_stopped_answer_goes_on_in_place(alice, conversation, house, settings):
    settings.OFFLINE_DELAY = 0.05
    posted = await say(alice, conversation)
    await until(has_text(posted.answer))
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    await until(status_is(posted.answer, "cancelled"))
    cut = posted.answer.content
    settings.OFFLINE_DELAY = 0
    await sync_to_async(continue_answer)(
        actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
    )
    await until(status_is(posted.answer, "completed"))
    assert posted.answer.content.startswith(cut)
    assert len(posted.answer.content) > len(cut)


async def test_a_retry_is_answered_anew(alice, conversation, house):
    posted = await say(alice, conversation)
    await until(status_is(posted.answer, "completed"))
    fresh = await sync_to_async(retry_answer)(
        actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
    )
    await until(status_is(fresh, "completed"))


async def test_a_process_that_stops_hands_its_runs_to_the_next(alice, conversation, settings):
    settings.OFFLINE_DELAY = 0.05
    async with open_house():
        posted = await say(alice, conversation)
        await until(has_text(posted.answer))
    run = await Run.objects.aget()
    assert (run.state, run.worker) == ("queued", "")
    settings.OFFLINE_DELAY = 0
    async with open_house():
        await until(status_is(posted.answer, "completed"))
    assert posted.answer.metadata["interrupted"]


async def test_what_a_dead_process_held_is_taken_up_at_start(alice, conversation):
    posted = await say(alice, conversation)
    assert await sync_to_async(leases.claim)(posted.answer.run_id)
    await Run.objects.aupdate(heartbeat_at=timezone.now() - 2 * leases.LEASE)
    async with open_house():
        await until(status_is(posted.answer, "completed"))


async def test_a_conversation_can_be_deleted_while_it_is_being_answered(alice, conversation, house, settings):
    settings.OFFLINE_DELAY = 0.05
    posted = await say(alice, conversation)
    await until(status_is(posted.answer, "processing"))
    await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
    assert not await Message.objects.aexists()
    assert not await Run.objects.aexists()


async def test_a_message_is_stored_and_answered_while_no_push_gets_through(
    alice, conversation, house, monkeypatch
):
    async def group_send(group, message):
        raise OSError("the channel layer is away")

    monkeypatch.setattr(get_channel_layer(), "group_send", group_send)
    posted = await say(alice, conversation)
    await until(status_is(posted.answer, "completed"))


async def test_without_a_server_a_run_waits_in_the_queue(alice, conversation):
    await say(alice, conversation)
    assert (await Run.objects.aget()).state == "queued"
