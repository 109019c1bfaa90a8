"""What a run has used, in tokens and money, and the ends that it brings."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal

import pytest

from agents.engine.account import Account
from agents.engine.deltas import FinishDelta, ReasoningDelta, TextDelta, ToolCallDelta, UsageDelta
from agents.engine.errors import ProviderError
from agents.engine.events import Content, Usage
from agents.engine.loop import run
from agents.engine.messages import ChatMessage, ModelRequest
from agents.engine.tools import NoTools
from tests.agents.engine.script import QUICK, ScriptedProvider, play, words

ASKS = [ToolCallDelta("c", "nothing", "{}"), FinishDelta("tool_calls")]


def price(model, prompt_tokens, completion_tokens):
    """A tenth of a cent for each token of a model that is known."""
    return None if model == "unpriced" else Decimal("0.001") * (prompt_tokens + completion_tokens)


def counted(script, prompt, completion, model="m"):
    return [*script, UsageDelta(prompt, completion, model)]


async def test_the_cost_of_all_calls_adds_up_exactly():
    account = Account(price)
    provider = ScriptedProvider(counted(ASKS, 1, 2), counted(words("Done"), 3, 4))
    played = await play(provider, account=account)
    assert played.only(Usage) == [
        Usage(1, 2, "m", Decimal("0.003")),
        Usage(4, 6, "m", Decimal("0.010")),
    ]
    assert account.usage == played.only(Usage)[-1]


async def test_one_call_without_a_price_makes_the_cost_of_the_run_unknown():
    provider = ScriptedProvider(counted(ASKS, 1, 2, "unpriced"), counted(words("Done"), 3, 4))
    played = await play(provider, account=Account(price))
    assert [usage.cost for usage in played.only(Usage)] == [None, None]


async def test_where_nobody_counts_the_tokens_are_estimated_and_marked():
    script = [ReasoningDelta("12345678"), TextDelta("1234"), FinishDelta("stop")]
    request = ModelRequest("m", (ChatMessage("user", "x" * 401),))
    played = await play(ScriptedProvider(script), request=request, account=Account(price))
    assert played.only(Usage) == [Usage(101, 3, "m", Decimal("0.104"), estimated=True)]


async def test_one_estimate_marks_the_whole_run():
    provider = ScriptedProvider(ASKS, counted(words("Done"), 3, 4))
    played = await play(provider)
    assert [usage.estimated for usage in played.only(Usage)] == [True, True]


async def test_a_call_that_fails_before_its_first_word_costs_nothing():
    played = await play(ScriptedProvider([ProviderError("rate_limit")]), account=Account(price))
    assert played.only(Usage) == []


async def test_a_call_that_fails_later_is_counted():
    played = await play(ScriptedProvider([TextDelta("12345"), ProviderError()]))
    assert played.only(Usage) == [Usage(2, 2, "m", estimated=True)]


async def test_a_call_that_is_stopped_is_counted_by_whoever_stops_it():
    account = Account(price)
    events = run(
        ModelRequest("m", (ChatMessage("user", "Hello"),)),
        ScriptedProvider([TextDelta("12345678"), 10.0]),
        NoTools(),
        QUICK,
        account=account,
    )
    async with aclosing(events):
        assert await anext(events) == Content("12345678")
    assert account.close() == Usage(2, 2, "m", Decimal("0.004"), estimated=True)
    assert account.close() is None


async def test_what_an_earlier_holder_used_is_part_of_the_total():
    account = Account(price, before=Usage(10, 10, "m", Decimal("0.020")))
    await play(ScriptedProvider(counted(words("Done"), 1, 1)), account=account)
    assert account.usage == Usage(11, 11, "m", Decimal("0.022"))


@pytest.mark.parametrize("bounds", [{"max_tokens": 3}, {"max_cost": Decimal("0.003")}], ids=str)
async def test_past_a_limit_the_model_is_not_asked_again(bounds):
    provider = ScriptedProvider(counted(ASKS, 1, 2), words("Never"))
    played = await play(provider, limits=replace(QUICK, **bounds), account=Account(price))
    assert (played.outcome.status, played.outcome.error) == ("error", "run_limit")
    assert len(provider.requests) == 1


@pytest.mark.parametrize("bounds", [{"max_tokens": 4}, {"max_cost": Decimal("0.0031")}], ids=str)
async def test_below_a_limit_it_is_asked_again(bounds):
    provider = ScriptedProvider(counted(ASKS, 1, 2), words("Again"))
    played = await play(provider, limits=replace(QUICK, **bounds), account=Account(price))
    assert played.text == "Again"


async def test_an_unknown_cost_reaches_no_limit_of_money():
    provider = ScriptedProvider(counted(ASKS, 1, 2, "unpriced"), words("Again"))
    limits = replace(QUICK, max_cost=Decimal(0))
    assert (await play(provider, limits=limits, account=Account(price))).text == "Again"


async def test_a_refusal_ends_the_run_before_the_model_is_asked():
    async def no(used):
        await asyncio.sleep(0)
        return "day_budget"

    provider = ScriptedProvider()
    played = await play(provider, account=Account(may_ask=no))
    assert (played.outcome.status, played.outcome.error) == ("error", "day_budget")
    assert (provider.requests, played.events) == ([], [])


async def test_each_call_is_asked_for_with_what_was_used_before():
    asked = []

    async def may_ask(used):
        asked.append(used)

    await play(ScriptedProvider(counted(ASKS, 1, 2), words("Done")), account=Account(may_ask=may_ask))
    assert asked == [None, Usage(1, 2, "m")]
