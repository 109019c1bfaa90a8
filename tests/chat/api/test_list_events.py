"""``GET /api/messages/<id>/events``: the events of a run, from any of them on."""

import json
from datetime import datetime, timedelta

import pytest
from uuid_utils.compat import uuid7

from agents.engine.events import Content, parse_event_id
from agents.eventlog import RunLog
from agents.models import Run
from chat.services.answers import retry_answer

pytestmark = pytest.mark.django_db(transaction=True)


def events_at(message_id) -> str:
    return f"/api/messages/{message_id}/events"


def test_every_event_comes_in_its_envelope(alices, finished):
    answer = alices.get(events_at(finished.message_id))
    events = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert [event["type"] for event in events] == [
        *("start", "rationale", "content", "content", "content", "end")
    ]
    for event in events:
        assert list(event)[:6] == ["v", "type", "id", "ts", "message_id", "chat_id"]
        assert event["v"] == 1
        assert event["message_id"] == str(finished.message_id)
        assert event["chat_id"] == str(finished.chat_id)
        assert datetime.fromisoformat(event["ts"]).utcoffset() == timedelta(0)
        assert len(event["ts"]) == len("2026-11-21T03:00:00.123456+00:00")
    assert "".join(event["md"] for event in events if event["type"] == "content") == (
        "Because — “yes”\n\n\u2028<b>"
    )
    assert events[0]["agent"] == {"id": str(finished.agent_id), "name": "Librarian"}
    assert events[-1]["answer_id"] == str(finished.answer_id)
    assert [parse_event_id(event["id"]).seq for event in events] == [1, 2, 3, 4, 5, 6]


def test_from_every_event_on_come_exactly_the_later_ones(alices, finished):
    events = alices.get(events_at(finished.message_id)).json()
    for place, event in enumerate(events, start=1):
        later = alices.get(events_at(finished.message_id), {"since": event["id"]}).json()
        assert later == events[place:]


def test_a_run_that_waits_has_none_yet(alices, run):
    answer = alices.get(events_at(run.message_id))
    assert (answer.status_code, answer.json()) == (200, [])


def test_an_answer_asked_for_again_gives_the_new_run_and_takes_ids_of_the_old_one(
    alice, alices, posted, finished, write
):
    posted.answer.refresh_from_db()
    last = alices.get(events_at(finished.message_id)).json()[-1]["id"]
    posted.answer.status = "completed"
    posted.answer.save()
    fresh = retry_answer(
        actor=alice, conversation_id=posted.message.conversation_id, message_id=posted.answer.pk
    )
    write(Run.objects.get(pk=fresh.run_id), Content(md="Anew"))
    for since in ("", last):
        assert [
            event["md"] for event in alices.get(events_at(finished.message_id), {"since": since}).json()
        ] == ["Anew"]


def test_an_event_of_something_else_is_a_conflict_and_no_silent_gap(alices, finished):
    tag = finished.pk.hex[-8:]
    for since in ("1795230000123_0004_00000000", f"1795230000123_0007_{tag}", f"1_{'9' * 12}_{tag}"):
        answer = alices.get(events_at(finished.message_id), {"since": since})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")


@pytest.mark.parametrize(
    "since", ["x", "1", "-1", "1_2_3", "\x00", "🐳" * 1000, "0x1_0001_00000000", "1_0001_0000000g"]
)
def test_what_is_no_event_id_is_said_to_be_none(alices, finished, since):
    answer = alices.get(events_at(finished.message_id), {"since": since})
    assert answer.status_code == 422
    assert answer.json() == {"error": "invalid", "detail": "since: This is not the id of an event."}


def test_a_stranger_and_a_wrong_address_get_the_same_answer(bobs, alices, posted, finished):
    answers = [bobs.get(events_at(finished.message_id)), alices.get(events_at(uuid7()))]
    answers.append(alices.get(events_at(posted.answer.pk)))  # an answer asks for nothing
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].json() == answers[1].json()


def test_ids_that_are_none_lead_nowhere(alices):
    for wrong in ("1", "None", "019a0000-0000-7000-8000-00000000000", "%00", "🐳"):
        answer = alices.get(events_at(wrong))
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_other_verbs_are_refused(alices, finished):
    for verb in ("post", "put", "patch", "delete"):
        answer = getattr(alices, verb)(events_at(finished.message_id))
        assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == "GET"


def test_a_long_log_takes_no_more_queries(alices, run, write, django_assert_max_num_queries):
    write(run, *(Content(md=f"{number} ") for number in range(1500)))
    with django_assert_max_num_queries(9):
        first = alices.get(events_at(run.message_id), {"limit": 1000}).json()
    assert [event["md"] for event in first] == [f"{number} " for number in range(1000)]
    with django_assert_max_num_queries(9):
        rest = alices.get(events_at(run.message_id), {"since": first[-1]["id"], "limit": 1000}).json()
    assert [event["md"] for event in rest] == [f"{number} " for number in range(1000, 1500)]


@pytest.mark.parametrize("number", [199, 200, 201, 1500])
async def test_a_long_log_comes_whole_and_in_pieces(alice, async_client, run, number):
    await RunLog(run.pk).append(*(Content(md=f"{one} ") for one in range(number)))
    await async_client.aforce_login(alice)
    answer = await async_client.get(events_at(run.message_id))
    assert answer.headers["Content-Type"] == "application/json"
    pieces = [piece async for piece in answer.streaming_content] if answer.streaming else [answer.content]
    assert [event["md"] for event in json.loads(b"".join(pieces))] == [f"{one} " for one in range(number)]
    assert (len(pieces) > 1) == (number >= 200)


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1"])
def test_a_limit_that_cannot_be_is_refused(alices, run, limit):
    answer = alices.get(events_at(run.message_id), {"limit": limit})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
