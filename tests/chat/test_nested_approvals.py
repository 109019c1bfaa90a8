"""A call of an agent that was asked by another needs a person: all runs of the line wait, and go on."""

from datetime import timedelta
from functools import partial

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse
from django.utils import timezone

from agents.errors import Refused
from agents.eventlog import read
from agents.models import Agent, Run, RunStep
from agents.services.agents import delete_agent
from agents.services.approvals import Choice
from chat.fragments import LiveAnswer
from chat.services.answers import stop_current_answer
from chat.services.approvals import decide_call
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.chat.test_approvals import at_once
from tests.chat.waiting import ended, until
from tests.house import open_house

pytestmark = pytest.mark.django_db(transaction=True)

SUM = "Ask Counter: What is 12 * 7?"
DEEP = "Ask Clerk: ask Counter: What is 12 * 7?"
ONCE, ALWAYS, DENY = Choice(True), Choice(True, always=True), Choice(False, reason="Not now.")


@pytest.fixture
def agent(agent):
    agent.tools = ["ask_agent"]
    agent.save()
    return agent


def other(owner, name, *tools, **policies):
    return Agent.objects.create(
        owner=owner,
        name=name,
        system_prompt="You help.",
        model="offline",
        tools=list(tools),
        tool_policies=policies,
    )


@pytest.fixture
def counter(alice, agent):
    """An agent of Alice's that asks before it counts."""
    return other(alice, "Counter", "calculator", calculator="ask")


@pytest.fixture
def clerk(alice, agent):
    return other(alice, "Clerk", "ask_agent")


async def parked(who, conversation, content=SUM) -> Run:
    """The run of the answer, where it waits for something within it."""
    posted = await sync_to_async(post_message)(
        actor=who, conversation_id=conversation.pk, content=content, client_id="one"
    )
    await until(lambda: Run.objects.filter(pk=posted.answer.run_id, state="waiting").exists())
    return await Run.objects.aget(pk=posted.answer.run_id)


def decide_now(who, choice, step=None):
    step = step or RunStep.objects.select_related("run").get(state="asked", decision="")
    decide_call(
        actor=who,
        conversation_id=step.run.chat_id,
        run_id=step.run_id,
        call_id=step.call_id,
        choice=choice,
    )


decide = sync_to_async(decide_now)


@sync_to_async
def states():
    return list(Run.objects.order_by("id").values_list("state", "worker"))


@sync_to_async
def approvals_of(run):
    """The states of the approvals in the log of the run, however deep."""
    found = []
    for stored in read(run.pk):
        data, kind = stored.data, stored.type
        while kind == "nested":
            data, kind = data["event"], data["event"]["type"]
        if kind == "approval":
            found.append(data["state"])
    return found


async def test_both_wait_and_an_allowed_call_lets_both_go_on(alice, counter, conversation, house):
    run = await parked(alice, conversation)
    assert await states() == [("waiting", ""), ("waiting", "")]
    await decide(alice, ONCE)
    answer = await ended(run)
    assert (answer.status, answer.metadata["interrupted"]) == ("completed", False)
    assert "= 84" in answer.content
    assert [state for state, _ in await states()] == ["completed", "completed"]
    assert await approvals_of(run) == ["asked", "allowed"]
    (tool,) = answer.metadata["work"]["tools"]
    (row,) = tool["nested"]["tools"]
    assert (tool["status"], row["status"], row["decided_by"]) == ("ok", "ok", "alice")


async def test_a_denied_call_is_not_made_and_both_end(alice, counter, conversation, house):
    run = await parked(alice, conversation)
    await decide(alice, DENY)
    answer = await ended(run)
    assert answer.status == "completed"
    assert "84" not in answer.content
    (row,) = answer.metadata["work"]["tools"][0]["nested"]["tools"]
    assert (row["status"], row["reason"]) == ("denied", "Not now.")


async def test_always_is_for_the_agent_that_was_asked(alice, agent, counter, conversation, house):
    run = await parked(alice, conversation)
    await decide(alice, ALWAYS)
    await ended(run)
    await counter.arefresh_from_db()
    await agent.arefresh_from_db()
    assert (counter.tool_policies, agent.tool_policies) == ({"calculator": "run"}, {})


async def test_only_who_may_change_the_agent_that_was_asked_allows_always(
    alice, alices, bob, counter, conversation, house
):
    await Agent.objects.filter(pk=counter.pk).aupdate(owner=bob, visibility="everyone")
    await type(bob).objects.filter(pk=bob.pk).aupdate(is_staff=True)
    run = await parked(alice, conversation)
    page = await sync_to_async(alices.get)(reverse("chat:conversation", args=[conversation.pk]))
    assert 'value="allow"' in page.content.decode()
    assert 'value="always"' not in page.content.decode()
    for who, choice in ((alice, ALWAYS), (bob, ONCE)):
        with pytest.raises(Refused) as refused:
            await decide(who, choice)
        assert refused.value.status == 404
    await decide(alice, ONCE)
    assert "= 84" in (await ended(run)).content


async def test_it_is_not_found_in_another_conversation(alice, agent, counter, conversation, house):
    await parked(alice, conversation)
    elsewhere = await sync_to_async(start_conversation)(actor=alice, agent=agent)
    step = await RunStep.objects.aget(state="asked")
    with pytest.raises(Refused) as refused:
        await sync_to_async(decide_call)(
            actor=alice,
            conversation_id=elsewhere.pk,
            run_id=step.run_id,
            call_id=step.call_id,
            choice=ONCE,
        )
    assert refused.value.status == 404


async def test_a_stop_ends_both_and_nothing_can_be_decided_any_more(alice, counter, conversation, house):
    run = await parked(alice, conversation)
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    assert (await ended(run)).status == "cancelled"
    assert [state for state, _ in await states()] == ["cancelled", "cancelled"]
    with pytest.raises(Refused) as refused:
        await decide(alice, ONCE)
    assert refused.value.status == 409


async def test_it_goes_on_in_another_process_though_decided_while_none_was_there(
    alice, counter, conversation
):
    async with open_house():
        run = await parked(alice, conversation)
    await decide(alice, ONCE)
    async with open_house():
        answer = await ended(run)
    assert (answer.status, answer.metadata["interrupted"]) == ("completed", False)
    assert "= 84" in answer.content


async def test_a_process_that_died_before_the_parent_could_wait_leaves_a_card(alice, counter, conversation):
    async with open_house():
        run = await parked(alice, conversation)
    long_ago = timezone.now() - timedelta(days=1)
    await Run.objects.filter(pk=run.pk).aupdate(state="running", worker="dead", heartbeat_at=long_ago)
    async with open_house():
        await until(lambda: Run.objects.filter(pk=run.pk, state="waiting").exists())
        assert await approvals_of(run) == ["asked"]
        await decide(alice, ONCE)
        assert "= 84" in (await ended(run)).content


async def test_three_wait_and_go_on_as_one(alice, counter, clerk, conversation, house):
    run = await parked(alice, conversation, DEEP)
    assert await states() == [("waiting", "")] * 3
    await decide(alice, ONCE)
    answer = await ended(run)
    assert "= 84" in answer.content
    assert [state for state, _ in await states()] == ["completed"] * 3
    assert await approvals_of(run) == ["asked", "allowed"]
    (nested,) = answer.metadata["work"]["tools"][0]["nested"]["tools"]
    assert [row["status"] for row in nested["nested"]["tools"]] == ["ok"]


async def both_parked(who, agent, conversation) -> tuple[Run, RunStep, RunStep]:
    """The run of the answer with a call of its own that waits, and the one that waits within it."""
    agent.tools, agent.tool_policies = ["ask_agent", "current_time"], {"current_time": "ask"}
    await agent.asave()
    run = await parked(who, conversation)
    own = await RunStep.objects.acreate(
        run=run,
        round=0,
        position=1,
        call_id="own",
        name="current_time",
        said=0,
        state="asked",
        arguments="{}",
    )
    within = await RunStep.objects.select_related("run").aget(run__parent=run)
    return run, own, within


@pytest.mark.parametrize("own_first", [False, True])
async def test_a_parent_that_waits_for_its_own_call_goes_on_when_all_is_decided(
    alice, agent, counter, conversation, house, own_first
):
    run, own, within = await both_parked(alice, agent, conversation)
    first, second = (own, within) if own_first else (within, own)
    await decide(alice, ONCE, first)
    assert await states() == [("waiting", ""), ("waiting", "")]
    await decide(alice, ONCE, second)
    assert (await ended(run)).status == "completed"
    assert {state async for state in RunStep.objects.values_list("state", flat=True)} == {"ok"}


async def test_the_last_two_decisions_at_once_let_both_go_on(alice, agent, counter, conversation, house):
    run, *steps = await both_parked(alice, agent, conversation)
    given = await sync_to_async(at_once)(*(partial(decide_now, alice, ONCE, step) for step in steps))
    assert given == [None, None]
    assert (await ended(run)).status == "completed"


async def test_an_open_page_and_one_that_is_loaded_again_have_the_card_with_the_name_of_who_asks(
    alices, alice, counter, conversation, house
):
    run = await parked(alice, conversation)
    child = await Run.objects.aget(parent__isnull=False)
    page = await sync_to_async(alices.get)(reverse("chat:conversation", args=[conversation.pk]))
    events = await sync_to_async(read)(run.pk)
    live = await sync_to_async(LiveAnswer(run.answer_id, conversation.pk).frame)(events)
    for text in (page.content.decode(), live):
        assert "Allow “calculator” for Counter?" in text
        assert f'name="run" value="{child.pk}"' in text
        assert text.count('class="approval"') == 1
        assert "Waiting for you" in text


async def test_a_run_whose_asked_agent_is_deleted_meanwhile_goes_on(alice, counter, conversation):
    async with open_house():
        run = await parked(alice, conversation)
    await sync_to_async(delete_agent)(actor=alice, agent_id=counter.pk)
    async with open_house():
        assert (await ended(run)).status == "completed"
