"""A turn with the tools of another server, end to end: called, asked about, stopped, and gone."""

import asyncio
import time
from ipaddress import ip_network

import pytest
from asgiref.sync import sync_to_async

from agents.models import Run
from agents.providers import registry
from agents.services.approvals import Choice
from agents.tools import mcp_connection
from chat.services.answers import stop_current_answer
from chat.services.approvals import decide_call
from chat.services.messages import post_message
from tests.agents.servers import OFFER, server
from tests.house import forget_jobs, open_house
from tests.mcp_servers.programs import garden_by_http
from tests.upstream import FakeUpstream
from tests.upstream.server import Reply
from tests.upstream.wire import DONE, call, chunk, piece

pytestmark = pytest.mark.django_db(transaction=True)
pytest.importorskip("mcp", reason="requirements-mcp.txt is not installed")


@pytest.fixture(scope="module")
def garden():
    with garden_by_http() as url:
        yield url


@pytest.fixture
async def upstream(settings, garden, agent):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    grow = OFFER | {"name": "garden__grow", "remote": "grow", "schema": {"type": "object"}}
    await sync_to_async(server)(address=garden, tools=[OFFER, grow])
    agent.model, agent.tools = "", ["garden__plant", "garden__grow"]
    await agent.asave()
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "secret"
        await forget_jobs()
        async with open_house():
            yield upstream
        await registry.aclose()
    async with asyncio.timeout(5):
        while mcp_connection.holding:
            await asyncio.sleep(0.01)


def calls(name, arguments):
    first = Reply([call(piece(name, arguments, index=0, id="a")), chunk(finish="tool_calls"), DONE])
    return [first, Reply([chunk("Done"), chunk(finish="stop"), DONE])]


@sync_to_async
def say(who, conversation):
    posted = post_message(actor=who, conversation_id=conversation.pk, content="Plant a rose", client_id="one")
    return posted.answer


async def until(answer, *statuses):
    async with asyncio.timeout(20):
        while answer.status not in statuses:
            await asyncio.sleep(0.01)
            await answer.arefresh_from_db()


async def allow(agent, **policies):
    agent.tool_policies = {f"garden__{name}": policy for name, policy in policies.items()}
    await agent.asave()


async def test_a_tool_that_may_run_is_called_and_told(alice, agent, conversation, upstream):
    await allow(agent, plant="run")
    upstream.script(calls("garden__plant", '{"flower": "rose", "rows": 3}'))
    answer = await say(alice, conversation)
    await until(answer, "completed")

    assert answer.content == "Done"
    (tool,) = answer.metadata["work"]["tools"]
    assert (tool["name"], tool["status"], tool["result_summary"]) == (
        "garden__plant",
        "ok",
        "3 rows of rose",
    )
    specs = {spec["function"]["name"] for spec in upstream.requests[0].json["tools"]}
    assert specs == {"garden__plant", "garden__grow"}


async def test_a_tool_of_effects_waits_for_a_person_without_a_session(alice, conversation, upstream):
    upstream.script(calls("garden__plant", '{"flower": "tulip"}'))
    answer = await say(alice, conversation)
    async with asyncio.timeout(20):
        while not await Run.objects.filter(pk=answer.run_id, state="waiting").aexists():
            await asyncio.sleep(0.01)
        while mcp_connection.holding:
            await asyncio.sleep(0.01)

    run = await Run.objects.aget(pk=answer.run_id)
    step = await run.steps.aget()
    await sync_to_async(decide_call)(
        actor=alice, conversation_id=conversation.pk, run_id=run.pk, call_id=step.call_id, choice=Choice(True)
    )
    await until(answer, "completed")
    assert answer.metadata["work"]["tools"][0]["result_summary"] == "1 rows of tulip"


async def test_a_stop_ends_a_call_that_hangs(alice, agent, conversation, upstream):
    await allow(agent, grow="run")
    upstream.script(calls("garden__grow", "{}"))
    answer = await say(alice, conversation)
    async with asyncio.timeout(20):
        while not mcp_connection.holding:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    await until(answer, "cancelled")
    assert time.monotonic() - began < 5


async def test_a_server_that_was_switched_off_is_not_offered(alice, conversation, upstream):
    from agents.models import McpServer

    await McpServer.objects.aupdate(enabled=False)
    upstream.script([Reply([chunk("Done"), chunk(finish="stop"), DONE])])
    answer = await say(alice, conversation)
    await until(answer, "completed")
    assert "tools" not in upstream.requests[0].json
