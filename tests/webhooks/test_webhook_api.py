"""The routes of webhooks: a person's own, by their rules, and nobody else's."""

import json

import pytest
from uuid_utils.compat import uuid7

from webhooks.models import Delivery, EventType, Webhook
from webhooks.services.webhooks import MOST, create_webhook

pytestmark = pytest.mark.django_db

PLACE = "/api/webhooks"
BODY = {"url": "https://hooks.example.org/a", "events": ["run.failed", "message.completed"]}


def send(client, verb, place, body=None):
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.generic(verb, place, data, content_type="application/json")


def test_one_is_made_and_its_secret_said_once(alices, alice):
    answer = send(alices, "POST", PLACE, BODY)
    assert answer.status_code == 201
    made = answer.json()
    assert made["events"] == ["message.completed", "run.failed"]
    assert made["secret"].startswith("whsec_")
    stored = Webhook.objects.get(owner=alice)
    assert made["secret"] not in stored.sealed_secret
    for place in (PLACE, f"{PLACE}/{stored.pk}"):
        assert "secret" not in alices.get(place).text
    assert alices.get(PLACE).json()["total"] == 1


def test_it_is_changed_switched_and_deleted(alices, hook):
    place = f"{PLACE}/{hook.pk}"
    assert send(alices, "PATCH", place, {"active": False}).json()["active"] is False
    changed = send(
        alices, "PATCH", place, {"url": "https://elsewhere.example.org/", "events": ["run.failed"]}
    )
    assert changed.json()["url"] == "https://elsewhere.example.org/"
    assert changed.json()["events"] == ["run.failed"]
    assert send(alices, "DELETE", place).status_code == 204
    assert alices.get(place).status_code == 404


def test_a_test_is_put_into_the_outbox_and_listed(alices, hook):
    answer = send(alices, "POST", f"{PLACE}/{hook.pk}/test")
    assert (answer.status_code, answer.json()["type"]) == (202, "webhook.test")
    (listed,) = alices.get(f"{PLACE}/{hook.pk}/deliveries").json()["deliveries"]
    assert listed["id"] == answer.json()["id"]


def test_one_that_is_switched_off_is_not_tested(alices, hook):
    send(alices, "PATCH", f"{PLACE}/{hook.pk}", {"active": False})
    assert send(alices, "POST", f"{PLACE}/{hook.pk}/test").status_code == 409
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("verb", "rest"),
    [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/test")],
)
def test_anothers_is_not_there(bobs, hook, verb, rest):
    body = {"active": False} if verb == "PATCH" else None
    for webhook_id in (hook.pk, uuid7()):
        assert send(bobs, verb, f"{PLACE}/{webhook_id}{rest}", body).status_code == 404
    hook.refresh_from_db()
    assert hook.active
    assert not Delivery.objects.exists()
    assert bobs.get(PLACE).json() == {"webhooks": [], "total": 0}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"url": 1, "events": []}',
        b'{"url": "https://a.example", "events": ["message.created"], "owner": "bob"}',
        {"url": "https://a.example", "events": []},
        {"url": "https://a.example", "events": ["everything"]},
        {"url": "", "events": ["run.failed"]},
        {"url": "ftp://a.example", "events": ["run.failed"]},
        {"url": "https://", "events": ["run.failed"]},
        {"url": "https://user:password@a.example", "events": ["run.failed"]},
        {"url": "https://a.example/ b", "events": ["run.failed"]},
        {"url": "https://a.example:99999999", "events": ["run.failed"]},
        {"url": "https://a.example/" + "x" * 500, "events": ["run.failed"]},
        {"url": "https://[::1]/", "events": ["run.failed"]},
        {"url": "https://B*", "events": ["run.failed"]},
    ],
    ids=repr,
)
def test_what_cannot_be_is_refused(alices, body):
    answer = send(alices, "POST", PLACE, body)
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error", "detail"}
    assert not Webhook.objects.exists()


def test_there_is_an_end_to_them(alices, alice):
    for number in range(MOST):
        create_webhook(actor=alice, url=f"https://a.example/{number}", events=EventType.values)
    assert send(alices, "POST", PLACE, BODY).status_code == 409


def test_nobody_signed_in_has_any(client):
    assert client.get(PLACE).status_code == 401
    assert send(client, "POST", PLACE, BODY).status_code == 401
