"""Deliveries: signed, tried again, given up, and never brought where they must not go."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from tests.webhooks.receiver import Receiver
from webhooks import courier
from webhooks.models import Delivery, Webhook
from webhooks.outbox import tell_test
from webhooks.services import deliveries
from webhooks.services.deliveries import DELAYS, JITTER, Outcome, forget_old, next_try, settle, take_due
from webhooks.services.webhooks import create_webhook, update_webhook
from webhooks.signing import headers_for

pytestmark = pytest.mark.django_db(transaction=True)


def due(most=10, busy=None):
    return take_due(most, busy=busy or {})


@sync_to_async
def one_for(alice, url: str):
    webhook, secret = create_webhook(actor=alice, url=url, events=["message.created"])
    tell_test(webhook)
    (tried,) = due()
    return tried, secret


async def test_it_arrives_signed_and_once(alice, receiver, loopback):
    tried, secret = await one_for(alice, receiver.url)
    outcome = await courier.post(tried)
    await sync_to_async(settle)(tried, outcome)
    came = await receiver.next()
    assert came.line == "POST /hook HTTP/1.1"
    assert came.headers["content-type"] == "application/json"
    assert came.headers["webhook-id"] == str(tried.delivery_id)
    expected = headers_for(
        secret,
        message_id=came.headers["webhook-id"],
        timestamp=int(came.headers["webhook-timestamp"]),
        body=came.body,
    )
    assert came.headers["webhook-signature"] == expected["webhook-signature"]
    assert json.loads(came.body)["type"] == "webhook.test"
    stored = await Delivery.objects.aget()
    assert (stored.status, stored.attempts, stored.next_at) == (204, 1, None)
    assert stored.delivered_at is not None
    assert await sync_to_async(due)() == []


@pytest.mark.parametrize("answer", [b"500 Internal Server Error", b"404 Not Found", b"429 Too Many Requests"])
async def test_a_failure_is_tried_again_later_with_the_same_id(alice, answer, loopback):
    async with Receiver(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 4\r\n\r\nbusy") as receiver:
        tried, _secret = await one_for(alice, receiver.url)
        outcome = await courier.post(tried)
        await sync_to_async(settle)(tried, outcome)
    stored = await Delivery.objects.aget()
    assert (stored.status, stored.problem) == (int(answer[:3]), "busy")
    assert stored.next_at is not None
    assert (await Webhook.objects.aget()).failing_since is not None
    await Delivery.objects.aupdate(next_at=timezone.now())
    (again,) = await sync_to_async(due)()
    assert (again.delivery_id, again.attempt) == (tried.delivery_id, 2)


async def test_a_redirect_is_not_followed(alice, receiver, loopback):
    away = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {receiver.url}\r\nContent-Length: 0\r\n\r\n"
    async with Receiver(away.encode()) as first:
        tried, _secret = await one_for(alice, first.url)
        outcome = await courier.post(tried)
    assert outcome.status is None
    assert "redirect" in outcome.problem
    assert receiver.received.empty()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "169.254.169.254", "10.0.0.1", "0.0.0.0", "2130706433", "0x7f000001"],
)
async def test_what_is_not_public_is_never_asked(alice, receiver, host):
    tried, _secret = await one_for(alice, f"http://{host}:{receiver.port}/hook")
    outcome = await courier.post(tried)
    assert outcome.status is None
    assert "not on the public internet" in outcome.problem
    assert receiver.received.empty()


async def test_an_address_that_nobody_serves_is_no_error_of_ours(alice, loopback):
    async with Receiver() as gone:
        url = gone.url
    tried, _secret = await one_for(alice, url)
    assert (await courier.post(tried)).problem


def test_two_processes_do_not_try_at_once_and_what_one_leaves_another_takes(alice, hook):
    tell_test(hook)
    (tried,) = due()
    assert due() == []
    Delivery.objects.update(next_at=timezone.now())  # its lease is out: who took it is dead
    (again,) = due()
    assert again.delivery_id == tried.delivery_id
    settle(tried, Outcome(500))  # the dead one was only slow
    assert Delivery.objects.get().attempts == 2
    settle(again, Outcome(200))
    assert Delivery.objects.get().delivered_at is not None


def test_one_slow_address_leaves_room_for_others(alice, hook):
    other, _secret = create_webhook(actor=alice, url="https://other.example.org", events=["run.failed"])
    for _ in range(5):
        tell_test(hook)
    tell_test(other)
    taken = due(4)
    assert sorted(one.webhook_id for one in taken) == sorted([hook.pk, hook.pk, other.pk])
    assert due(4, busy={hook.pk: 2}) == []


def test_delays_grow_over_a_day_and_are_spread():
    now = timezone.now()
    waits = [(next_try(number, now) - now).total_seconds() for number in range(1, len(DELAYS) + 1)]
    for wait, delay in zip(waits, DELAYS, strict=True):
        assert delay * (1 - JITTER) <= wait <= delay * (1 + JITTER)
    assert sum(DELAYS) > 20 * 3600
    assert next_try(len(DELAYS) + 1, now) is None


def last_try(hook):
    tell_test(hook)
    Delivery.objects.update(attempts=len(DELAYS))
    return due()[0]


def test_a_webhook_that_failed_for_a_day_is_switched_off_and_says_so(hook):
    settle(last_try(hook), Outcome(503))
    assert Webhook.objects.get().active, "one delivery alone does not switch it off"
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=2))
    waiting = tell_test(hook)
    settle(last_try(hook), Outcome(503))
    hook.refresh_from_db()
    assert (hook.active, hook.problem) == (False, deliveries.FAILED_LONG)
    assert Delivery.objects.get(pk=waiting.pk).next_at is None
    update_webhook(actor=hook.owner, webhook_id=hook.pk, active=True)
    hook.refresh_from_db()
    assert (hook.active, hook.problem, hook.failing_since) == (True, "", None)


def test_one_that_is_gone_is_switched_off_at_once(hook):
    tell_test(hook)
    settle(due()[0], Outcome(410))
    hook.refresh_from_db()
    assert (hook.active, hook.problem) == (False, deliveries.IS_GONE)


def test_one_delivery_that_arrives_ends_the_failing(hook):
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=2))
    tell_test(hook)
    settle(due()[0], Outcome(200))
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_what_came_back_after_its_webhook_was_deleted_is_no_error(hook):
    tell_test(hook)
    tried = due()[0]
    hook.delete()
    settle(tried, Outcome(200))


async def test_a_secret_that_cannot_be_read_is_a_problem_and_goes_nowhere(
    alice, receiver, loopback, settings
):
    @sync_to_async
    def taken():
        webhook, _secret = create_webhook(actor=alice, url=receiver.url, events=["run.failed"])
        settings.SECRET_KEY = f"another key {uuid4()}"
        tell_test(webhook)
        return due()[0]

    outcome = await courier.post(await taken())
    assert "cannot be read" in outcome.problem
    assert receiver.received.empty()


def test_old_deliveries_are_forgotten_and_waiting_ones_are_not(hook):
    tell_test(hook)
    settle(due()[0], Outcome(200))
    waiting = tell_test(hook)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert forget_old() == 1
    assert Delivery.objects.get().pk == waiting.pk


async def test_a_courier_brings_what_is_there(alice, receiver, loopback):
    @sync_to_async
    def made():
        webhook, _secret = create_webhook(actor=alice, url=receiver.url, events=["run.failed"])
        tell_test(webhook)

    await made()
    async with courier.delivering():
        assert (await receiver.next()).headers["webhook-id"]
        while await Delivery.objects.filter(delivered_at=None).aexists():
            pass
