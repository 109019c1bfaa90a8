"""How an answer goes on is told: complete, failed, stopped, or waiting for somebody's consent."""

import json

import pytest
from asgiref.sync import sync_to_async

from agents.models import Run
from chat.services.answers import stop_current_answer
from chat.services.conversations import start_conversation
from tests.chat.waiting import answered, say, until
from tests.house import forget_jobs, open_house
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def house():
    await forget_jobs()
    async with open_house():
        yield


@pytest.fixture
def conversation(alice, agent):
    return start_conversation(actor=alice, agent=agent)


@sync_to_async
def told(event: str) -> list[dict[str, object]]:
    return [json.loads(one.body)["data"] for one in Delivery.objects.filter(type=event)]


async def test_a_complete_answer_is_told_with_its_run(hook, alice, conversation, house):
    answer = await answered(await say(alice, conversation, "What is rain?"))
    (data,) = await told("message.completed")
    assert data == {
        "conversation_id": str(conversation.pk),
        "message_id": str(answer.pk),
        "reply_to": str(answer.parent_id),
        "run_id": str(answer.run_id),
        "agent_id": str(conversation.agent_id),
        "status": "completed",
    }


async def test_a_failed_one_says_how(hook, alice, agent, conversation, house, settings):
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = "http://127.0.0.1:9/v1", "secret"
    agent.model = ""
    await agent.asave()
    await answered(await say(alice, conversation, "What is rain?"))
    (data,) = await told("run.failed")
    assert (data["status"], data["error"]) == ("error", "default")
    assert await told("message.completed") == []


async def test_a_run_that_waits_for_consent_is_told_and_its_stop(hook, alice, agent, conversation, house):
    agent.tools, agent.tool_policies = ["calculator"], {"calculator": "ask"}
    await agent.asave()
    answer = await say(alice, conversation, "What is 12 * (3 + 4)?")
    await until(lambda: Run.objects.filter(pk=answer.run_id, state="waiting").exists())
    (data,) = await told("run.waiting")
    assert (data["run_id"], data["status"]) == (str(answer.run_id), "waiting")
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    await answered(answer)
    assert len(await told("run.cancelled")) == 1
