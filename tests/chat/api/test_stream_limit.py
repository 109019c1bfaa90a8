"""How many streams one account may have open."""

import asyncio

import pytest
from django.test import Client

from tests.chat.api.test_stream_events import Reader, stream_of

pytestmark = pytest.mark.django_db(transaction=True)


async def test_one_too_many_is_refused_and_there_is_room_when_one_leaves(site, alices, run, settings):
    settings.MAX_STREAMS = 2
    readers = [Reader(site, alices, stream_of(run)) for _ in range(2)]
    for reader in readers:
        await reader.until(b"retry: 1000")
    refused = Reader(site, alices, stream_of(run))
    await refused.task
    assert refused.status == 429
    assert b"too_many_streams" in refused.body
    readers[0].leave()
    await readers[0].task
    another = Reader(site, alices, stream_of(run))
    await another.until(b"retry: 1000")
    for reader in (readers[1], another):
        reader.leave()
    async with asyncio.timeout(5):
        await asyncio.gather(readers[1].task, another.task)


async def test_the_streams_of_one_are_not_in_the_way_of_another(site, alices, bob, agent, run, settings):
    from asgiref.sync import sync_to_async

    from agents.models import Run
    from chat.services.conversations import start_conversation
    from chat.services.messages import post_message

    settings.MAX_STREAMS = 1
    agent.visibility = "everyone"
    await agent.asave()
    chat = await sync_to_async(start_conversation)(actor=bob, agent=agent)
    posted = await sync_to_async(post_message)(
        actor=bob, conversation_id=chat.pk, content="Why?", client_id="one"
    )
    theirs = await Run.objects.aget(pk=posted.answer.run_id)
    browser = Client()
    await sync_to_async(browser.force_login)(bob)
    readers = [Reader(site, alices, stream_of(run)), Reader(site, browser, stream_of(theirs))]
    for reader in readers:
        await reader.until(b"retry: 1000")
        reader.leave()
        await reader.task
