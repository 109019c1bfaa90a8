"""A page that comes late, or comes back, gets what it has missed and follows what is under way."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from agents.eventlog import follow
from chat.live import Page, cursor_now
from chat.models import Message
from chat.services.answers import stop_current_answer
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.chat.test_page_socket import frames_until, socket


def test_an_answer_whose_row_has_not_changed_for_long_is_followed(alice, conversation) -> None:
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Slowly", client_id="one")
    Message.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    changes = Page(alice, conversation.pk).changes(timezone.now())
    assert [running.view.id for running in changes.running] == [posted.answer.pk]


@pytest.mark.django_db(transaction=True)
async def test_a_list_that_changed_just_before_the_socket_opened_is_brought(alice, alices, agent):
    drawn = cursor_now()
    await sync_to_async(start_conversation)(actor=alice, agent=agent, title="Just begun")
    page = socket(alices, f"cursor={drawn}")
    assert (await page.connect())[0]
    assert "Just begun" in (await frames_until(page, "#sidebar-list"))[-1]
    await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_page_that_was_away_for_long_gets_the_list(alice, alices):
    page = socket(alices, "cursor=1")
    assert (await page.connect())[0]
    await frames_until(page, "#sidebar-list")
    await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_list_that_did_not_change_is_not_drawn_again(alice, alices):
    page = socket(alices, f"cursor={cursor_now()}")
    assert (await page.connect())[0]
    assert await page.receive_nothing(1)
    await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_who_follows_an_answer_that_was_dropped_before_it_began_is_told_its_end(alice, conversation):
    send = sync_to_async(post_message)
    posted = await send(actor=alice, conversation_id=conversation.pk, content="Never mind", client_id="one")
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    async with asyncio.timeout(10):
        told = [event.type async for events in follow(posted.answer.run_id) for event in events]
    assert told == ["end"]
