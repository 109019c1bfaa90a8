"""Who calls too often is told when to come back; everybody learns what is left."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from accounts import rate_limits
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.accounts.test_rate_limits import NOW

pytestmark = pytest.mark.django_db

PLACE = f"/api/messages/{uuid7()}/events"


@pytest.fixture(autouse=True)
def _no_counts_yet(monkeypatch, settings):
    monkeypatch.setattr(rate_limits, "time", SimpleNamespace(time=lambda: NOW))
    monkeypatch.setattr(rate_limits, "_counts", rate_limits._Counts())
    settings.REDIS_URL = ""


def test_what_is_left_is_said_in_every_answer(alices, settings):
    settings.API_RATE = 5
    headers = alices.get(PLACE).headers
    assert [headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")] == ["5", "4", "30"]
    assert "Retry-After" not in headers


def test_one_call_too_many_is_refused_in_words(alices, settings):
    settings.API_RATE = 1
    alices.get(PLACE)
    answer = alices.get(PLACE)
    assert answer.status_code == 429
    assert answer.json() == {"error": "rate_limited", "detail": "That is too often. Try again in 30 seconds."}
    assert answer.headers["Retry-After"] == answer.headers["RateLimit-Reset"] == "30"
    assert answer.headers["RateLimit-Remaining"] == "0"


def test_others_go_on(alices, bobs, settings):
    settings.API_RATE = 1
    alices.get(PLACE)
    assert alices.get(PLACE).status_code == 429
    assert bobs.get(PLACE).status_code == 404


def test_whom_nobody_knows_is_counted_by_address(client, settings):
    settings.API_RATE = 1
    seen = [client.get(PLACE).status_code for _ in range(7)]
    assert seen == [401] * 5 + [429] * 2
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert elsewhere.get(PLACE).status_code == 401


def test_health_is_asked_as_often_as_one_likes(client, settings):
    settings.API_RATE = 1
    assert {client.get("/api/health").status_code for _ in range(9)} == {200}


def test_counting_costs_no_query(alices, settings):
    alices.get(PLACE)  # the first one may fill a cache
    with CaptureQueriesContext(connection) as without:
        alices.get(PLACE)
    settings.API_RATE = 100
    with CaptureQueriesContext(connection) as counted:
        alices.get(PLACE)
    assert len(counted) == len(without)


def test_a_send_too_many_is_refused_through_the_page_and_stores_nothing(alice, alices, agent, settings):
    settings.SEND_RATE = 1
    conversation = start_conversation(actor=alice, agent=agent)
    post_message(actor=alice, conversation_id=conversation.pk, content="One", client_id="one")
    body = {"content": "Two", "client_id": "two"}
    answer = alices.post(f"/chat/{conversation.pk}/messages/", body, headers={"HX-Request": "true"})
    assert answer.status_code == 429
    assert "too often" in answer.text
    assert not conversation.messages.filter(content="Two").exists()


def test_the_same_send_again_is_not_counted(alice, agent, settings):
    settings.SEND_RATE = 1
    conversation = start_conversation(actor=alice, agent=agent)
    sent = [
        post_message(actor=alice, conversation_id=conversation.pk, content="One", client_id="one").message
        for _ in range(3)
    ]
    assert len({one.pk for one in sent}) == 1
