"""A turn with tools, end to end: called, told in the log and in the page, taken up after an interruption."""

from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from agents import leases
from agents.engine.events import Content, Start, ToolEnd, ToolStart
from agents.engine.messages import ToolCall
from agents.engine.statuses import UNKNOWN
from agents.engine.steps import Kept, Step
from agents.eventlog import RunLog, read
from agents.knowledge.sources import registered
from agents.models import Run, RunStep
from agents.stored_steps import store_steps
from agents.tools.knowledge import Passage
from agents.tools.registry import TOOLS
from chat import dispatch, turns
from tests.chat.waiting import answered, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def able(agent):
    agent.tools = ["update_plan", "calculator", "current_time", "fetch_page"]
    agent.save()
    return agent


async def log_of(answer):
    return [(stored.type, stored.data) for stored in await sync_to_async(read)(answer.run_id)]


async def test_a_sum_is_calculated_told_and_drawn(alice, alices, able, conversation, house):
    answer = await answered(await say(alice, conversation, "What is 12 * (3 + 4)?"))

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
    answer = await answered(await say(alice, conversation, "Plan a weekend in Rome"))

    plans = [data["items"] for kind, data in await log_of(answer) if kind == "plan"]
    assert [[item["status"] for item in items].count("completed") for items in plans] == [0, 1, 2, 3]
    assert answer.metadata["work"]["plan"] == plans[-1]
    assert "## Draft" in answer.content


async def test_a_page_inside_is_refused_and_the_answer_says_so(alice, able, conversation, house):
    answer = await answered(await say(alice, conversation, "Read http://127.0.0.1:1/secret"))

    assert answer.status == "completed"
    assert "not on the public internet" in answer.content
    assert answer.metadata["work"]["tools"][0]["status"] == "error"


async def test_the_time_is_told_where_the_person_is(alice, able, conversation, house):
    alice.time_zone = "America/Lima"
    await alice.asave()
    answer = await answered(await say(alice, conversation, "What time is it?"))

    assert "America/Lima" in answer.content


async def test_an_agent_without_tools_calls_none(alice, conversation, house):
    answer = await answered(await say(alice, conversation, "What is 12 * (3 + 4)?"))

    assert answer.metadata["work"]["tools"] == []
    assert "84" in answer.content


class Library:
    """What the agent knows, for a test."""

    async def search(self, query, most):
        return [
            Passage("d1", "Opening hours <b>", 2, "On Sundays it is open from 13:00."),
            Passage("d2", "Notice", None, "The branch is closed on Sundays."),
        ]


async def test_an_answer_from_documents_cites_them_and_the_page_shows_the_passages(
    alice, alices, agent, conversation, house
):
    async def find(agent_id):
        return Library() if agent_id == agent.pk else None

    with registered(find):
        answer = await answered(await say(alice, conversation, "When is the library open on Sundays?"))

    assert "> On Sundays it is open from 13:00." in answer.content
    assert "Notice [2]" in answer.content
    cited = [data["items"] for kind, data in await log_of(answer) if kind == "citation"]
    assert [item["n"] for item in cited[0]] == [1, 2]
    assert answer.metadata["work"]["citations"] == cited[0]
    page = (await sync_to_async(alices.get)(reverse("chat:conversation", args=[conversation.pk]))).text
    for shown in ("Opening hours &lt;b&gt;", "page 2", "The branch is closed on Sundays."):
        assert shown in page


async def test_an_agent_without_documents_searches_none(alice, agent, conversation, house):
    answer = await answered(await say(alice, conversation, "When is the library open on Sundays?"))

    assert answer.metadata["work"]["tools"] == []
    assert answer.metadata["work"]["citations"] == []


@pytest.fixture
def left_by_another(alice, able, conversation, monkeypatch):
    """A run that an earlier process began: to call with what it wrote into the log, and of its calls."""

    async def left(*told):
        with monkeypatch.context() as patched:
            patched.setattr(dispatch, "submit", lambda *_: None)  # nobody here takes it yet
            answer = await say(alice, conversation, "What is 12 * 7?")
        run = await sync_to_async(leases.claim)(answer.run_id)
        log = RunLog(run.pk)
        await log.append(Start(str(run.pk), str(run.agent_id), run.agent.name))
        for one in told:
            await log.append(*one.events, settle=lambda steps=one.steps: store_steps(run.pk, steps))
        await sync_to_async(leases.free_orphans)(everyone=True)
        return answer

    return left


STEP = Step(ToolCall("call_1", "calculator", '{"expression": "12 * 7"}'), 0, 0, 0)
BEGUN = Kept((ToolStart("call_1", "calculator", "12 * 7"),), (STEP,))
ENDED = Kept(
    (ToolEnd("call_1", "calculator", "ok", 1, "84"),), (replace(STEP, state="ok", result="12 * 7 = 84"),)
)


async def test_a_finished_call_is_not_made_again_after_an_interruption(left_by_another):
    answer = await left_by_another(BEGUN, ENDED, Kept((Content("**12"),)))
    await turns.take(answer.run_id)

    await answer.arefresh_from_db()
    log = await log_of(answer)
    assert [kind for kind, _ in log].count("tool_start") == 1
    assert answer.metadata["interrupted"]
    assert answer.content.count("12 \\* 7 = 84") == 1


async def test_a_call_without_effects_that_was_cut_is_made_again(left_by_another):
    answer = await left_by_another(BEGUN)
    await turns.take(answer.run_id)

    log = await log_of(answer)
    told = [(kind, data["call_id"]) for kind, data in log if kind in ("tool_start", "tool_end")]
    assert told == [("tool_start", "call_1"), ("tool_end", "call_1")]
    assert (await Run.objects.aget()).state == "completed"
    await answer.arefresh_from_db()
    assert "12 \\* 7 = 84" in answer.content


async def test_a_call_with_effects_that_was_cut_is_not_made_again_and_its_end_says_so(
    left_by_another, monkeypatch
):
    monkeypatch.setitem(TOOLS, "calculator", replace(TOOLS["calculator"], has_effects=True))
    answer = await left_by_another(BEGUN)
    await turns.take(answer.run_id)

    log = await log_of(answer)
    cut = next(data for kind, data in log if kind == "tool_end")
    assert (cut["status"], cut["result_summary"]) == ("error", UNKNOWN)
    assert (await RunStep.objects.aget()).state == "unknown"
    assert (await Run.objects.aget()).state == "completed"
