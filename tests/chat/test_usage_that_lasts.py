"""What was used stays used when it is deleted, and counts when tried out: by one statement a call."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asgiref.sync import sync_to_async
from django.db.backends.signals import connection_created

from agents.database import close_readers
from agents.eventlog import close_writer
from agents.models import Budget, UsageTotal
from agents.services.agents import delete_agent
from chat.services.conversations import delete_conversation, start_conversation
from tests.chat.test_preview import CANCELLED, COMPLETED, opened, until
from tests.chat.test_preview import say as try_out
from tests.chat.test_usage_in_a_turn import agent, say, settled, upstream  # noqa: F401 (fixtures)
from tests.upstream import HANG
from tests.upstream.scripts import DONE, HELLO, STOP, call, piece, stream
from tests.upstream.wire import chunk, usage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("what", ["conversation", "agent"])
async def test_a_deletion_gives_no_budget_back(alice, agent, conversation, upstream, what):  # noqa: F811
    await Budget.objects.acreate(user=alice, period="day", max_tokens=12)
    assert (await settled(await say(alice, conversation))).status == "completed"
    if what == "agent":
        agent = await type(agent).objects.acreate(owner=alice, name="Other", system_prompt="x")
        await sync_to_async(delete_agent)(actor=alice, agent_id=conversation.agent_id)
    else:
        await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
    conversation = await sync_to_async(start_conversation)(actor=alice, agent=agent)
    assert (await settled(await say(alice, conversation, "two"))).error == "day_budget"
    assert len(upstream.requests) == 1


@contextmanager
def statements() -> Iterator[list[tuple[str, str]]]:
    """Thread and statement, of the threads that begin their work within."""
    heard: list[tuple[str, str]] = []

    def listen(execute, sql, params, many, context):
        heard.append((threading.current_thread().name, sql))
        return execute(sql, params, many, context)

    def wrap(connection, **_kwargs):
        connection.execute_wrappers.append(listen)

    close_writer()
    close_readers()
    connection_created.connect(wrap)
    try:
        yield heard
    finally:
        connection_created.disconnect(wrap)


async def test_counting_is_one_statement_a_call_and_none_of_its_own_transaction(
    alice,
    conversation,
    upstream,  # noqa: F811
):
    asks = call(piece("calculator", '{"expression": "1+1"}', index=0, id="a"))
    upstream.script([*stream(asks, STOP, usage(), DONE), *stream(*HELLO, STOP, usage(), DONE)])
    await Budget.objects.acreate(user=alice, period="day", max_tokens=10**6)
    with statements() as heard:
        assert (await settled(await say(alice, conversation))).content == "Hello"
        close_writer()
    counting = [(thread, sql.split()[0]) for thread, sql in heard if '"agents_usagetotal"' in sql]
    writes = [thread for thread, verb in counting if verb == "INSERT"]
    assert len(writes) == 2
    assert all(thread.startswith("event-writer") for thread in writes)
    # Before each call the budgets are read, and nothing is written for it.
    assert [verb for _thread, verb in counting if verb != "INSERT"] == ["SELECT"] * 2
    settled_rows = [sql for _thread, sql in heard if sql.startswith('UPDATE "agents_run" SET "state"')]
    assert len([sql for sql in settled_rows if '"prompt_tokens"' in sql]) == 1
    assert not [sql for _thread, sql in heard if sql.startswith('UPDATE "agents_run" SET "prompt_tokens"')]
    for index, (_thread, sql) in enumerate(heard):
        if sql.startswith('INSERT INTO "agents_usagetotal"'):
            assert heard[index - 1][1].startswith('INSERT INTO "agents_runevent"')


@pytest.mark.parametrize("how", ["whole", "stopped", "left"])
async def test_what_is_tried_out_counts_for_whoever_tries_it(alice, alices, upstream, how):  # noqa: F811
    whole = [chunk("Rice"), chunk(finish="stop"), usage(), DONE]
    upstream.script(whole if how == "whole" else [chunk("Rice and so on"), HANG])
    page = await opened(alices)
    await try_out(page, model="fake-small")
    if how == "whole":
        await until(page, COMPLETED)
    else:
        await until(page, "Rice")
        if how == "stopped":
            await page.send_to('{"type": "stop"}')
            await until(page, CANCELLED)
    await page.disconnect()
    async with asyncio.timeout(10):
        while not await UsageTotal.objects.aexists():
            await asyncio.sleep(0.01)
    total = await UsageTotal.objects.aget()
    assert (total.user_id, total.agent_name, total.runs) == (alice.pk, "", 1)
    assert (total.completion_tokens, total.cost > 0) == (5 if how == "whole" else 4, True)


async def test_nothing_is_tried_out_without_budget(alice, alices, upstream):  # noqa: F811
    await Budget.objects.acreate(user=alice, period="day", max_tokens=12)
    upstream.script([chunk("Rice"), chunk(finish="stop"), usage(), DONE])
    page = await opened(alices)
    await try_out(page, model="fake-small")
    await until(page, COMPLETED)
    await try_out(page, model="fake-small")
    await until(page, "The budget for today is used up")
    assert len(upstream.requests) == 1
    await page.disconnect()
