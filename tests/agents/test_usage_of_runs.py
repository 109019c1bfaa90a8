"""What runs use is in the totals once: whoever holds them, whatever ends them, whatever is deleted."""

import asyncio
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from uuid_utils.compat import uuid7

from agents import leases, runner, under_way
from agents.engine.events import Content
from agents.engine.messages import ChatMessage, ModelRequest
from agents.eventlog import LogConflict, RunLog, read
from agents.held_runs import Result
from agents.models import Run, UsageTotal
from agents.providers import registry
from agents.services.agents import remove_agent
from agents.services.runs import delete_runs, queue_run
from tests.upstream import FakeUpstream
from tests.upstream.scripts import HELLO, STOP, data, stream
from tests.upstream.wire import DONE, HEAD, usage

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST = ModelRequest(
    model="offline",
    messages=(ChatMessage("system", "You know books."), ChatMessage("user", "Tell me about whales.")),
    agent_name="Librarian",
)

CALL = {"index": 0, "id": "a", "function": {"name": "calculator", "arguments": '{"expression": "1+1"}'}}


@pytest.fixture
def claimed(alice, agent) -> Run:
    run = queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    return leases.claim(run.pk)


async def executed(run: Run, request: ModelRequest = REQUEST) -> Result:
    settled = []
    begun = [] if run.started_at else await sync_to_async(runner.begin)(run)
    await runner.execute(run, request, settled.append, begun)
    return settled[0]


async def begun_to_speak(run: Run, chars: int = 40) -> "asyncio.Task[Result]":
    """The run under way, with so much of its answer in the log."""
    running = asyncio.create_task(executed(run))
    async with asyncio.timeout(10):
        while sum(len(said.data["md"]) for said in await logged(run, "content")) < chars:
            await asyncio.sleep(0.01)
    return running


async def logged(run: Run, kind: str):
    return [event for event in await sync_to_async(read)(run.pk) if event.type == kind]


async def totals() -> tuple[int, int, int]:
    rows = [total async for total in UsageTotal.objects.all()]
    return tuple(
        sum(getattr(row, name) for row in rows) for name in ("runs", "prompt_tokens", "completion_tokens")
    )


async def test_what_the_log_says_is_what_was_added(claimed, alice, agent):
    used = (await executed(claimed)).fold.usage
    total = await UsageTotal.objects.aget()
    assert (total.runs, total.prompt_tokens, total.completion_tokens, total.cost, total.unpriced) == (
        *(1, used.prompt_tokens, used.completion_tokens),
        *(Decimal(0), 0),
    )
    assert (total.user_id, total.user_name) == (alice.pk, "alice")
    assert (total.agent_id, total.agent_name, total.model) == (agent.pk, "Librarian", "offline")


async def test_a_run_that_is_handed_over_counts_what_each_process_has_used_once(claimed, settings):
    settings.OFFLINE_DELAY = 0.02
    running = await begun_to_speak(claimed)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (cut,) = await logged(claimed, "usage")
    assert await totals() == (1, cut.event.prompt_tokens, cut.event.completion_tokens)
    assert cut.event.estimated
    settings.OFFLINE_DELAY = 0
    await sync_to_async(leases.free_orphans)(everyone=True)
    used = (await executed(await sync_to_async(leases.claim)(claimed.pk))).fold.usage
    assert used.prompt_tokens > cut.event.prompt_tokens
    assert await totals() == (1, used.prompt_tokens, used.completion_tokens)


async def test_one_that_another_process_took_counts_what_both_have_used_and_is_one(claimed, settings):
    settings.OFFLINE_DELAY = 0.02
    running = await begun_to_speak(claimed)
    seq = (await sync_to_async(read)(claimed.pk))[-1].seq
    # The other writes first; ours finds its place taken, now or with the next word.
    async with asyncio.timeout(10):
        while True:
            try:
                await RunLog(claimed.pk, seq).append(Content(md="Mine. "))
                break
            except LogConflict:
                seq += 1
    with pytest.raises(LogConflict):
        await running
    runs, read_tokens, wrote = await totals()
    assert (runs, read_tokens > 0, wrote > 0) == (0, True, True)
    settings.OFFLINE_DELAY = 0
    await sync_to_async(leases.free_orphans)(everyone=True)
    used = (await executed(await sync_to_async(leases.claim)(claimed.pk))).fold.usage
    assert await totals() == (1, read_tokens + used.prompt_tokens, wrote + used.completion_tokens)


@pytest.mark.parametrize("what", ["run", "agent"])
async def test_what_is_deleted_amid_an_answer_has_used_what_it_has_used(claimed, agent, settings, what):
    settings.OFFLINE_DELAY = 0.02
    running = await begun_to_speak(claimed)
    if what == "run":
        await sync_to_async(delete_runs)(chat_id=claimed.chat_id)
    else:
        await sync_to_async(remove_agent)(agent=agent)
    under_way.mark_stopped(claimed.pk)
    running.cancel()
    with pytest.raises(LogConflict):
        await running
    runs, read_tokens, wrote = await totals()
    assert runs == 1
    assert read_tokens > 0
    assert wrote >= 40 // 4
    assert (await UsageTotal.objects.aget()).agent_name == "Librarian"


async def test_what_is_deleted_afterwards_changes_nothing(claimed, alice, agent):
    await executed(claimed)
    before = [row async for row in UsageTotal.objects.values()]
    await sync_to_async(delete_runs)(chat_id=claimed.chat_id)
    await sync_to_async(remove_agent)(agent=agent)
    await sync_to_async(alice.delete)()
    assert [row async for row in UsageTotal.objects.values()] == before != []


@pytest.mark.parametrize(
    "said",
    [
        usage(2**31 - 1, 2**31 - 1),
        usage(-5, 2**70),
        data({**HEAD, "model": "m\x00" * 300, "choices": [], "usage": {"prompt_tokens": 1}}),
        data({**HEAD, "model": "half", "choices": [], "usage": {"prompt_tokens": True}}).replace(
            b"half", rb"\ud800"
        ),
        data({**HEAD, "model": 7, "choices": [], "usage": {"prompt_tokens": "x", "completion_tokens": 1.5}}),
    ],
    ids=["vast", "negative", "long name", "half a character", "no numbers"],
)
async def test_whatever_an_upstream_says_of_its_usage_a_run_ends_once(claimed, settings, said):
    call = data({**HEAD, "choices": [{"index": 0, "delta": {"tool_calls": [CALL]}, "finish_reason": None}]})
    claimed.agent.tools = ["calculator"]
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "secret"
        upstream.script([*stream(call, STOP, said, DONE), *stream(*HELLO, STOP, said, DONE)])
        request = ModelRequest(model="any", messages=REQUEST.messages)
        assert (await executed(claimed, request)).status == "completed"
        await registry.aclose()
    await claimed.arefresh_from_db()
    assert (claimed.state, await UsageTotal.objects.acount()) == ("completed", 1)
