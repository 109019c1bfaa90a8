"""Leaving a socket for programs at any event, and going on from there at another."""

import json
import random
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from agents.courses import Course
from agents.envelopes import enveloped
from agents.eventlog import read
from agents.models import Run
from chat.models import Membership
from chat.services.answers import retry_answer
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.chat.programs import Program
from tests.chat.pushes import intercept
from tests.chat.waiting import ended, say
from tests.upstream import FakeUpstream
from tests.upstream.wire import DONE, chunk

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def logs_of(conversation) -> list[dict]:
    runs = Run.objects.filter(chat_id=conversation.pk, parent=None).order_by("pk")
    logged = [
        enveloped(one, chat_id=run.chat_id, message_id=run.message_id) for run in runs for one in read(run.pk)
    ]
    return json.loads(json.dumps(logged))


async def talk(who, conversation, *contents: str) -> None:
    """Questions with their whole answers."""
    for content in contents:
        answer = await say(who, conversation, content, client_id=uuid4().hex)
        await ended(await Run.objects.aget(pk=answer.run_id))


async def test_from_any_event_on_comes_all_that_is_later(alice, alices, conversation, house):
    await talk(alice, conversation, "Why?", "How?")
    log = await logs_of(conversation)
    for place in [0, 1, *random.sample(range(2, len(log) - 1), 5), len(log) - 1]:
        async with Program(alices) as program:
            await program.says("resume", conversation, since=log[place]["id"])
            later = [await program.hears() for _ in log[place + 1 :]]
            assert later == log[place + 1 :]
            assert await program.socket.receive_nothing(0.1)


async def test_who_leaves_at_random_events_of_an_answer_misses_nothing(
    alice, alices, conversation, house, settings
):
    settings.OFFLINE_DELAY = 0.01
    heard: list[dict] = []
    async with Program(alices) as program:
        await program.says("message", conversation, content="Tell me about whales.", client_id="one")
        await program.hears_of("ack")
        heard.append(await program.hears())
    while heard[-1]["type"] != "end":
        async with Program(alices) as program:
            await program.says("resume", conversation, since=heard[-1]["id"])
            for _ in range(random.randint(1, 4)):
                heard.append(await program.hears())
                if heard[-1]["type"] == "end":
                    break
    assert heard == await logs_of(conversation)


async def test_without_an_event_comes_what_is_under_way_and_nothing_older(
    alice, alices, conversation, house, settings
):
    await talk(alice, conversation, "Why?")
    older = {one["id"] for one in await logs_of(conversation)}
    settings.OFFLINE_DELAY = 0.02
    answer = await say(alice, conversation, "How?", "two")
    async with Program(alices) as program:
        await program.says("resume", conversation)
        heard = await program.hears_until("end")
    assert not older & {one["id"] for one in heard}
    assert heard[0]["type"] == "start"
    assert heard[-1]["answer_id"] == str(answer.pk)


async def test_an_answer_asked_for_again_follows_the_one_that_was_seen(alice, alices, conversation, house):
    await talk(alice, conversation, "Why?")
    seen = await logs_of(conversation)
    async with Program(alices) as program:
        await program.says("resume", conversation, since=seen[-1]["id"])
        fresh = await sync_to_async(retry_answer)(
            actor=alice, conversation_id=conversation.pk, message_id=seen[-1]["answer_id"]
        )
        heard = await program.hears_until("end")
    assert heard[-1]["answer_id"] == str(fresh.pk)
    assert seen + heard == await logs_of(conversation)


BAD = {
    "x": "invalid",
    "1795230000123_0001_3f2a9c10": "conflict",
    "1_9999_{tag}": "conflict",
    "\ud800": "invalid",
}


@pytest.mark.parametrize("since", BAD)
async def test_a_place_that_is_none_is_an_error(alice, alices, conversation, house, since):
    await talk(alice, conversation, "Why?")
    tag = (await Run.objects.aget()).pk.hex[-8:]
    async with Program(alices) as program:
        await program.says("resume", conversation, since=since.format(tag=tag))
        heard = await program.hears()
    assert (heard["type"], heard["error"], heard["request"]) == ("error", BAD[since], "resume")


async def test_the_events_of_another_conversation_are_no_place(alice, alices, conversation, agent, house):
    await talk(alice, conversation, "Why?")
    other = await sync_to_async(start_conversation)(actor=alice, agent=agent)
    async with Program(alices) as program:
        await program.says("resume", other, since=(await logs_of(conversation))[0]["id"])
        assert (await program.hears())["error"] == "conflict"


async def test_losing_every_push_makes_it_late_and_never_wrong(
    alice, alices, conversation, house, monkeypatch
):
    async def lose(send, group, message):
        pass

    intercept(monkeypatch, lose)
    async with Program(alices) as program:
        await program.says("resume", conversation)
        await program.says("ping")
        await program.hears_of("pong")
        await sync_to_async(post_message)(
            actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one"
        )
        assert await program.hears_until("end", seconds=20) == await logs_of(conversation)


async def test_who_is_a_member_no_longer_hears_no_more(alice, alices, conversation, house, settings):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        upstream.script([*[chunk("word "), 0.05] * 300, chunk(finish="stop"), DONE])
        await sync_to_async(type(conversation.agent).objects.update)(model="any")
        async with Program(alices) as program:
            await program.says("message", conversation, content="Why?", client_id="one")
            await program.hears_until("content")
            await Membership.objects.filter(participant__user=alice).adelete()
            heard = await program.hears_until("error", seconds=5)
            assert heard[-1]["error"] == "not_found"
            assert await program.socket.receive_nothing(0.5)
            await program.says("resume", conversation, since=heard[-2]["id"])
            assert (await program.hears())["error"] == "not_found"


async def test_a_run_that_was_begun_first_and_stored_last_is_not_passed_over(alice, conversation):
    """Another process may have taken its time between making the id and the commit."""

    @sync_to_async
    def runs():
        course = Course.from_now(conversation.pk)
        for number in ("one", "two"):
            post_message(actor=alice, conversation_id=conversation.pk, content="?", client_id=number)
        late, early = Run.objects.order_by("pk")
        Run.objects.filter(pk=late.pk).update(chat_id=conversation.created_by_id)
        first = course.next()[0].pk
        course.done(first)
        Run.objects.filter(pk=late.pk).update(chat_id=conversation.pk)
        second = course.next()[0].pk
        course.done(second)
        return (first, second) == (early.pk, late.pk), course.next()

    assert await runs() == (True, None)
