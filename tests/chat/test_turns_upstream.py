"""A turn against a real server that speaks Chat Completions: what is asked, and what is stored of it."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from agents.fallbacks import FALLBACKS
from agents.models import Agent
from agents.providers import registry
from chat.models import Message
from chat.services.messages import post_message
from tests.house import forget_jobs, open_house
from tests.upstream import FakeUpstream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def upstream(settings):
    async with FakeUpstream() as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.base_url, "secret"
        settings.OPENAI_MODEL = "fake-small"
        await forget_jobs()
        async with open_house():
            yield server
        await registry.aclose()


@pytest.fixture
def agent(agent) -> Agent:
    agent.model = ""
    agent.save()
    return agent


@sync_to_async
def say(who, conversation, content, client_id="one") -> Message:
    return post_message(
        actor=who, conversation_id=conversation.pk, content=content, client_id=client_id
    ).answer


async def settled(answer: Message) -> Message:
    async with asyncio.timeout(20):
        while answer.status in ("pending", "processing"):
            await asyncio.sleep(0.01)
            await answer.arefresh_from_db()
    return answer


def asked(upstream) -> list[dict[str, str]]:
    return upstream.requests[-1].json["messages"]


async def test_the_model_is_given_the_prompt_what_was_said_and_the_question(alice, conversation, upstream):
    first = await settled(await say(alice, conversation, "First"))
    await settled(await say(alice, conversation, "Second", "two"))
    assert asked(upstream) == [
        {"role": "system", "content": "You know books."},
        {"role": "user", "content": "First"},
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": "Second"},
    ]
    assert upstream.requests[-1].json["model"] == "fake-small"
    assert upstream.requests[-1].headers["authorization"] == "Bearer secret"


async def test_an_agent_with_a_model_of_its_own_is_answered_by_that(alice, agent, conversation, upstream):
    agent.model, agent.temperature = "fake-large", 0.1
    await agent.asave()
    await settled(await say(alice, conversation, "First"))
    request = upstream.requests[-1].json
    assert (request["model"], request["temperature"]) == ("fake-large", 0.1)


async def test_only_the_last_messages_of_the_agents_history_are_sent(alice, agent, conversation, upstream):
    agent.history_messages = 3
    await agent.asave()
    for number in range(4):
        await settled(await say(alice, conversation, f"Number {number}", str(number)))
    contents = [message["content"] for message in asked(upstream)]
    assert contents[0] == "You know books."
    assert contents[1] == "Number 2"
    assert contents[3:] == ["Number 3"]


async def test_the_context_budget_cuts_whole_messages_but_never_the_question(
    alice, agent, conversation, upstream
):
    agent.context_tokens = 500
    await agent.asave()
    await settled(await say(alice, conversation, "old " * 400))
    await settled(await say(alice, conversation, "question " * 1000, "two"))
    contents = [message["content"] for message in asked(upstream)]
    assert contents == ["You know books.", ("question " * 1000).strip()]


@pytest.mark.parametrize(
    ("script", "error"),
    [("401", "service_unavailable"), ("error in the middle", "default"), ("429 out of money", "rate_limit")],
)
async def test_a_model_that_fails_leaves_what_came_and_says_so(alice, conversation, upstream, script, error):
    upstream.script(script)
    answer = await settled(await say(alice, conversation, "First"))
    assert (answer.status, answer.error) == ("error", error)
    assert error in FALLBACKS
    stored = str(answer.metadata) + answer.content
    assert "secret" not in stored
    assert "Incorrect API key" not in stored


async def test_an_answer_cut_by_its_length_is_complete_and_can_be_gone_on_with(alice, conversation, upstream):
    upstream.script("finish reason length")
    answer = await settled(await say(alice, conversation, "First"))
    assert (answer.status, answer.metadata["finish"]) == ("completed", "length")
    assert answer.content == "Hello"
