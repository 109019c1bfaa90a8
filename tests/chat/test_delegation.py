"""An agent asks another: a run within the run, shown under its call, stopped with it, never begun twice."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from agents import leases
from agents.engine.events import Start, ToolStart
from agents.engine.messages import ToolCall
from agents.engine.steps import Kept, Step
from agents.eventlog import RunLog, read
from agents.models import Agent, Run
from agents.stored_steps import store_steps
from chat import dispatch, turns
from chat.services.answers import stop_current_answer
from tests.chat.waiting import answered, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(agent):
    agent.tools = ["ask_agent"]
    agent.save()
    return agent


@pytest.fixture
def counter(alice, agent):
    """An agent of Alice's that can count, and ask in turn."""
    return Agent.objects.create(
        owner=alice,
        name="Counter",
        system_prompt="You count.",
        model="offline",
        tools=["calculator", "ask_agent"],
    )


@sync_to_async
def log_of(run_id):
    return [(stored.type, stored.data) for stored in read(run_id)]


async def test_the_other_agent_answers_in_a_run_of_its_own_and_is_shown_under_the_call(
    alice, alices, counter, conversation, house
):
    answer = await answered(await say(alice, conversation, "Ask the Counter: What is 12 * 7?"))

    assert answer.status == "completed"
    assert "Counter answers:" in answer.content
    assert "= 84" in answer.content
    child = await Run.objects.aget(parent=answer.run_id)
    assert (child.state, child.agent_id, child.chat_id) == ("completed", counter.pk, conversation.pk)
    own = [kind for kind, _ in await log_of(child.pk)]
    assert (own[0], own[-1], own.count("tool_start")) == ("start", "end", 1)
    told = [data["event"]["type"] for kind, data in await log_of(answer.run_id) if kind == "nested"]
    assert [kind for kind in told if kind != "status"] == ["start", "tool_start", "tool_end", "end"]
    (tool,) = answer.metadata["work"]["tools"]
    assert tool["nested"]["agent"] == "Counter"
    assert [row["name"] for row in tool["nested"]["tools"]] == ["calculator"]
    page = await sync_to_async(alices.get)(reverse("chat:conversation", args=[conversation.pk]))
    assert 'class="work__nested" aria-label="Counter"' in page.content.decode()


@pytest.mark.parametrize("name", ["Nobody", "Librarian", "x" * 100, ""])
async def test_an_agent_that_is_not_there_or_asks_itself_is_not_asked(
    alice, counter, conversation, house, name
):
    answer = await answered(await say(alice, conversation, f"Ask {name or ' '}: hello"))
    assert answer.status == "completed"
    assert not await Run.objects.filter(parent__isnull=False).aexists()


async def test_an_agent_of_a_stranger_is_not_asked(alice, bob, counter, conversation, house):
    await Agent.objects.filter(pk=counter.pk).aupdate(owner=bob)
    answer = await answered(await say(alice, conversation, "Ask Counter: hello"))
    assert "There is no such agent to ask" in answer.content


async def test_one_that_a_stranger_shares_is_not_asked_either(alice, bob, counter, conversation, house):
    await Agent.objects.filter(pk=counter.pk).aupdate(owner=bob, visibility="everyone")
    answer = await answered(await say(alice, conversation, "Ask Counter: hello"))
    assert "There is no such agent to ask" in answer.content
    await type(bob).objects.filter(pk=bob.pk).aupdate(is_staff=True)  # the house's own are
    answer = await answered(await say(alice, conversation, "Ask Counter: What is 12 * 7?", "two"))
    assert "= 84" in answer.content


async def test_of_two_of_a_name_the_persons_own_is_asked(alice, bob, counter, conversation, house):
    await Agent.objects.filter(pk=counter.pk).aupdate(owner=None, visibility="everyone")
    own = await Agent.objects.acreate(
        owner=alice, name="counter", system_prompt="You count.", model="offline", tools=["calculator"]
    )
    await answered(await say(alice, conversation, "Ask Counter: What is 12 * 7?"))
    assert (await Run.objects.aget(parent__isnull=False)).agent_id == own.pk


async def test_agents_that_ask_each_other_come_to_an_end(alice, counter, conversation, house):
    answer = await answered(
        await say(alice, conversation, "Ask Counter: ask Librarian: ask Counter: what is 1 + 1?")
    )
    assert answer.status == "completed"
    assert await Run.objects.acount() == 2  # the third would have waited for the first


async def test_it_is_stopped_with_the_one_that_asked(alice, counter, conversation, house, settings):
    settings.OFFLINE_DELAY = 0.2
    answer = await say(alice, conversation, "Ask Counter: tell me about whales")
    async with asyncio.timeout(10):
        while not await Run.objects.filter(parent__isnull=False).aexists():
            await asyncio.sleep(0.01)
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    assert (await answered(answer)).status == "cancelled"
    child = await Run.objects.aget(parent__isnull=False)
    assert child.state == "cancelled"
    log = [kind for kind, _ in await log_of(child.pk)]
    assert log.count("end") == 1


@pytest.mark.parametrize("child_began", [False, True])
async def test_after_an_interruption_the_child_is_found_again_and_not_begun_twice(
    alice, agent, counter, conversation, monkeypatch, child_began
):
    with monkeypatch.context() as patched:
        patched.setattr(dispatch, "submit", lambda *_: None)
        answer = await say(alice, conversation, "Ask Counter: What is 12 * 7?")
    run = await sync_to_async(leases.claim)(answer.run_id)
    call = ToolCall("call_1", "ask_agent", '{"agent": "Counter", "question": "What is 12 * 7?"}')
    begun = Kept((ToolStart("call_1", "ask_agent", "…"),), (Step(call, 0, 0, 0),))
    log = RunLog(run.pk)
    await log.append(Start(str(run.pk), str(agent.pk), agent.name))
    await log.append(*begun.events, settle=lambda: store_steps(run.pk, begun.steps))
    if child_began:
        child = await Run.objects.acreate(
            agent=counter,
            owner=alice,
            chat_id=run.chat_id,
            message_id=run.message_id,
            answer_id=run.answer_id,
            parent=run,
            call_id="call_1",
            state="running",
            worker="dead",
            attempt=1,
        )
        await RunLog(child.pk).append(Start(str(child.pk), str(counter.pk), "Counter"))
    assert await sync_to_async(leases.free_orphans)(everyone=True) == 1  # the child is its parent's
    await turns.take(answer.run_id)

    await answer.arefresh_from_db()
    assert answer.status == "completed"
    assert "= 84" in answer.content
    children = [one async for one in Run.objects.filter(parent=run)]
    assert [one.state for one in children] == ["completed"]
    assert [kind for kind, _ in await log_of(children[0].pk)].count("start") == 1
