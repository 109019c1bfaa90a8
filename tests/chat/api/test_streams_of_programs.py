"""A stream that a key or a token opened ends within five seconds of it."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts import admissions
from accounts.models import ApiKey, TokenFamily
from agents.engine.events import Content
from agents.eventlog import RunLog
from tests.callers import with_jwt, with_key
from tests.chat.api.readers import Reader, stream_of

pytestmark = pytest.mark.django_db(transaction=True)


def revoke(alice):
    now = timezone.now()
    assert ApiKey.objects.update(revoked_at=now) + TokenFamily.objects.update(revoked_at=now) == 1


def expire(alice):
    now = timezone.now()
    assert ApiKey.objects.update(expires_at=now) + TokenFamily.objects.update(expires_at=now) == 1


def disable(alice):
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)


def change_the_password(alice):
    alice.set_password("another one entirely")
    alice.save()


@pytest.mark.parametrize("make", [with_key, with_jwt], ids=lambda make: make.__name__)
@pytest.mark.parametrize("end", [revoke, expire, disable, change_the_password], ids=lambda end: end.__name__)
async def test_it_ends_with_what_let_it_in(site, alice, run, make, end):
    await RunLog(run.pk).append(Content(md="before"))
    reader = Reader(site, await sync_to_async(make)(alice), stream_of(run))
    await reader.until(b"before")
    await sync_to_async(end)(alice)
    async with asyncio.timeout(5):
        await reader.task
    assert reader.over
    await RunLog(run.pk, 1).append(Content(md="after"))
    assert b"after" not in reader.body


async def test_other_programs_of_the_person_read_on(site, alice, run):
    await RunLog(run.pk).append(Content(md="before"))
    clients = [await sync_to_async(make)(alice) for make in (with_key, with_jwt)]
    ended, reads_on = [Reader(site, client, stream_of(run)) for client in clients]
    for reader in (ended, reads_on):
        await reader.until(b"before")
    await sync_to_async(ApiKey.objects.update)(revoked_at=timezone.now())
    async with asyncio.timeout(5):
        await ended.task
    await RunLog(run.pk, 1).append(Content(md="after"))
    await reads_on.until(b"after")
    reads_on.leave()
    await reads_on.task


def test_a_look_costs_a_query_for_each_kind(alice, django_assert_num_queries):
    with_key(alice), with_jwt(alice)
    hour = timezone.now() + timedelta(hours=1)
    ApiKey.objects.update(expires_at=hour)
    by_key = admissions.Admission(alice.pk, alice.password, api_key_id=ApiKey.objects.get().pk)
    by_jwt = admissions.Admission(alice.pk, alice.password, family_id=TokenFamily.objects.get().pk)
    with django_assert_num_queries(3):
        assert admissions._over([by_key, by_jwt] * 50) == []
