"""The model's tool calls are made side by side, told as events, and their results fed back."""

import asyncio
from dataclasses import replace

import pytest

from agents.engine.deltas import FinishDelta, TextDelta, ToolCallDelta, UsageDelta
from agents.engine.events import Content, Plan, PlanItem, Status, ToolEnd, ToolStart, Usage
from agents.engine.messages import ChatMessage, ModelRequest, ToolCall, ToolSpec
from agents.engine.tools import ToolResult
from tests.agents.engine.script import QUICK, REQUEST, ScriptedProvider, play, words


class Box:
    """Tools that answer with their arguments, one that meets another, one that never ends."""

    def __init__(self):
        self.made = []
        self.cancelled = []
        self.barrier = asyncio.Barrier(2)

    def specs(self):
        return tuple(ToolSpec(name, "", {}) for name in ("echo", "meet", "hang"))

    def summarise(self, call, arguments):
        return ", ".join(f"{key}: {value}" for key, value in arguments.items())

    async def call(self, call, arguments):
        self.made.append(call)
        if call.name == "meet":
            await self.barrier.wait()
        if call.name == "hang":
            await self._hang(call)
        return ToolResult(f"echo {arguments}", "done", events=(Plan((PlanItem("1", "Echo", "completed"),)),))

    async def _hang(self, call):
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.append(call.id)


def asking(*calls, finish="tool_calls"):
    return [*(ToolCallDelta(*call) for call in calls), FinishDelta(finish)]


async def test_a_call_is_made_and_its_result_fed_back():
    provider = ScriptedProvider(asking(("c1", "echo", '{"q": "tea"}')), words("Tea it is"))
    played = await play(provider, Box())
    start, plan, end = played.told[:3]
    assert start == ToolStart("c1", "echo", "q: tea")
    assert isinstance(plan, Plan)
    assert end == ToolEnd("c1", "echo", "ok", end.ms, "done")
    assert played.text == "Tea it is"
    assert played.outcome.status == "completed"
    assert provider.requests[1].messages == (
        *REQUEST.messages,
        ChatMessage("assistant", "", tool_calls=(ToolCall("c1", "echo", '{"q": "tea"}'),)),
        ChatMessage("tool", "echo {'q': 'tea'}", tool_call_id="c1"),
    )
    assert [spec.name for spec in provider.requests[0].tools] == ["echo", "meet", "hang"]


async def test_lines_about_a_call_hide_nothing():
    class Hiding(Box):
        async def call(self, call, arguments):
            return ToolResult("safe\u202eelif", "safe\u202eelif")

    asks = asking(("c1", "echo", '{"q": "a\u200bb"}'), ("c2", "ech\u200bo", "{}"))
    played = await play(ScriptedProvider(asks, words("Done")), Hiding())
    assert next(event.name for event in played.only(ToolStart)) == "echo"
    assert "q: a[U+200B]b" in [event.args_summary for event in played.only(ToolStart)]
    ends = {event.call_id: event for event in played.only(ToolEnd)}
    assert ends["c1"].result_summary == "safe[U+202E]elif"
    assert ends["c2"].name == "ech[U+200B]o"


async def test_calls_of_one_answer_run_side_by_side():
    played = await play(ScriptedProvider(asking(("a", "meet", ""), ("b", "meet", "")), words("Met")), Box())
    assert [event.call_id for event in played.only(ToolStart)] == ["a", "b"]
    assert played.outcome.status == "completed"


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("nonsense", "{}", "no such tool"),
        ("echo", '{"q": ', "not a JSON object"),
        ("echo", "[1]", "not a JSON object"),
        ("echo", "[" * 100_000, "not a JSON object"),
    ],
)
async def test_a_call_that_cannot_be_made_is_an_error_the_model_reads(name, arguments, problem):
    box = Box()
    provider = ScriptedProvider(asking(("c1", name, arguments)), words("Sorry"))
    played = await play(provider, box)
    assert played.only(ToolEnd)[0].status == "error"
    assert played.only(ToolStart)[0].args_summary == ""
    assert problem in provider.requests[1].messages[-1].content
    assert played.outcome.status == "completed"
    assert not box.made


async def test_a_person_reads_the_problem_in_their_language_and_the_model_in_its_own():
    provider = ScriptedProvider(asking(("c1", "nonsense", "{}")), words("Sorry"))
    played = await play(provider, Box(), translate={"There is no such tool.": "Das gibt es nicht."}.get)
    assert played.only(ToolEnd)[0].result_summary == "Das gibt es nicht."
    assert "no such tool" in provider.requests[1].messages[-1].content


async def test_stop_with_calls_means_the_calls():
    played = await play(ScriptedProvider(asking(("c1", "echo", ""), finish="stop"), words("Done")), Box())
    assert (len(played.only(ToolEnd)), played.text) == (1, "Done")


@pytest.mark.parametrize("finish", ["length", "content_filter"])
async def test_calls_that_may_be_cut_are_not_made(finish):
    box = Box()
    played = await play(
        ScriptedProvider([TextDelta("Hm"), *asking(("c1", "echo", "{}"), finish=finish)]), box
    )
    assert not box.made
    assert played.outcome.finish == finish


async def test_calls_of_a_cut_stream_are_not_made():
    box = Box()
    played = await play(ScriptedProvider([ToolCallDelta("c1", "echo", "{}")]), box)
    assert not box.made
    assert played.outcome.error == "default"


async def test_ids_are_unique_in_the_run():
    provider = ScriptedProvider(
        asking(("c", "echo", ""), ("c", "echo", ""), ("", "echo", "")),
        asking(("c", "echo", "")),
        words("Done"),
    )
    played = await play(provider, Box())
    assert [event.call_id for event in played.only(ToolStart)] == ["c", "c-2", "call_3", "c-3"]


async def test_rounds_are_bounded():
    provider = ScriptedProvider(*[asking(("c", "echo", ""))] * 9)
    played = await play(provider, Box())
    assert played.outcome.error == "too_many_steps"
    assert len(provider.requests) == QUICK.max_turns
    assert len(played.only(ToolStart)) == QUICK.max_turns - 1


async def test_a_model_is_told_before_its_last_words_that_no_more_tools_are_called():
    provider = ScriptedProvider(asking(("c", "echo", "")), asking(("c", "echo", "")), words("Well then"))
    played = await play(provider, Box())
    assert played.outcome.status == "completed"
    assert "No more tools" not in provider.requests[1].messages[-1].content
    assert "No more tools" in provider.requests[2].messages[-1].content


async def test_the_same_call_is_made_only_a_few_times_whatever_its_spelling():
    box = Box()
    spellings = ('{"a": 1, "b": 2}', '{"b":2,"a":1}', '{"a": 1,"b": 2}', '{ "a": 1, "b": 2}')
    calls = [(f"c{number}", "echo", text) for number, text in enumerate(spellings)]
    provider = ScriptedProvider(asking(*calls, ("other", "echo", '{"a": 2}')), words("Done"))
    played = await play(provider, box)
    assert [call.id for call in box.made] == ["c0", "c1", "c2", "other"]
    refused = next(end for end in played.only(ToolEnd) if end.call_id == "c3")
    assert (refused.status, refused.result_summary) == (
        "error",
        "Not called again: the same call was made before.",
    )
    assert "Use the result you have" in provider.requests[1].messages[-2].content


async def test_of_forty_calls_at_once_the_first_are_made_and_everybody_is_told():
    box = Box()
    calls = [(f"c{number}", "echo", f'{{"n": {number}}}') for number in range(40)]
    provider = ScriptedProvider(asking(*calls), words("Done"))
    played = await play(provider, box)
    assert [call.id for call in box.made] == [f"c{number}" for number in range(QUICK.max_calls)]
    assert Status("The model asked for 40 tools at once; the first 16 are used.") in played.events
    asked, *results = provider.requests[1].messages[1:]
    assert [call.id for call in asked.tool_calls] == [result.tool_call_id for result in results]
    assert "Only the first 16 of your 40 calls were made" in results[-1].content
    assert played.outcome.status == "completed"


async def test_text_of_two_rounds_is_two_paragraphs_and_usage_adds_up():
    first = [TextDelta("Let me look."), *asking(("c", "echo", "")), UsageDelta(1, 2, "m")]
    played = await play(ScriptedProvider(first, [*words("Found it."), UsageDelta(10, 20, "m")]), Box())
    assert played.text == "Let me look.\n\nFound it."
    assert played.only(Usage) == [Usage(1, 2, "m"), Usage(11, 22, "m")]


async def test_a_long_call_is_reported():
    played = await play(
        ScriptedProvider(asking(("c", "hang", ""))), Box(), limits=replace(QUICK, total_s=0.15, status_s=0.06)
    )
    assert Status("Using hang… 0 s") in played.events


async def test_the_deadline_of_the_run_ends_calls_too():
    box = Box()
    provider = ScriptedProvider(asking(("a", "echo", ""), ("b", "hang", "")))
    played = await play(provider, box, limits=replace(QUICK, total_s=0.1))
    assert played.outcome.error == "timeout"
    assert [(end.call_id, end.status) for end in played.only(ToolEnd)] == [("a", "ok"), ("b", "error")]
    assert box.cancelled == ["b"]


async def test_the_partial_answer_is_one_message_with_the_calls_made_while_continuing():
    request = ModelRequest("m", REQUEST.messages, continue_from="So far")
    provider = ScriptedProvider([TextDelta(" so good"), *asking(("c", "echo", ""))], words("and on"))
    played = await play(provider, Box(), request=request)
    _, asked, result = provider.requests[1].messages
    assert (asked.role, asked.content, result.role) == ("assistant", "So far so good", "tool")
    assert provider.requests[1].continue_from == ""
    assert "".join(content.md for content in played.only(Content)) == " so good\n\nand on"
