"""``GET …/stream``: who may open one, and what is left when a reader leaves."""

import asyncio
import threading
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.sessions.models import Session
from uuid_utils.compat import uuid7

from agents.engine.events import Content, End, parse_event_id
from agents.eventlog import RunLog, group_of
from chat import streams
from chat.models import Membership
from tests.chat.api.readers import Reader, stream_of

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.django_db(transaction=True)

END = End(status="completed", ms_total=1, tool_calls=0, answer_id="x")


def is_ours(task) -> bool:
    """Not a package's, such as that of the layer over Redis, which goes on receiving."""
    file = Path(task.get_coro().cr_code.co_filename)
    return file.is_relative_to(ROOT) and "site-packages" not in file.parts


def page_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("page")}


async def test_a_reader_that_leaves_leaves_nothing_behind(site, alices, run):
    await RunLog(run.pk).append(Content(md="a"))
    tasks, threads = asyncio.all_tasks(), page_threads()
    readers = [Reader(site, alices, stream_of(run)) for _ in range(3)]
    for reader in readers:
        await reader.until(b'"md":"a"')
    assert len(site.threads.idle) == len(page_threads() - threads) > 0  # nobody holds one while it waits
    for reader in readers:
        reader.leave()
    async with asyncio.timeout(5):
        await asyncio.gather(*(reader.task for reader in readers))
        while get_channel_layer().groups.get(group_of(run.pk)):
            await asyncio.sleep(0.01)
    left = {task.get_name() for task in asyncio.all_tasks() - tasks if not task.done() and is_ours(task)}
    assert left <= {"admissions", "doubts"}  # those look after everybody's, and are cancelled by now


async def test_what_comes_is_told_and_silence_is_commented(site, alices, run, monkeypatch):
    monkeypatch.setattr(streams, "KEEP_ALIVE", 0.05)
    monkeypatch.setattr(streams, "LOOK_EVERY", 0.02)
    reader = Reader(site, alices, stream_of(run))
    await reader.until(b": still here\n\n")
    assert reader.body.startswith(b"retry: 1000\n\n")
    await RunLog(run.pk).append(Content(md="a\nb"), END)
    async with asyncio.timeout(5):
        await reader.task
    assert reader.over
    assert reader.body.count(b"\ndata: ") == 2
    assert b'"md":"a\\nb"' in reader.body


@pytest.mark.parametrize("how", ["signed out", "disabled", "another password", "removed"])
async def test_who_may_read_no_longer_is_let_go_within_five_seconds(site, alice, alices, run, how):
    await RunLog(run.pk).append(Content(md="before"))
    reader = Reader(site, alices, stream_of(run))
    await reader.until(b"before")
    await REVOCATIONS[how](alice)
    async with asyncio.timeout(5):
        await reader.task
    assert reader.over
    await RunLog(run.pk, 1).append(Content(md="after"))
    assert b"after" not in reader.body


async def _disable(alice):
    alice.is_active = False
    await alice.asave()


async def _change_password(alice):
    alice.set_password("another one entirely")
    await alice.asave()


REVOCATIONS = {
    "signed out": lambda alice: Session.objects.all().adelete(),
    "disabled": _disable,
    "another password": _change_password,
    "removed": lambda alice: Membership.objects.filter(participant__user=alice).adelete(),
}


@sync_to_async
def ask(browser, path, **headers):
    return browser.get(path, headers=headers)


async def test_a_stranger_and_a_wrong_address_get_the_same_answer(alices, bobs, run):
    answers = [await ask(bobs, stream_of(run)), await ask(alices, stream_of(run, chat_id=uuid7()))]
    answers.append(await ask(alices, f"/api/chats/{run.chat_id}/messages/{uuid7()}/stream"))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].json() == answers[1].json() == answers[2].json()


async def test_a_message_that_nobody_was_asked_to_answer_has_none(alices, posted, run):
    answer = await ask(alices, f"/api/chats/{run.chat_id}/messages/{posted.answer.pk}/stream")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


async def test_who_is_not_signed_in_is_told_so_in_json(client, run):
    answer = await ask(client, stream_of(run))
    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


async def test_the_end_seen_there_is_nothing_more(alices, finished):
    log = (await ask(alices, f"/api/messages/{finished.message_id}/events")).json()
    answer = await ask(alices, stream_of(finished), **{"Last-Event-ID": log[-1]["id"]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert parse_event_id(log[-1]["id"]).seq == len(log)


@pytest.mark.parametrize(
    ("last_id", "status"),
    [("x", 422), ("\x7f" * 300, 422), ("1795230000123_0004_00000000", 409), ("ü", 422)],
)
async def test_ids_that_cannot_be_are_refused_before_anything_is_streamed(alices, finished, last_id, status):
    answer = await ask(alices, stream_of(finished), **{"Last-Event-ID": last_id})
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize("flat", ["x", "2", "", "\x00"])
async def test_flat_is_yes_or_no(alices, finished, flat):
    answer = await sync_to_async(alices.get)(stream_of(finished), {"flat": flat})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["detail"].startswith("flat: ")


async def test_other_verbs_are_refused(alices, run):
    for verb in ("post", "put", "delete", "head"):
        answer = await sync_to_async(getattr(alices, verb))(stream_of(run))
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET"
