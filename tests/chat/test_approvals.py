"""A call that needs a person: the run waits in the database, and goes on or ends as somebody decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.db.models import F

from agents.errors import Refused
from agents.eventlog import read
from agents.models import Agent, Run, RunEvent, RunStep
from agents.services.approvals import MAX_REASON, Choice
from chat.models import Message
from chat.services.answers import stop_current_answer
from chat.services.approvals import decide_call
from chat.services.conversations import delete_conversation, start_conversation
from tests.chat.waiting import ended, say, until
from tests.house import open_house

pytestmark = pytest.mark.django_db(transaction=True)

SUM = "What is 12 * (3 + 4)?"
BOTH = "What is 12 * (3 + 4), and what time is it in Lima?"
ONCE, ALWAYS, DENY = Choice(True), Choice(True, always=True), Choice(False, reason="Not now.")


@pytest.fixture
def agent(agent):
    agent.tools = ["calculator", "current_time"]
    agent.tool_policies = {"calculator": "ask", "current_time": "ask"}
    agent.save()
    return agent


async def parked(who, conversation, content=SUM) -> Run:
    """A run that waits for a decision."""
    answer = await say(who, conversation, content)
    await until(lambda: Run.objects.filter(pk=answer.run_id, state="waiting").exists())
    return await Run.objects.aget(pk=answer.run_id)


def decide(who, run, choice, call_id=None):
    step = run.steps.get(call_id=call_id) if call_id else run.steps.get()
    decide_call(actor=who, conversation_id=run.chat_id, run_id=run.pk, call_id=step.call_id, choice=choice)


def log_of(run):
    return [(stored.type, stored.data) for stored in read(run.pk)]


async def test_a_run_that_waits_is_held_by_nobody_and_its_question_is_in_the_log(alice, conversation, house):
    run = await parked(alice, conversation)
    assert (run.worker, run.heartbeat_at, run.attempt) == ("", None, 0)
    kind, data = (await sync_to_async(log_of)(run))[-1]
    assert (kind, data["state"], data["name"]) == ("approval", "asked", "calculator")
    assert (data["arguments"], data["scopes"]) == ({"expression": "12 * (3 + 4)"}, ["once", "always"])
    assert (await Message.objects.aget(pk=run.answer_id)).status == "processing"


async def test_an_allowed_call_is_made_and_who_allowed_it_is_kept(alice, agent, conversation, house):
    run = await parked(alice, conversation)
    await sync_to_async(decide)(alice, run, ONCE)
    answer = await ended(run)
    assert (answer.status, answer.metadata["interrupted"]) == ("completed", False)
    assert "= 84" in answer.content
    (tool,) = answer.metadata["work"]["tools"]
    assert (tool["status"], tool["decided_by"], tool["scope"]) == ("ok", "alice", "once")
    assert "arguments" not in tool
    step = await RunStep.objects.select_related("decided_by").aget()
    assert (step.state, step.decision, step.always) == ("ok", "allowed", False)
    assert (step.decided_by, step.decided_at is not None) == (alice, True)
    await agent.arefresh_from_db()
    assert agent.tool_policies["calculator"] == "ask"


async def test_a_denied_call_is_not_made_and_the_answer_says_so(alice, conversation, house):
    run = await parked(alice, conversation)
    await sync_to_async(decide)(alice, run, DENY)
    answer = await ended(run)
    assert answer.status == "completed"
    assert "You did not allow `calculator`" in answer.content
    (tool,) = answer.metadata["work"]["tools"]
    assert (tool["status"], tool["reason"]) == ("denied", "Not now.")
    log = await sync_to_async(log_of)(run)
    assert "tool_start" not in [kind for kind, _ in log]
    assert log[-1][1]["tool_calls"] == 0


async def test_always_is_for_this_agent_and_tool_from_now_on(alice, agent, conversation, house):
    run = await parked(alice, conversation)
    await sync_to_async(decide)(alice, run, ALWAYS)
    await ended(run)
    await agent.arefresh_from_db()
    assert agent.tool_policies == {"calculator": "run", "current_time": "ask"}
    answer = await say(alice, conversation, "And 2 + 3?", "two")
    again = await ended(await Run.objects.aget(pk=answer.run_id))
    assert "= 5" in again.content


@pytest.mark.parametrize("turned", [False, True])
async def test_several_are_decided_in_any_order(alice, conversation, house, turned):
    run = await parked(alice, conversation, BOTH)
    calls = await sync_to_async(lambda: list(run.steps.values_list("call_id", flat=True)))()
    first, second = calls[::-1] if turned else calls
    await sync_to_async(decide)(alice, run, ONCE, first)
    assert (await Run.objects.aget(pk=run.pk)).state == "waiting"
    await sync_to_async(decide)(alice, run, DENY, second)
    answer = await ended(run)
    assert [tool["status"] for tool in answer.metadata["work"]["tools"]].count("denied") == 1


async def test_it_goes_on_in_another_process_though_decided_while_none_was_there(alice, conversation):
    async with open_house():
        run = await parked(alice, conversation)
    await sync_to_async(decide)(alice, run, ONCE)
    async with open_house():
        answer = await ended(run)
    assert (answer.status, answer.metadata["interrupted"]) == ("completed", False)


async def test_the_time_of_waiting_is_not_time_of_work(alice, conversation, house):
    run = await parked(alice, conversation)
    await RunEvent.objects.filter(run=run).aupdate(ts=F("ts") - timedelta(days=2))
    await sync_to_async(decide)(alice, run, ONCE)
    assert (await ended(run)).processing_time_ms < 60_000


async def test_the_same_decision_again_is_no_error_and_another_is_refused(alice, conversation, house):
    run = await parked(alice, conversation, BOTH)
    call_id = await sync_to_async(lambda: run.steps.first().call_id)()
    await sync_to_async(decide)(alice, run, ONCE, call_id)
    await sync_to_async(decide)(alice, run, ONCE, call_id)
    with pytest.raises(Refused) as refused:
        await sync_to_async(decide)(alice, run, DENY, call_id)
    assert refused.value.status == 409
    assert await RunStep.objects.filter(decision="allowed").acount() == 1
    decided = [data for kind, data in await sync_to_async(log_of)(run) if kind == "approval" and data["by"]]
    assert len(decided) == 1


async def test_a_stranger_another_chat_and_another_call_are_not_found(alice, bob, agent, conversation, house):
    run = await parked(alice, conversation)
    other = await sync_to_async(start_conversation)(actor=alice, agent=agent)
    wrong = [
        {"actor": bob},
        {"conversation_id": other.pk},
        {"call_id": "call_9"},
        {"run_id": other.pk},
    ]
    right = {
        "actor": alice,
        "conversation_id": conversation.pk,
        "run_id": run.pk,
        "call_id": "call_1",
        "choice": ONCE,
    }
    for change in wrong:
        with pytest.raises(Refused) as refused:
            await sync_to_async(decide_call)(**{**right, **change})
        assert refused.value.status == 404
    assert not await RunStep.objects.exclude(decision="").aexists()


async def test_a_reason_that_is_too_long_is_refused_and_what_no_store_takes_left_out(
    alice, conversation, house
):
    run = await parked(alice, conversation)
    with pytest.raises(Refused) as refused:
        await sync_to_async(decide)(alice, run, Choice(False, reason="x" * (MAX_REASON + 1)))
    assert refused.value.status == 422
    await sync_to_async(decide)(alice, run, Choice(False, reason="a\x00b\ud800\n c"))
    assert (await RunStep.objects.aget()).reason == "ab c"


async def test_only_who_may_change_the_agent_is_offered_always_and_may_say_it(bob, agent, house):
    await Agent.objects.filter(pk=agent.pk).aupdate(visibility="everyone")
    bobs = await sync_to_async(start_conversation)(actor=bob, agent=agent)
    run = await parked(bob, bobs)
    assert (await sync_to_async(log_of)(run))[-1][1]["scopes"] == ["once"]
    with pytest.raises(Refused) as refused:
        await sync_to_async(decide)(bob, run, ALWAYS)
    assert refused.value.status == 404
    await agent.arefresh_from_db()
    assert agent.tool_policies["calculator"] == "ask"
    await sync_to_async(decide)(bob, run, ONCE)
    assert (await ended(run)).status == "completed"


async def test_a_waiting_run_is_stopped(alice, conversation, house):
    run = await parked(alice, conversation)
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    assert (await ended(run)).status == "cancelled"
    with pytest.raises(Refused) as refused:
        await sync_to_async(decide)(alice, run, ONCE)
    assert refused.value.status == 409
    assert not [kind for kind, _ in await sync_to_async(log_of)(run) if kind == "tool_start"]


async def test_a_waiting_run_that_was_stopped_where_no_turns_run_ends_in_the_next_process(
    alice, conversation
):
    async with open_house():
        run = await parked(alice, conversation)
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    async with open_house():
        assert (await ended(run)).status == "cancelled"


async def test_what_is_said_meanwhile_is_answered_afterwards(alice, conversation, house):
    run = await parked(alice, conversation)
    later = await say(alice, conversation, "hello", "two")
    assert (await Run.objects.aget(pk=later.run_id)).state == "queued"
    await sync_to_async(decide)(alice, run, DENY)
    await ended(run)
    assert (await ended(await Run.objects.aget(pk=later.run_id))).status == "completed"


async def test_a_deleted_conversation_takes_its_waiting_run_along(alice, conversation, house):
    run = await parked(alice, conversation)
    await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
    assert not await Run.objects.aexists()
    assert not await RunStep.objects.aexists()
    with pytest.raises(Refused):
        await sync_to_async(decide_call)(
            actor=alice, conversation_id=conversation.pk, run_id=run.pk, call_id="call_1", choice=ONCE
        )


@pytest.mark.parametrize("change", [{"tools": []}, {"tool_policies": {"calculator": "never"}}], ids=str)
async def test_a_tool_that_was_taken_away_meanwhile_can_only_be_denied(
    alice, agent, conversation, house, change
):
    run = await parked(alice, conversation)
    await Agent.objects.filter(pk=agent.pk).aupdate(**change)
    for choice in (ONCE, ALWAYS):
        with pytest.raises(Refused, match="any more"):
            await sync_to_async(decide)(alice, run, choice)
    await agent.arefresh_from_db()
    assert change.items() <= vars(agent).items()
    await sync_to_async(decide)(alice, run, DENY)
    assert (await ended(run)).status == "completed"


def at_once(*works):
    """What each gave or raised, all begun at the same moment in threads of their own."""
    together = Barrier(len(works))

    def begin(work):
        together.wait(10)
        try:
            return work()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


async def test_of_many_decisions_at_once_one_holds(alice, conversation, house):
    run = await parked(alice, conversation)
    choices = [ONCE, DENY] * 4
    given = await sync_to_async(at_once)(
        *(lambda choice=choice: decide(alice, run, choice) for choice in choices)
    )
    step = await RunStep.objects.aget()
    won = [choice.allowed for choice, result in zip(choices, given, strict=True) if result is None]
    assert won == [step.decision == "allowed"] * 4
    assert {result.status for result in given if result is not None} == {409}
    answer = await ended(run)
    assert answer.metadata["work"]["tools"][0]["status"] == ("ok" if won[0] else "denied")


async def test_a_stop_and_a_decision_at_once_end_the_run_once(alice, conversation, house):
    run = await parked(alice, conversation)
    await sync_to_async(at_once)(
        lambda: decide(alice, run, ONCE),
        lambda: stop_current_answer(actor=alice, conversation_id=conversation.pk),
    )
    await ended(run)
    log = await sync_to_async(log_of)(run)
    assert [kind for kind, _ in log].count("end") == 1
    assert log[-1][0] == "end"
