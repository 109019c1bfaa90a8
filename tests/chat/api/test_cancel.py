"""``POST /api/chats/<id>/messages/<id>/cancel``: what is being written is stopped, and keeps what it has."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from uuid_utils.compat import uuid7

from agents.models import Run
from chat.models import Message
from chat.services.messages import post_message
from tests.house import open_house

pytestmark = pytest.mark.django_db(transaction=True)


def cancel_at(run: Run) -> str:
    return f"/api/chats/{run.chat_id}/messages/{run.message_id}/cancel"


def events_of(browser, run: Run) -> list[dict]:
    return browser.get(f"/api/messages/{run.message_id}/events").json()


def test_a_run_that_waits_is_dropped_and_its_only_event_is_its_end(alices, posted, run):
    answer = alices.post(cancel_at(run))
    assert answer.status_code == 202
    assert answer.json() == {
        "message_id": str(run.message_id),
        "chat_id": str(run.chat_id),
        "status": "cancelled",
    }
    (end,) = events_of(alices, run)
    assert (end["type"], end["status"], end["answer_id"]) == ("end", "cancelled", str(run.answer_id))
    posted.answer.refresh_from_db()
    assert posted.answer.status == "cancelled"


def test_twice_is_as_good_as_once(alices, run):
    answers = [alices.post(cancel_at(run)) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    assert len(events_of(alices, run)) == 1


def test_what_has_ended_stays_as_it_is(alices, finished):
    answer = alices.post(cancel_at(finished))
    assert (answer.status_code, answer.json()["status"]) == (202, "completed")
    assert events_of(alices, finished)[-1]["status"] == "completed"


def test_only_the_answer_to_this_message_is_stopped(alice, alices, conversation, run):
    second = post_message(actor=alice, conversation_id=conversation.pk, content="And?", client_id="two")
    alices.post(cancel_at(Run.objects.get(pk=second.answer.run_id)))
    assert list(Message.objects.filter(role="assistant").order_by("id").values_list("status", flat=True)) == [
        *("pending", "cancelled")
    ]


def test_a_stranger_stops_nothing_and_learns_nothing(bobs, alices, run):
    answer = bobs.post(cancel_at(run))
    nowhere = alices.post(f"/api/chats/{uuid7()}/messages/{run.message_id}/cancel")
    assert answer.status_code == nowhere.status_code == 404
    assert answer.json() == nowhere.json()
    run.refresh_from_db()
    assert (run.state, run.cancel_requested_at) == ("queued", None)


def test_a_message_of_another_chat_is_not_found_in_this_one(alice, alices, agent, run):
    from chat.services.conversations import start_conversation

    other = start_conversation(actor=alice, agent=agent)
    answer = alices.post(f"/api/chats/{other.pk}/messages/{run.message_id}/cancel")
    assert answer.status_code == 404


def test_a_session_without_the_token_of_our_pages_stops_nothing(alice, run):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    answer = browser.post(cancel_at(run))
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    browser.get("/")
    token = browser.cookies["csrftoken"].value
    assert browser.post(cancel_at(run), headers={"X-CSRFToken": token}).status_code == 202


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a": NaN}', b"x" * 100_000])
def test_whatever_is_sent_along_does_not_matter(alices, run, body):
    assert alices.post(cancel_at(run), body, content_type="application/json").status_code == 202


async def test_an_answer_under_way_ends_as_cancelled_and_keeps_its_text(alices, posted, run, settings):
    settings.OFFLINE_DELAY = 0.05
    async with open_house():
        async with asyncio.timeout(10):
            while "content" not in [event["type"] for event in await sync_to_async(events_of)(alices, run)]:
                await asyncio.sleep(0.02)
            answer = await sync_to_async(alices.post)(cancel_at(run))
            assert answer.status_code == 202
            assert answer.json()["status"] in ("processing", "cancelled")  # it may be that quick
            while (await sync_to_async(events_of)(alices, run))[-1]["type"] != "end":
                await asyncio.sleep(0.02)
    events = await sync_to_async(events_of)(alices, run)
    assert events[-1]["status"] == "cancelled"
    await posted.answer.arefresh_from_db()
    assert posted.answer.status == "cancelled"
    assert posted.answer.content == "".join(event.get("md", "") for event in events) != ""
