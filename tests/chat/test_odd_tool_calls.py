"""Every oddity of tool calls goes through a whole turn, whatever the agent may do with the tools.

Where they may run, the outcome is the script's golden one. Where a person is asked and allows it, it is the
same to the letter. Where it is denied or the tools are never used, nothing is made and the answer comes all
the same.
"""

import pytest
from asgiref.sync import sync_to_async

from agents.engine.arguments import parsed
from agents.engine.messages import ToolCall
from agents.engine.statuses import NO_SUCH_TOOL, NOT_ALLOWED
from agents.models import RunStep
from agents.providers import registry
from agents.services.approvals import Choice
from agents.tools.base import Tool
from agents.tools.registry import TOOLS
from tests.chat.tool_turns import Bench, check_protocol, log_of, results_in, through
from tests.chat.waiting import say
from tests.house import forget_jobs, open_house
from tests.upstream import FakeUpstream
from tests.upstream import scripts as corpus

pytestmark = pytest.mark.django_db(transaction=True)

#: What the agent may do, what the person says, and what comes of a call that could be made.
WAYS = {
    "run": ("run", Choice(False), "ok"),
    "ask, allowed": ("ask", Choice(True), "ok"),
    "ask, denied": ("ask", Choice(False, reason="Not now."), "denied"),
    "never": ("never", Choice(True), "error"),
}


@pytest.fixture
def bench(monkeypatch) -> Bench:
    """The two tools of the corpus, with effects."""
    bench = Bench()

    async def echo(q: str = "", n: int = 0) -> str:
        """Says it again."""
        return await bench.use("echo", {**({"q": q} if q else {}), **({"n": n} if n else {})})

    async def other() -> str:
        """Says something else."""
        return await bench.use("other", {})

    for function in (echo, other):
        monkeypatch.setitem(TOOLS, function.__name__, Tool(function, about="", has_effects=True))
    return bench


@pytest.fixture
async def upstream(settings, agent, bench):
    agent.model, agent.tools = "", ["echo", "other"]
    await agent.asave()
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "secret"
        await forget_jobs()
        async with open_house():
            yield upstream
        await registry.aclose()


@sync_to_async
def steps_of(answer):
    rows = RunStep.objects.filter(run=answer.run_id).order_by("round", "position")
    return [(row.name, parsed(ToolCall(row.call_id, row.name, row.arguments)), row.state) for row in rows]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", corpus.TOOLS)
async def test_the_turn_has_its_golden_outcome(alice, agent, conversation, upstream, bench, name, way):
    policy, choice, outcome = WAYS[way]
    golden = corpus.TOOLS[name].golden
    agent.tool_policies = {"echo": policy, "other": policy}
    await agent.asave()
    upstream.script(name)
    answer, decided = await through(alice, await say(alice, conversation, "Go on"), choice)

    assert (answer.status, answer.content, answer.error or None) == (golden.status, golden.text, golden.error)
    assert upstream.calls == golden.calls
    makeable = [call for call in golden.tools if call[0] != "nonsense" and call[1] is not None]
    assert bench.made == (makeable if outcome == "ok" else [])
    assert decided == (len(makeable) if policy == "ask" else 0)
    states = [outcome if call in makeable else "error" for call in golden.tools]
    assert await steps_of(answer) == [
        (*call, state) for call, state in zip(golden.tools, states, strict=True)
    ]
    drawn = [(row["name"], row["status"]) for row in answer.metadata["work"]["tools"]]
    assert drawn == [(call[0], state) for call, state in zip(golden.tools, states, strict=True)]
    log = await log_of(answer)
    assert log[-1][1]["tool_calls"] == sum(state != "denied" for state in states)
    for request in upstream.requests:
        check_protocol(request.json["messages"])
    told = results_in(upstream.requests[-1].json["messages"])
    expected = {"ok": "ok", "denied": NOT_ALLOWED, "error": ""}
    for result, state in zip(told, states, strict=False):
        assert expected[state] in result
    if policy == "never" and told:
        assert all("tools" not in request.json for request in upstream.requests)
        assert all(NO_SUCH_TOOL in result for result in told)
