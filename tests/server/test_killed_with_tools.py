"""kill -9 at any moment around a tool call: what is done stays done, and what is asked is asked again.

Each step by itself, with the kill at that moment, is in ``test_killed_at_each_step.py``.
"""

import asyncio
import random

import httpx2
import pytest

from tests.server.conftest import Serve
from tests.server.process import Parley
from tests.server.scene import card
from tests.server.visitor import Visitor
from tests.server.watching import answer_to, until

AGENT = "/agents/01990000-0000-7000-8000-000000000001/"
QUESTION = "What is 12 * (3 + 4)?"


async def asks_first(visitor: Visitor) -> None:
    """The first agent has the calculator, and asks before it uses it."""
    form = {
        "name": "Assistant",
        "description": "",
        "system_prompt": "You help.",
        "starters": "",
        "model": "",
        "temperature": "0.7",
        "history_messages": "20",
        "context_tokens": "8000",
        "voice": "alloy",
        "tools": "calculator",
        "tool_policies-calculator": "ask",
    }
    assert (await visitor.post(AGENT, **form)).status_code == httpx2.codes.FOUND


async def restarted(parley: Parley) -> None:
    parley.kill()
    await asyncio.to_thread(parley.start)


async def test_a_question_outlives_the_server_and_is_answered_afterwards(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0")
    async with Visitor(parley.url) as visitor:
        await asks_first(visitor)
        conversation = await visitor.start(QUESTION)
        before = card(await until(visitor, conversation, card))
        await restarted(parley)
        after = card(await visitor.page(conversation))
        assert after == before
        decided = await visitor.post(f"/chat/{conversation}/decisions/", decision="allow", **after)
        assert decided.status_code == httpx2.codes.NO_CONTENT
        await restarted(parley)  # it may have been done by now, or be under way, or not begun
        assert "= 84" in await answer_to(visitor, conversation)


@pytest.mark.parametrize("seed", range(4))
async def test_killed_at_any_moment_a_run_with_a_call_ends_once(serve: Serve, seed: int) -> None:
    moments = random.Random(seed)
    parley = serve(OFFLINE_DELAY="0.01")
    async with Visitor(parley.url) as visitor:
        await asks_first(visitor)
        conversation = await visitor.start(QUESTION)
        await asyncio.sleep(moments.uniform(0, 0.3))
        await restarted(parley)
        call = card(await until(visitor, conversation, card))
        await visitor.post(f"/chat/{conversation}/decisions/", decision="allow", **call)
        await asyncio.sleep(moments.uniform(0, 0.6))
        await restarted(parley)
        text = await answer_to(visitor, conversation)
        assert text.count("= 84") == 1
        assert (await visitor.send(conversation, "hello")).status_code == httpx2.codes.ACCEPTED
