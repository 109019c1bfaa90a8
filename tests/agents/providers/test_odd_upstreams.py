"""Every oddity of a model server has its golden outcome, over real sockets."""

import asyncio
import socket

import pytest

from agents.engine.events import ToolEnd, ToolStart, Usage
from agents.engine.messages import ChatMessage, ModelRequest, ToolSpec
from agents.engine.tools import ToolResult
from agents.providers.openai import OpenAIProvider
from agents.providers.retry import Retrying
from tests.agents.engine.script import play
from tests.upstream import SCRIPTS, FakeUpstream

REQUEST = ModelRequest("m", (ChatMessage("user", "Hello"),), temperature=0.7)
KEY = "sk-secret"


class Recorder:
    """Two tools that note what they are called with."""

    def __init__(self):
        self.made = []

    def specs(self):
        return (ToolSpec("echo", "", {"type": "object"}), ToolSpec("other", "", {"type": "object"}))

    def summarise(self, call, arguments):
        return ""

    async def call(self, call, arguments):
        self.made.append((call.name, arguments))
        return ToolResult("ok", "ok")


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def address(upstream, script):
    if not script.listens:
        return f"http://127.0.0.1:{closed_port()}/v1"
    return upstream.base_url.replace("http:", f"{script.scheme}:")


async def run_against(upstream, script, tools):
    provider = OpenAIProvider(base_url=address(upstream, script), api_key=KEY)
    try:
        return await play(Retrying(provider, backoff_s=0.01), tools, script.limits, REQUEST)
    finally:
        await provider.aclose()


@pytest.mark.parametrize("name", SCRIPTS)
async def test_the_run_has_its_golden_outcome(name):
    script, golden, tools = SCRIPTS[name], SCRIPTS[name].golden, Recorder()
    async with FakeUpstream() as upstream:
        upstream.script(script.replies)
        played = await run_against(upstream, script, tools)
        assert upstream.calls == golden.calls
        await asyncio.wait_for(upstream.all_closed(), 5)  # nothing is left open by us
    outcome = played.outcome
    assert (outcome.status, outcome.error, outcome.finish) == (golden.status, golden.error, golden.finish)
    assert played.text == golden.text
    assert played.reasoning == golden.reasoning
    assert [end.name for end in played.only(ToolEnd)] == [name for name, _ in golden.tools]
    assert tools.made == [made for made in golden.tools if made[1] is not None and made[0] != "nonsense"]
    assert len({start.call_id for start in played.only(ToolStart)}) == len(golden.tools)
    assert KEY not in outcome.detail


async def test_usage_is_told_once_with_the_last_counts():
    async with FakeUpstream() as upstream:
        script = SCRIPTS["usage with every chunk"]
        upstream.script(script.replies)
        played = await run_against(upstream, script, Recorder())
    assert played.only(Usage) == [Usage(7, 2, "fake")]


@pytest.mark.parametrize("status", ["401", "403"])
async def test_a_refused_key_is_critical_and_not_in_the_log(status, caplog):
    async with FakeUpstream() as upstream:
        script = SCRIPTS[status]
        upstream.script(script.replies)
        await run_against(upstream, script, Recorder())
    assert any(record.levelname == "CRITICAL" for record in caplog.records)
    assert KEY not in caplog.text
