"""What an answer used and cost: in its row, its log and its page; and what it says without a budget."""

import asyncio
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from agents.eventlog import read
from agents.models import Agent, Budget, Run
from agents.providers import registry
from chat.models import Message
from chat.services.answers import stop_answer
from chat.services.messages import post_message
from config.prices import Price, Prices
from tests.house import forget_jobs, open_house
from tests.upstream import FakeUpstream
from tests.upstream.scripts import DONE, HELLO, STOP, call, piece, stream
from tests.upstream.wire import usage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def upstream(settings):
    """Seven tokens in, five out, at 100 and 1000 dollars a million."""
    async with FakeUpstream() as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.base_url, "secret"
        settings.OPENAI_MODEL = "fake-small"
        settings.PRICES = Prices("USD", {"fake*": Price(Decimal(100), Decimal(1000))})
        server.script(stream(*HELLO, STOP, usage(), DONE))
        await forget_jobs()
        async with open_house():
            yield server
        await registry.aclose()


@pytest.fixture
def agent(agent) -> Agent:
    agent.model, agent.tools = "", ["calculator"]
    agent.save()
    return agent


@sync_to_async
def say(who, conversation, client_id="one") -> Message:
    posted = post_message(actor=who, conversation_id=conversation.pk, content="Why?", client_id=client_id)
    return posted.answer


async def settled(answer: Message) -> Message:
    async with asyncio.timeout(20):
        while answer.status in ("pending", "processing"):
            await asyncio.sleep(0.01)
            await answer.arefresh_from_db()
    return answer


async def page_of(client, conversation) -> str:
    answer = await sync_to_async(client.get)(reverse("chat:conversation", args=[conversation.pk]))
    return answer.content.decode()


async def logged(answer, kind):
    events = await sync_to_async(read)(answer.run_id)
    return [event.data for event in events if event.type == kind]


async def test_the_cost_is_in_the_row_the_log_and_the_page(alice, alices, conversation, upstream):
    answer = await settled(await say(alice, conversation))
    run = await Run.objects.aget(pk=answer.run_id)
    assert (run.prompt_tokens, run.completion_tokens, run.estimated) == (7, 5, False)
    assert run.cost == Decimal("0.0057")
    (told,) = await logged(answer, "usage")
    assert (told["cost"], told["estimated"]) == (0.0057, False)
    page = await page_of(alices, conversation)
    assert "5 tokens" in page
    assert "$0.0057" in page
    assert "≈" not in page


async def test_without_a_price_there_is_no_cost(alice, alices, conversation, upstream, settings):
    settings.PRICES = Prices("USD", {})
    answer = await settled(await say(alice, conversation))
    assert (await Run.objects.aget(pk=answer.run_id)).cost is None
    assert (await logged(answer, "usage"))[0]["cost"] is None
    assert "$" not in await page_of(alices, conversation)


async def test_tokens_that_nobody_counted_are_marked(alice, alices, conversation, upstream):
    upstream.script(stream(*HELLO, STOP, DONE))
    answer = await settled(await say(alice, conversation))
    run = await Run.objects.aget(pk=answer.run_id)
    assert (run.estimated, run.completion_tokens) == (True, 2)
    assert run.cost > 0
    assert "≈" in await page_of(alices, conversation)


async def test_an_answer_that_is_stopped_has_used_what_it_has_used(alice, conversation, settings, upstream):
    settings.OPENAI_BASE_URL = ""
    settings.OPENAI_API_KEY = ""
    settings.OFFLINE_DELAY = 0.05
    answer = await say(alice, conversation)

    async def begun():
        return bool(await logged(answer, "content"))

    async with asyncio.timeout(10):
        while not await begun():
            await asyncio.sleep(0.01)
    await sync_to_async(stop_answer)(
        actor=alice, conversation_id=conversation.pk, message_id=answer.parent_id
    )
    assert (await settled(answer)).status == "cancelled"
    run = await Run.objects.aget(pk=answer.run_id)
    assert run.estimated
    assert run.completion_tokens > 0


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ({"period": "day"}, "The budget for today is used up"),
        ({"period": "month"}, "The budget for this month is used up"),
    ],
    ids=str,
)
async def test_past_a_budget_the_message_is_kept_and_the_answer_says_why(
    alice, alices, conversation, upstream, budget, said
):
    await Budget.objects.acreate(user=alice, max_tokens=12, **budget)
    assert (await settled(await say(alice, conversation))).status == "completed"
    answer = await settled(await say(alice, conversation, "two"))
    assert (answer.status, answer.error) == ("error", f"{budget['period']}_budget")
    assert len(upstream.requests) == 1
    assert await Message.objects.filter(conversation=conversation, role="user").acount() == 2
    assert [data["error"] for data in await logged(answer, "error")] == [f"{budget['period']}_budget"]
    page = await page_of(alices, conversation)
    assert said in page
    assert "Retry" in page


@pytest.mark.parametrize("how", ["setting", "budget of the agent", "money"])
async def test_past_the_limit_of_one_answer_the_model_is_not_asked_again(
    alice, alices, agent, conversation, upstream, settings, how
):
    if how == "setting":
        settings.MAX_RUN_TOKENS = 12
    elif how == "money":
        settings.MAX_RUN_COST = Decimal("0.0057")
    else:
        await Budget.objects.acreate(agent=agent, period="run", max_tokens=12)
    asks = call(piece("calculator", '{"expression": "1+1"}', index=0, id="a"))
    upstream.script(stream(*HELLO, asks, STOP, usage(), DONE))
    answer = await settled(await say(alice, conversation))
    assert (answer.status, answer.error) == ("error", "run_limit")
    assert answer.content == "Hello"
    assert len(upstream.requests) == 1
    assert (await Run.objects.aget(pk=answer.run_id)).cost == Decimal("0.0057")
    assert "one answer may not use more than this" in await page_of(alices, conversation)


async def test_the_offline_model_counts_its_calls_of_tools_and_costs_nothing(
    alice, alices, agent, conversation, house
):
    agent.model = "offline"
    await agent.asave()
    posted = sync_to_async(post_message)
    asked = await posted(
        actor=alice, conversation_id=conversation.pk, content="What is 12 * (3 + 4)?", client_id="one"
    )
    answer = await settled(asked.answer)
    told = await logged(answer, "usage")
    assert [(data["cost"], data["estimated"]) for data in told] == [(0.0, False)] * 2
    assert (await Run.objects.aget(pk=answer.run_id)).cost == 0
    assert "≈" not in await page_of(alices, conversation)
