"""A turn with tools, end to end: called, told in the log and in the page, taken up after an interruption."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from agents import leases, runner
from agents.engine.events import Content, Start, ToolEnd, ToolStart
from agents.eventlog import RunLog, read
from agents.models import Run
from chat import dispatch, turns
from chat.services.messages import post_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def house():
    await dispatch.start()
    yield
    await dispatch.stop()


@pytest.fixture
def able(agent):
    agent.tools = ["update_plan", "calculator", "current_time", "fetch_page"]
    agent.save()
    return agent


@sync_to_async
def say(who, conversation, content):
    return post_message(actor=who, conversation_id=conversation.pk, content=content, client_id="one").answer


async def ended(answer):
    async with asyncio.timeout(10):
        while answer.status in ("pending", "processing"):
            await asyncio.sleep(0.01)
            await answer.arefresh_from_db()
    return answer


async def log_of(answer):
    return [(stored.type, stored.data) for stored in await sync_to_async(read)(answer.run_id)]


async def test_a_sum_is_calculated_told_and_drawn(alice, alices, able, conversation, house):
    answer = await ended(await say(alice, conversation, "What is 12 * (3 + 4)?"))

    assert answer.status == "completed"
    assert "12 \\* (3 + 4) = 84" in answer.content
    (tool,) = answer.metadata["work"]["tools"]
    assert (tool["name"], tool["args_summary"], tool["status"], tool["result_summary"]) == (
        "calculator",
        "12 * (3 + 4)",
        "ok",
        "84",
    )
    assert (await log_of(answer))[-1][1]["tool_calls"] == 1
    page = await sync_to_async(alices.get)(reverse("chat:conversation", args=[conversation.pk]))
    assert "<code>calculator</code>" in page.content.decode()


async def test_a_plan_is_shown_while_it_changes(alice, able, conversation, house):
    answer = await ended(await say(alice, conversation, "Plan a weekend in Rome"))

    plans = [data["items"] for kind, data in await log_of(answer) if kind == "plan"]
    assert [[item["status"] for item in items].count("completed") for items in plans] == [0, 1, 2, 3]
    assert answer.metadata["work"]["plan"] == plans[-1]
    assert "## Draft" in answer.content


async def test_a_page_inside_is_refused_and_the_answer_says_so(alice, able, conversation, house):
    answer = await ended(await say(alice, conversation, "Read http://127.0.0.1:1/secret"))

    assert answer.status == "completed"
    assert "not on the public internet" in answer.content
    assert answer.metadata["work"]["tools"][0]["status"] == "error"


async def test_the_time_is_told_where_the_person_is(alice, able, conversation, house):
    alice.time_zone = "America/Lima"
    await alice.asave()
    answer = await ended(await say(alice, conversation, "What time is it?"))

    assert "America/Lima" in answer.content


async def test_an_agent_without_tools_calls_none(alice, conversation, house):
    answer = await ended(await say(alice, conversation, "What is 12 * (3 + 4)?"))

    assert answer.metadata["work"]["tools"] == []
    assert "84" in answer.content


@pytest.fixture
def left_by_another(alice, able, conversation, monkeypatch):
    """A run that an earlier process began: to call with what it wrote into the log."""

    async def left(*events):
        with monkeypatch.context() as patched:
            patched.setattr(dispatch, "submit", lambda *_: None)  # nobody here takes it yet
            answer = await say(alice, conversation, "What is 12 * 7?")
        run = await sync_to_async(leases.claim)(answer.run_id)
        start = Start(str(run.pk), str(run.agent_id), run.agent.name)
        await RunLog(run.pk).append(start, *events)
        await sync_to_async(leases.free_orphans)(everyone=True)
        return answer

    return left


CALL = ToolStart("call_1", "calculator", "12 * 7")


async def test_a_finished_call_is_not_made_again_after_an_interruption(left_by_another):
    answer = await left_by_another(CALL, ToolEnd("call_1", "calculator", "ok", 1, "84"), Content("**12"))
    await turns.take(answer.run_id)

    await answer.arefresh_from_db()
    log = await log_of(answer)
    assert [kind for kind, _ in log].count("tool_start") == 1
    assert answer.metadata["interrupted"]
    assert answer.content.count("12 \\* 7 = 84") == 1


async def test_a_call_that_was_cut_has_an_end_that_says_so(left_by_another):
    answer = await left_by_another(CALL)
    await turns.take(answer.run_id)

    log = await log_of(answer)
    assert [(kind, data["call_id"]) for kind, data in log if kind in ("tool_start", "tool_end")] == [
        ("tool_start", "call_1"),
        ("tool_end", "call_1"),
        ("tool_start", "call_2"),
        ("tool_end", "call_2"),
    ]
    cut = next(data for kind, data in log if kind == "tool_end")
    assert (cut["status"], cut["result_summary"]) == ("error", runner.UNKNOWN)
    assert (await Run.objects.aget()).state == "completed"
