"""Who is told that what let them in has ended."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.contrib.sessions.models import Session

from accounts import admissions
from accounts.admissions import Admission, ended

pytestmark = pytest.mark.django_db(transaction=True)


async def test_looking_goes_on_when_the_request_that_began_it_is_over(alice, alices, monkeypatch):
    monkeypatch.setattr(admissions, "LOOK_EVERY", 0.01)
    key = alices.cookies["sessionid"].value
    admission = Admission(user_id=alice.pk, password=alice.password, session_key=key)
    with ThreadPoolExecutor(max_workers=1) as thread:
        async with ThreadSensitiveContext(executor=thread):  # as config.pages does for each request
            told = asyncio.create_task(ended(admission))
            await asyncio.sleep(0)
    await sync_to_async(Session.objects.all().delete)()
    async with asyncio.timeout(10):
        await told
