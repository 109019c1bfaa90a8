"""``/api/messages/<id>/speech``: who hears a message read aloud, from when, how far, and who does not."""

import asyncio
import json
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as project
from django.contrib.sessions.models import Session

from chat.models import Membership
from chat.services.participants import participant_of_user
from tests.chat.api.readers import Reader
from tests.config.asgi import ask
from tests.voice.aloud.test_reading import SENTENCES, THREE
from tests.voice.conftest import bytes_of
from voice import readings
from voice.models import Speech

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(posted) -> str:
    return f"/api/messages/{posted.answer.pk}/speech"


@pytest.fixture
def asked(site, address):
    async def ask_for(client, method: str = "GET", path: str = ""):
        cookies = f"sessionid={client.cookies[project.SESSION_COOKIE_NAME].value}; csrftoken={'a' * 32}"
        headers = {"host": "testserver", "cookie": cookies, "x-csrftoken": "a" * 32}
        async with asyncio.timeout(20):
            return await ask(site, path or address, method=method, headers=headers)

    return ask_for


async def test_an_answer_is_heard_while_it_is_written_and_then_where_it_is_kept(
    site, alices, write, asked, address, engine
):
    reader = Reader(site, alices, address)
    await write("Whales sing.\n\nThey")
    async with asyncio.timeout(20):
        while not reader.body:
            await asyncio.sleep(0.001)
    assert (reader.status, reader.over) == (200, False)
    await write(" *sing* at night. Nobody knows why.", end="completed")
    async with asyncio.timeout(20):
        await reader.task
    assert reader.over
    assert engine.said == SENTENCES
    answer = await asked(alices)
    path = answer.headers["location"].removeprefix("/api/audio/")
    assert (answer.status, answer.headers["cache-control"]) == (302, "no-store")
    assert await asyncio.to_thread(bytes_of, path) == reader.body
    kept = await asked(alices, path=answer.headers["location"])
    assert (kept.status, kept.body, kept.headers["content-type"]) == (200, reader.body, "audio/mpeg")


async def test_head_says_what_it_will_be_and_makes_nothing(alices, asked, write, engine):
    await write(THREE, end="completed")
    answer = await asked(alices, "HEAD")
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "audio/mpeg", b"")
    assert engine.said == []


async def test_it_is_made_without_a_listener_and_stopped_by_who_asked(alices, asked, write, engine):
    await write(THREE, end="completed")
    engine.hold()
    making = await asked(alices, "POST")
    assert (making.status, json.loads(making.body)["status"]) == (202, "processing")
    await engine.is_asked()
    assert (await asked(alices, "DELETE")).status == 204
    async with asyncio.timeout(20):
        while engine.closed < len(engine.said):
            await asyncio.sleep(0.001)
    engine.go_on()
    await asked(alices, "POST")
    async with asyncio.timeout(20):
        while (made := await asked(alices, "POST")).status != 200:
            await asyncio.sleep(0.01)
    assert json.loads(made.body)["tts_audio_url"].startswith("/api/audio/")


async def test_who_is_not_in_the_conversation_finds_nothing(bobs, asked, write, engine):
    await write(THREE, end="completed")
    for method in ("GET", "HEAD", "POST", "DELETE"):
        assert (await asked(bobs, method)).status == 404
    assert engine.said == []


async def test_what_fails_before_the_first_sound_is_said_in_words(alices, asked, write, engine):
    await write("Fail", end="completed")
    engine.hold()
    asking = asyncio.create_task(asked(alices))
    await engine.is_asked()
    engine.fail_at_once()
    answer = await asking
    told = json.loads(answer.body)
    assert (answer.status, told["error"]) == (503, "tts_failed")
    assert told["fallback_message"].startswith("I couldn't generate audio")


async def test_what_fails_on_the_way_breaks_the_connection_off(site, alices, write, engine, address):
    await write("Whales sing in the deep sea all night long.\n\nFail here.", end="completed")
    reader = Reader(site, alices, address)
    async with asyncio.timeout(20):
        await reader.task
    assert reader.status == 200
    assert reader.body
    assert not reader.over  # no end was sent


async def test_who_may_hear_it_no_longer_is_let_go_within_five_seconds(
    site, alice, alices, write, engine, address
):
    reader, waiting = Reader(site, alices, address), Reader(site, alices, address)
    await write("Whales sing.\n\nThey")
    await reader.until(b"\xff")
    await Membership.objects.filter(participant__user=alice).adelete()
    async with asyncio.timeout(5):
        await asyncio.gather(reader.task, waiting.task)


@pytest.fixture
def _bob_is_there_too(bob, posted) -> None:
    Membership.objects.create(conversation=posted.answer.conversation, participant=participant_of_user(bob))


@pytest.mark.usefixtures("engine", "_bob_is_there_too")
async def test_who_began_it_is_put_out_and_the_others_hear_it_to_its_end(
    site, alice, alices, bobs, write, address, posted
):
    began = Reader(site, alices, address)
    await write("Whales sing.\n\nThey")
    await began.until(b"\xff")
    stays = Reader(site, bobs, address)
    await stays.until(b"\xff")
    await Membership.objects.filter(participant__user=alice).adelete()
    async with asyncio.timeout(5):
        await began.task
    await write(" sing.", end="completed")
    async with asyncio.timeout(20):
        await stays.task
    assert stays.over
    assert len(stays.body) > len(began.body)
    kept = await sync_to_async(Speech.objects.get)(message=posted.answer.pk)
    assert await asyncio.to_thread(bytes_of, kept.path) == stays.body


async def test_stopping_cuts_nobody_off_who_still_hears_it(site, alices, asked, write, engine, address):
    one, other = Reader(site, alices, address), Reader(site, alices, address)
    await write("Whales sing.\n\nThey")
    await one.until(b"\xff")
    await other.until(b"\xff")
    one.leave()
    assert (await asked(alices, "DELETE")).status == 204
    await write(" are loud.", end="completed")
    async with asyncio.timeout(20):
        await other.task
        with suppress(asyncio.CancelledError):
            await one.task
    assert other.over
    assert engine.said == ["Whales sing.", "They are loud."]


async def test_who_waits_for_the_first_sound_is_let_go_as_well(site, alices, write, engine, address):
    reader = Reader(site, alices, address)
    await write("Whales")
    await sync_to_async(Session.objects.all().delete)()
    async with asyncio.timeout(5):
        await reader.task
    assert reader.status == 401


async def test_a_listener_that_leaves_leaves_the_reading_alone(
    site, alice, alices, write, engine, address, posted
):
    reader = Reader(site, alices, address)
    await write("Whales sing.\n\nThey")
    await reader.until(b"\xff")
    reader.leave()
    async with asyncio.timeout(5):
        with suppress(asyncio.CancelledError):
            await reader.task
    await write(" are loud.", end="completed")
    reading = readings.read_aloud(alice, posted.answer.conversation_id, posted.answer.pk)
    assert (await reading.kept()).size
    assert engine.said == ["Whales sing.", "They are loud."]


async def test_it_counts_as_one_of_the_streams_of_an_account(settings, alices, asked, write, engine):
    settings.MAX_STREAMS = 0
    await write(THREE, end="completed")
    assert (await asked(alices)).status == 429


async def test_where_voice_is_switched_off_there_is_no_door(settings, alices, asked, write, engine):
    settings.VOICE = False
    await write(THREE, end="completed")
    assert [(await asked(alices, method)).status for method in ("GET", "POST", "DELETE")] == [404] * 3
