"""A run without tools: the text comes out as it comes in, and the outcome is named."""

from dataclasses import replace

import pytest

from agents.engine.deltas import FinishDelta, ProgressDelta, ReasoningDelta, TextDelta, UsageDelta
from agents.engine.errors import ProviderError
from agents.engine.events import Content, Rationale, Usage
from agents.engine.loop import Outcome
from agents.engine.messages import ChatMessage, ModelRequest
from tests.agents.engine.script import QUICK, REQUEST, ScriptedProvider, play, words


async def test_text_is_streamed_and_the_run_completes():
    played = await play(ScriptedProvider(words("Hello there")))
    assert "".join(content.md for content in played.only(Content)) == "Hello there"
    assert played.outcome == Outcome("completed", finish="stop")


async def test_reasoning_is_a_rationale_apart_from_the_text():
    played = await play(
        ScriptedProvider(
            [ReasoningDelta("Hm"), TextDelta("<think>so"), TextDelta("</think>Yes"), FinishDelta("stop")]
        )
    )
    assert played.told == [Rationale("Hm"), Rationale("so"), Content("Yes")]


async def test_usage_comes_before_the_outcome_with_the_model_that_answered():
    played = await play(
        ScriptedProvider([TextDelta("Hi"), FinishDelta("stop"), UsageDelta(1, 1, ""), UsageDelta(3, 4, "")])
    )
    assert played.events[-1] == Usage(3, 4, "m")


@pytest.mark.parametrize("reason", ["length", "content_filter", "unknown"])
async def test_any_reason_with_text_is_terminal(reason):
    played = await play(ScriptedProvider(words("Hello", finish=reason)))
    assert played.outcome == Outcome("completed", finish=reason)


@pytest.mark.parametrize("reason", ["stop", "length", "content_filter", "tool_calls"])
async def test_an_answer_without_text_is_an_error(reason):
    played = await play(ScriptedProvider([ReasoningDelta("Hm"), TextDelta("\n"), FinishDelta(reason)]))
    assert (played.outcome.status, played.outcome.error) == ("error", "default")
    assert played.reasoning == "Hm"


async def test_text_after_the_finish_reason_is_kept():
    played = await play(ScriptedProvider([*words("One"), TextDelta(" two")]))
    assert played.text == "One two"
    assert played.outcome.status == "completed"


async def test_a_stream_that_just_ends_is_an_error_with_its_text():
    played = await play(ScriptedProvider([TextDelta("Half an ans"), TextDelta("<")]))
    assert played.text == "Half an ans<"
    assert (played.outcome.status, played.outcome.error) == ("error", "default")


async def test_a_failing_provider_ends_the_run_with_its_kind_and_all_the_text():
    error = ProviderError("rate_limit", "secret detail")
    played = await play(ScriptedProvider([TextDelta("<th"), error]))
    assert played.text == "<th"
    assert played.outcome == Outcome("error", error="rate_limit", detail="secret detail")


async def test_an_upstream_that_never_ends_is_stopped(caplog):
    played = await play(ScriptedProvider([TextDelta("x" * 60)] * 10), limits=replace(QUICK, max_chars=100))
    assert played.outcome.error == "default"
    assert "bounds" in caplog.text


async def test_continuing_with_nothing_to_add_completes():
    request = ModelRequest("m", REQUEST.messages, continue_from="All said.")
    played = await play(ScriptedProvider([ProgressDelta(), FinishDelta("stop")]), request=request)
    assert played.outcome.status == "completed"


async def test_the_partial_answer_reaches_the_provider():
    request = ModelRequest("m", (ChatMessage("user", "Count"),), continue_from="1, 2")
    provider = ScriptedProvider(words(", 3"))
    await play(provider, request=request)
    assert provider.requests[0].continue_from == "1, 2"
