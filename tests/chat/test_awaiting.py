"""Programs that ask and wait for the whole answer: what they get, and what nobody holds meanwhile."""

import asyncio
import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as project
from django.db import connection, connections
from django.http import JsonResponse
from django.urls import path

from accounts.admissions import admission_of
from accounts.credentials import Credential
from agents.engine.events import Approval, Content, End
from agents.eventlog import RunLog
from chat import awaiting
from chat.awaiting import answered, once_answered
from chat.models import Conversation
from chat.services.answers import stop_answer
from chat.services.conversations import delete_conversation
from chat.services.messages import post_message
from config.pages import Pages
from tests.config.asgi import ask
from tests.house import open_house


def say(request, conversation_id):
    request.credential = Credential("session", admission_of(request.user, request.session.session_key))
    posted = post_message(
        actor=request.user, conversation_id=conversation_id, content="Why?", client_id="one"
    )

    def render(question, answer, whole):
        return JsonResponse(
            {
                "question": question.content,
                "answer": answer.content,
                "status": answer.status,
                "whole": whole,
            }
        )

    return once_answered(request, posted, render)


urlpatterns = [path("api/say/<uuid:conversation_id>", say)]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

END = End(status="completed", ms_total=1, tool_calls=0, answer_id="x")


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    pages = Pages()
    yield pages
    for thread in pages.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


@pytest.fixture
def saying(site, alices, conversation):
    """``saying()`` is a task that says something and waits for the answer."""
    cookie = f"sessionid={alices.cookies[project.SESSION_COOKIE_NAME].value}"
    headers = {"host": "testserver", "cookie": cookie}
    return lambda: asyncio.create_task(ask(site, f"/api/say/{conversation.pk}", headers=headers))


@pytest.fixture
def posted(alice, conversation):
    return post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")


async def stored_run(conversation):
    async with asyncio.timeout(10):
        while True:
            message = await conversation.messages.select_related("run").filter(role="assistant").afirst()
            if message is not None:
                return message.run
            await asyncio.sleep(0.01)


async def test_the_whole_answer_comes_and_one_thread_has_served_all_who_wait(site, saying):
    waiting = [saying() for _ in range(12)]
    async with asyncio.timeout(20), open_house():
        answers = [await one for one in waiting]
    read = [json.loads(answer.body) for answer in answers]
    assert all(one == read[0] for one in read)
    assert (read[0]["question"], read[0]["status"], read[0]["whole"]) == ("Why?", "completed", True)
    assert read[0]["answer"]


async def test_a_stopped_answer_has_ended_too(alice, conversation, saying):
    waiting = saying()
    run = await stored_run(conversation)
    await sync_to_async(stop_answer)(actor=alice, conversation_id=conversation.pk, message_id=run.message_id)
    async with asyncio.timeout(10):
        assert json.loads((await waiting).body)["status"] == "cancelled"


async def test_a_conversation_that_goes_meanwhile_is_not_found(alice, conversation, saying):
    waiting = saying()
    await stored_run(conversation)
    await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
    async with asyncio.timeout(20):
        answer = await waiting
    assert (answer.status, json.loads(answer.body)["error"]) == (404, "not_found")
    assert not await Conversation.objects.aexists()


async def test_who_may_read_no_longer_is_told_so_within_five_seconds(alice, conversation, saying):
    waiting = saying()
    await stored_run(conversation)
    alice.is_active = False
    await alice.asave()
    async with asyncio.timeout(5):
        answer = await waiting
    assert (answer.status, json.loads(answer.body)["error"]) == (401, "not_signed_in")


async def test_what_a_person_has_to_decide_is_not_waited_for(posted):
    log = RunLog(posted.answer.run_id)
    asked = Approval("call_1", "calculator", "1 + 1", "asked", {"expression": "1 + 1"}, ("once",), "", "", "")
    await log.append(Content(md="Let me see. "), asked)
    assert not await answered(posted.answer.run_id, within=10)
    await log.append(Approval("call_1", "calculator", "", "allowed", {}, (), "once", "alice", ""))
    waiting = asyncio.create_task(answered(posted.answer.run_id, within=10))
    await log.append(Content(md="2"), END)
    assert await waiting


async def test_it_is_not_waited_for_ever(posted):
    assert not await answered(posted.answer.run_id, within=0.05)


def test_an_answer_that_takes_too_long_is_given_as_far_as_it_is(
    alice, conversation, saying, settings, monkeypatch
):
    monkeypatch.setattr(awaiting, "MARGIN", 0)
    settings.MODEL_TOTAL_TIMEOUT = 0.2

    async def wait():
        return await saying()

    read = json.loads(async_to_sync(wait)().body)
    assert (read["status"], read["whole"]) == ("pending", False)
