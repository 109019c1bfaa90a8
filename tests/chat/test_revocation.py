"""Who is let in no longer is out within five seconds, also of what was open already."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import admissions
from chat.services.messages import post_message
from tests.chat.sockets import close_code, frames_until, opened
from tests.chat.test_preview import FORM
from tests.house import open_house
from tests.upstream import HANG, FakeUpstream
from tests.upstream.wire import chunk

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds from a revocation to the last open door.
AT_MOST = 5.0


def sign_out(client, user):
    client.post(reverse("accounts:logout"))


def lose_the_session(client, user):
    Session.objects.all().delete()


def change_the_password(client, user):
    user.set_password("another one entirely")
    user.save()


def disable_the_account(client, user):
    user.is_active = False
    user.save()


def delete_the_account(client, user):
    user.delete()


REVOCATIONS = [sign_out, lose_the_session, change_the_password, disable_the_account, delete_the_account]


@pytest.mark.parametrize("door", ["/ws/page/", "/ws/preview/", "/ws"])
@pytest.mark.parametrize("revoke", REVOCATIONS, ids=lambda revoke: revoke.__name__)
async def test_an_open_socket_is_closed_as_one_of_nobody(alice, alices, revoke, door):
    socket = await opened(alices, door)
    await sync_to_async(revoke)(alices, alice)
    assert await close_code(socket, AT_MOST) == 4401


async def test_the_socket_of_a_conversation_too(alice, alices, conversation):
    socket = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    await sync_to_async(sign_out)(alices, alice)
    assert await close_code(socket, AT_MOST) == 4401


async def test_other_people_and_other_browsers_of_the_person_stay(alice, alices, bobs):
    phone = Client()
    await sync_to_async(phone.force_login)(alice)
    left, stays, other = [await opened(client, "/ws/page/") for client in (alices, phone, bobs)]
    await sync_to_async(sign_out)(alices, alice)
    assert await close_code(left, AT_MOST) == 4401
    for socket in (stays, other):
        assert await socket.receive_nothing(admissions.LOOK_EVERY + 0.5)
        await socket.disconnect()


async def test_an_answer_under_way_is_drawn_no_further(alice, alices, conversation, settings):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        upstream.script([chunk("First words"), HANG])
        await sync_to_async(type(conversation.agent).objects.update)(model="any")
        async with open_house():
            socket = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
            await sync_to_async(post_message)(
                actor=alice, conversation_id=conversation.pk, content="Go on", client_id="one"
            )
            await frames_until(socket, "First words")
            await sync_to_async(sign_out)(alices, alice)
            assert await close_code(socket, AT_MOST) == 4401


async def test_a_test_conversation_stops_asking_its_model(alice, alices, settings):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        upstream.script([chunk("First words"), HANG])
        socket = await opened(alices, "/ws/preview/")
        await socket.send_to(json.dumps(FORM | {"model": "any"}))
        await frames_until(socket, "First words")
        await sync_to_async(sign_out)(alices, alice)
        assert await close_code(socket, AT_MOST) == 4401
        async with asyncio.timeout(5):
            while upstream.open_connections:
                await asyncio.sleep(0.01)


async def test_nothing_is_asked_of_the_database_while_nobody_is_here(alices):
    socket = await opened(alices, "/ws/page/")
    watch = admissions._watch
    assert watch is not None
    await socket.disconnect()
    async with asyncio.timeout(5):
        while not watch.task.done():
            await asyncio.sleep(0.01)


async def test_many_sockets_cost_two_queries_a_look(alice, alices, django_assert_num_queries):
    one = admissions.admission_of(alice, alices.cookies["sessionid"].value)
    look = sync_to_async(admissions._over)

    def counted():
        with django_assert_num_queries(2):
            return admissions._over([one] * 100)

    assert await sync_to_async(counted)() == []
    assert await look([admissions.admission_of(alice, "guess")]) != []
