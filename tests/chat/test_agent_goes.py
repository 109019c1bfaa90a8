"""An agent that is deleted takes its conversations along: what runs is stopped, and open pages are told."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from agents.models.agent import Visibility
from agents.services.agents import delete_agent
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.chat.sockets import close_code, frames_until, opened
from tests.house import open_house
from tests.upstream import HANG, FakeUpstream
from tests.upstream.wire import chunk

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_model_is_asked_no_further(alice, alices, agent, conversation, settings):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        upstream.script([chunk("First words"), HANG])
        agent.model = "any"
        await agent.asave()
        async with open_house():
            page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
            await sync_to_async(post_message)(
                actor=alice, conversation_id=conversation.pk, content="Go on", client_id="one"
            )
            await frames_until(page, "First words")
            await sync_to_async(delete_agent)(actor=alice, agent_id=agent.pk)
            async with asyncio.timeout(2):
                while upstream.open_connections:
                    await asyncio.sleep(0.01)
            assert await close_code(page) == 4404


async def test_the_lists_of_all_its_people_lose_the_conversations(alice, bob, alices, bobs, agent):
    await type(agent).objects.aupdate(visibility=Visibility.EVERYONE)
    for person, title in ((alice, "Alice and whales"), (bob, "Bob and boats")):
        await sync_to_async(start_conversation)(actor=person, agent=agent, title=title)
    pages = [await opened(client, "/ws/page/") for client in (alices, bobs)]
    await sync_to_async(delete_agent)(actor=alice, agent_id=agent.pk)
    for page in pages:
        frames = await frames_until(page, "#sidebar-list")
        while "whales" in frames or "boats" in frames:  # a list that was on its way
            frames = await frames_until(page, "#sidebar-list")
        await page.disconnect()


@pytest.mark.parametrize("what", ["agent", "conversation"])
async def test_a_deletion_in_the_admin_tells_them_too(alice, alices, agent, conversation, what):
    root = await sync_to_async(get_user_model().objects.create_superuser)("root")
    admin = Client()
    await sync_to_async(admin.force_login)(root)
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    app, pk = {"agent": ("agents_agent", agent.pk), "conversation": ("chat_conversation", conversation.pk)}[
        what
    ]
    answer = await sync_to_async(admin.post)(reverse(f"admin:{app}_delete", args=[pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert await close_code(page) == 4404
