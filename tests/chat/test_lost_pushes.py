"""Losing every push makes an open page late by seconds, never wrong."""

import asyncio
import re

import pytest
from asgiref.sync import sync_to_async

from agents.eventlog import read
from chat import doubts
from chat.models import Membership, Message
from chat.services.answers import continue_answer, retry_answer, show_version
from chat.services.conversations import delete_conversation, rename_conversation
from chat.services.messages import post_message
from tests.chat.pushes import intercept
from tests.chat.sockets import close_code, frames_until, opened
from tests.upstream import FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds a page may be stale.
AT_MOST = 10.0
COMPLETE = r'message--assistant"[^>]*data-status="completed"'


@pytest.fixture
def lossy(monkeypatch):
    """``lossy("run.")``: pushes to groups of such names are lost from now on, all without an argument."""

    def lose(prefix: str = "") -> None:
        async def group_send(send, group, message):
            if not group.startswith(prefix):
                await send(group, message)

        intercept(monkeypatch, group_send)

    return lose


def post(alice, conversation, content="Tell me about whales.", client_id="one"):
    return sync_to_async(post_message)(
        actor=alice, conversation_id=conversation.pk, content=content, client_id=client_id
    )


async def test_a_message_and_its_answer_come_to_an_open_page(alice, alices, conversation, house, lossy):
    lossy()
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    await asyncio.sleep(0.2)  # past what the page reads when it opens
    posted = await post(alice, conversation)
    frames = await frames_until(page, COMPLETE, AT_MOST)
    assert f'id="message-{posted.message.pk}"' in frames
    await page.disconnect()


async def test_what_was_put_aside_goes(alice, alices, conversation, house, lossy):
    posted = await post(alice, conversation)
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    await frames_until(page, COMPLETE)
    lossy()
    await sync_to_async(retry_answer)(
        actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
    )
    await frames_until(page, f'hx-target="#message-{posted.answer.pk}" hx-swap="delete"', AT_MOST)
    await page.disconnect()


async def test_a_new_title_comes_to_the_list(alice, alices, conversation, lossy):
    lossy()
    page = await opened(alices, "/ws/page/")
    await asyncio.sleep(0.2)
    await sync_to_async(rename_conversation)(actor=alice, conversation_id=conversation.pk, title="Whales")
    assert "Whales" in await frames_until(page, "#sidebar-list", AT_MOST)
    await page.disconnect()


async def test_a_deleted_conversation_is_let_go(alice, alices, conversation, lossy):
    lossy()
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
    assert await close_code(page, AT_MOST) == 4404


async def test_a_removed_member_sees_no_more_of_an_answer_under_way(
    alice, alices, conversation, house, settings
):
    settings.OFFLINE_DELAY = 0.5
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    await post(alice, conversation)
    await frames_until(page, "-tail")
    await Membership.objects.filter(conversation=conversation, participant__user=alice).adelete()
    assert await close_code(page, 5.0) == 4404
    assert await page.receive_nothing(1.0)


async def test_what_the_page_was_told_of_is_not_drawn_again(alice, alices, conversation, house):
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    await post(alice, conversation)
    frames = await frames_until(page, COMPLETE)
    async with asyncio.timeout(10):
        while "#sidebar-list" not in frames.rsplit(COMPLETE, 1)[-1]:
            frames = await page.receive_from(5)
    late = []
    end = asyncio.get_running_loop().time() + 2 * doubts.LOOK_EVERY + 1
    while (left := end - asyncio.get_running_loop().time()) > 0:
        try:
            late.append(await asyncio.wait_for(asyncio.shield(page.receive_from(left + 5)), left))
        except TimeoutError:
            break
    assert not [frame for frame in late if 'hx-target="#messages"' in frame]
    await page.disconnect()


async def test_an_answer_gone_on_with_before_its_end_was_noticed_is_followed_anew(
    alice, alices, conversation, house, lossy, settings
):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        cut_off = Reply([chunk("First"), 1.0, chunk(finish="length"), DONE])
        upstream.script([cut_off, Reply([chunk(" and"), 6.0, chunk(" last"), chunk(finish="stop"), DONE])])
        await sync_to_async(type(conversation.agent).objects.update)(model="any")
        lossy("run.")  # whoever follows a run learns of its end from the log, seconds later
        posted = await post(alice, conversation)
        async with asyncio.timeout(5):
            while not await sync_to_async(read)(posted.answer.run_id):
                await asyncio.sleep(0.01)
        page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
        await frames_until(page, 'data-status="processing"')
        cut = Message.objects.filter(pk=posted.answer.pk)
        async with asyncio.timeout(5):
            while not await cut.filter(status="completed").aexists():
                await asyncio.sleep(0.01)
        await sync_to_async(continue_answer)(
            actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
        )
        await frames_until(page, rf"(?s){COMPLETE}.*and last", 20)
        await page.disconnect()


async def test_another_version_chosen_before_the_end_of_this_one_was_noticed_is_shown(
    alice, alices, conversation, house, lossy
):
    posted = await post(alice, conversation)
    async with asyncio.timeout(5):
        while not await Message.objects.filter(pk=posted.answer.pk, status="completed").aexists():
            await asyncio.sleep(0.01)
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    lossy("run.")
    fresh = await sync_to_async(retry_answer)(
        actor=alice, conversation_id=conversation.pk, message_id=posted.answer.pk
    )
    async with asyncio.timeout(5):
        while not await Message.objects.filter(pk=fresh.pk, status="completed").aexists():
            await asyncio.sleep(0.01)
    for chosen in (posted.answer, fresh, posted.answer):
        await sync_to_async(show_version)(actor=alice, conversation_id=conversation.pk, message_id=chosen.pk)
    drawn = ""
    async with asyncio.timeout(AT_MOST):
        while not _ends_with(drawn, shown=posted.answer.pk, gone=fresh.pk):
            drawn += await page.receive_from(AT_MOST)
    await page.disconnect()


def _ends_with(frames: str, *, shown, gone) -> bool:
    """Whether a page that took in the frames shows the one answer and not the other."""
    last = {}
    for match in re.finditer(
        r'id="message-([0-9a-f-]{36})" data-order|"#message-([0-9a-f-]{36})" hx-swap="delete"', frames
    ):
        last[match.group(1) or match.group(2)] = bool(match.group(1))
    return last.get(str(shown)) is True and last.get(str(gone)) is False


async def test_nobody_looks_while_no_page_is_open(alices, conversation):
    page = await opened(alices, f"/ws/page/?conversation={conversation.pk}")
    async with asyncio.timeout(5):
        while doubts._watch is None or doubts._watch.task.done():
            await asyncio.sleep(0.01)
    await page.disconnect()
    async with asyncio.timeout(5):
        while not doubts._watch.task.done():
            await asyncio.sleep(0.01)


def test_many_pages_cost_two_queries_a_look(alice, conversation, django_assert_num_queries):
    with django_assert_num_queries(2):
        members, _changed = doubts._look([(conversation.pk, alice.pk)] * 100)
    assert members == {(conversation.pk, alice.pk)}
