"""The socket of a page: who may open it, and what it brings."""

import asyncio
import re
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings as project
from django.test import Client

from agents import leases
from agents.engine.events import File, Start
from agents.eventlog import RunLog
from agents.services.workspaces import store_file
from chat.routing import websocket_urlpatterns
from chat.services.answers import retry_answer, show_version
from chat.services.conversations import delete_conversation, rename_conversation
from chat.services.files import delete_file
from chat.services.messages import post_message
from chat.sidebar import sidebar_for

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = b"http://testserver"


def socket(client: Client | None, query="", origin: bytes | None = ORIGIN) -> WebsocketCommunicator:
    headers = [(b"host", b"testserver")]
    if origin:
        headers.append((b"origin", origin))
    if client is not None:
        key = client.cookies[project.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{project.SESSION_COOKIE_NAME}={key}".encode()))
    return WebsocketCommunicator(URLRouter(websocket_urlpatterns), f"/ws/page/?{query}", headers=headers)


async def close_code(communicator) -> int:
    """The code a socket is closed with right after it was accepted."""
    assert (await communicator.connect())[0]
    closed = await communicator.receive_output(1)
    assert closed["type"] == "websocket.close"
    return closed["code"]


async def frames_until(communicator, pattern, seconds=10) -> list[str]:
    """What came up to the first frame in which the pattern is found."""
    frames: list[str] = []
    async with asyncio.timeout(seconds):
        while not frames or not re.search(pattern, frames[-1]):
            frames.append(await communicator.receive_from(seconds))
    return frames


#: An answer drawn when it is complete.
COMPLETE = r'message--assistant"[^>]*data-status="completed"'


@sync_to_async
def say(who, conversation, content="Tell me about whales.", client_id="one"):
    return post_message(actor=who, conversation_id=conversation.pk, content=content, client_id=client_id)


@pytest.mark.parametrize(
    "origin", [None, b"http://elsewhere.example", b"null", b"https://testserver.example"]
)
async def test_another_origin_or_none_is_refused(alices, origin):
    assert await close_code(socket(alices, origin=origin)) == 4403


async def test_somebody_not_signed_in_is_refused(conversation):
    assert await close_code(socket(None, f"conversation={conversation.pk}")) == 4401


async def test_a_stranger_is_told_that_there_is_nothing(bobs, conversation):
    assert await close_code(socket(bobs, f"conversation={conversation.pk}")) == 4404


@pytest.mark.parametrize(
    "query",
    [
        "conversation=x",
        "conversation=1",
        "cursor=x&conversation=",
        "cursor=" + "9" * 400,
        "cursor=-1e9",
        "a=1&" * 50,
    ],
)
async def test_addresses_no_page_of_ours_has_are_refused(alices, query):
    assert await close_code(socket(alices, query)) == 4404


async def test_an_answer_streams_in_and_ends_as_the_settled_message(
    alice, alices, conversation, house, settings
):
    settings.OFFLINE_DELAY = 0.01
    page = socket(alices, f"conversation={conversation.pk}")
    assert (await page.connect())[0]
    posted = await say(alice, conversation)
    frames = await frames_until(page, COMPLETE)
    joined = "".join(frames)
    assert f'id="message-{posted.message.pk}"' in joined
    assert re.search(rf"#message-{posted.answer.pk}-(text|tail)", joined)
    await page.disconnect()


async def test_a_page_opened_in_mid_stream_gets_what_there_is_and_what_comes(
    alice, alices, conversation, house, settings
):
    settings.OFFLINE_DELAY = 0.02
    first = socket(alices, f"conversation={conversation.pk}")
    assert (await first.connect())[0]
    await say(alice, conversation)
    await frames_until(first, "-tail")
    late = socket(alices, f"conversation={conversation.pk}")
    assert (await late.connect())[0]
    await asyncio.gather(frames_until(first, COMPLETE), frames_until(late, COMPLETE))
    await first.disconnect()
    await late.disconnect()


async def test_a_retry_takes_the_old_answer_away_on_every_page(alice, alices, conversation, house):
    posted = await say(alice, conversation)
    page = socket(alices, f"conversation={conversation.pk}")
    assert (await page.connect())[0]
    await frames_until(page, COMPLETE)
    fresh = await sync_to_async(retry_answer)(
        actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
    )
    gone = f'hx-target="#message-{posted.answer.pk}" hx-swap="delete"'
    frames = await frames_until(page, gone)
    if str(fresh.pk) not in frames[-1]:  # one frame has both when the new answer was quick
        await frames_until(page, f'id="message-{fresh.pk}"')
    await page.disconnect()


async def test_the_list_of_every_page_of_the_person_follows_a_new_title(alice, alices, conversation, house):
    page = socket(alices)
    assert (await page.connect())[0]
    await sync_to_async(rename_conversation)(actor=alice, conversation_id=conversation.pk, title="Whales")
    assert "Whales" in (await frames_until(page, "#sidebar-list"))[-1]
    await page.disconnect()


async def test_the_row_of_the_conversation_shown_is_drawn_after_the_list_it_is_new_in(
    alice, alices, conversation, house
):
    page = socket(alices, f"conversation={conversation.pk}")
    assert (await page.connect())[0]
    await sync_to_async(rename_conversation)(actor=alice, conversation_id=conversation.pk, title="Whales")
    assert "aria-current" not in (await frames_until(page, "#sidebar-list"))[-1]
    row = await page.receive_from()
    assert row.startswith(f'<hx-partial hx-target="#row-{conversation.pk}" hx-swap="outerMorph"><li')
    assert 'aria-current="page"' in row
    await page.disconnect()


async def test_what_comes_to_an_open_page_is_read(alice, alices, conversation, house):
    page = socket(alices, f"conversation={conversation.pk}")
    assert (await page.connect())[0]
    posted = await say(alice, conversation)
    await frames_until(page, COMPLETE)
    fresh = await sync_to_async(retry_answer)(
        actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
    )
    await frames_until(page, rf'id="message-{fresh.pk}"[^>]*data-status="completed"')
    await sync_to_async(show_version)(
        actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
    )
    await frames_until(page, f'id="message-{posted.answer.pk}"')
    await page.disconnect()
    ((_label, rows),) = (await sync_to_async(sidebar_for)(alice)).groups
    assert [row.unread for row in rows] == [False]


async def test_what_changed_since_the_page_was_drawn_comes_first(alice, alices, conversation):
    posted = await say(alice, conversation)
    page = socket(alices, f"conversation={conversation.pk}&cursor=1")
    assert (await page.connect())[0]
    assert f'id="message-{posted.message.pk}"' in await page.receive_from()
    await page.disconnect()


async def test_what_a_client_sends_is_dropped_and_the_socket_stays(alices, conversation, alice, house):
    page = socket(alices, f"conversation={conversation.pk}")
    assert (await page.connect())[0]
    for text in ("{", "null", "[]", '{"type": "nonsense"}', "\x00", "x" * 10_000):
        await page.send_to(text_data=text)
    await page.send_to(bytes_data=b"\xff\xfe")
    await say(alice, conversation)
    await frames_until(page, COMPLETE)
    await page.disconnect()


async def test_a_page_of_a_deleted_conversation_is_let_go(alice, alices, conversation):
    page = socket(alices, f"conversation={conversation.pk}")
    assert (await page.connect())[0]
    await page.receive_from()
    await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
    async with asyncio.timeout(10):
        while (await page.receive_output(10))["type"] != "websocket.close":
            pass


@sync_to_async
def told_of_a_file(conversation, answer, path="notes.md"):
    """Stores a file as a run of the conversation does; gives the event that tells of it."""
    written = store_file(run_id=answer.run_id, chat_id=conversation.pk, path=path, content="Tea")
    return File(str(written.entry.id), path, written.entry.size, replaced=False)


async def test_a_file_appears_under_its_answer_and_in_the_menu_of_every_page(alice, alices, conversation):
    posted = await say(alice, conversation)
    run = await sync_to_async(leases.claim)(posted.answer.run_id)
    log = RunLog(run.pk)
    await log.append(Start(str(run.pk), str(run.agent_id), "Librarian"))
    pages = [socket(alices, f"conversation={conversation.pk}") for _ in range(2)]
    for page in pages:
        assert (await page.connect())[0]
        await frames_until(page, f'id="message-{posted.answer.pk}"')

    event = await told_of_a_file(conversation, posted.answer)
    await log.append(event)
    for page in pages:
        frames = await frames_until(page, 'data-count="1"')
        assert any(f"files/{event.file_id}/" in frame and "additions" in frame for frame in frames)

    late = socket(alices, f"conversation={conversation.pk}")
    assert (await late.connect())[0]
    frames = await frames_until(late, 'data-count="1"')
    assert any(f"files/{event.file_id}/" in frame for frame in frames)

    await sync_to_async(delete_file)(
        actor=alice, conversation_id=conversation.pk, file_id=UUID(event.file_id)
    )
    for page in [*pages, late]:
        await frames_until(page, 'data-count="0"')
        await page.disconnect()
