"""The embedded model calls the tools on offer where a message asks for them, and answers with the results."""

import json

import pytest

from agents.engine.deltas import FinishDelta, ReasoningDelta, TextDelta, ToolCallDelta
from agents.engine.messages import ChatMessage, ModelRequest, ToolCall, ToolSpec
from agents.engine.statuses import NOT_ALLOWED
from agents.providers.offline import OfflineProvider

OFFER = tuple(ToolSpec(name, "", {}) for name in ("update_plan", "calculator", "current_time", "fetch_page"))


def asking(question, *after, tools=OFFER, continue_from=""):
    messages = (ChatMessage("system", "Be kind."), ChatMessage("user", question), *after)
    return ModelRequest("offline", messages, tools=tools, agent_name="Edda", continue_from=continue_from)


def answered(name, arguments, result, call_id="c1"):
    call = ToolCall(call_id, name, json.dumps(arguments))
    return (
        ChatMessage("assistant", "", tool_calls=(call,)),
        ChatMessage("tool", result, tool_call_id=call_id),
    )


async def streamed(request):
    return [delta async for delta in OfflineProvider(delay_s=0).stream(request)]


async def calls(request):
    deltas = await streamed(request)
    found = [delta for delta in deltas if isinstance(delta, ToolCallDelta)]
    assert (FinishDelta("tool_calls") in deltas) == bool(found)
    return [(delta.name, json.loads(delta.arguments)) for delta in found]


async def text(request):
    return "".join(delta.text for delta in await streamed(request) if isinstance(delta, TextDelta))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is 12 * (3 + 4)?", [("calculator", {"expression": "12 * (3 + 4)"})]),
        ("2^10 please", [("calculator", {"expression": "2**10"})]),
        ("What time is it in Tokyo?", [("current_time", {"zone": "Asia/Tokyo"})]),
        ("which day is it", [("current_time", {"zone": ""})]),
        (
            "Read https://example.org/tea-2026-11-21, then tell me the time in New York",
            [
                ("fetch_page", {"url": "https://example.org/tea-2026-11-21"}),
                ("current_time", {"zone": "America/New_York"}),
            ],
        ),
        ("How many days from 2026-11-21 to 2026-12-24?", []),
        ("Tell me about whales.", []),
        ("Sort: 3, 1, 2", []),
        ("Hello", []),
        ("", []),
    ],
)
async def test_it_calls_what_the_message_asks_for(question, expected):
    assert await calls(asking(question)) == expected


async def test_it_calls_nothing_that_is_not_on_offer():
    assert await calls(asking("What is 12 * 7, and what time is it?", tools=())) == []
    assert "**84**" in await text(asking("What is 12 * 7?", tools=()))


async def test_the_answer_holds_the_result():
    request = asking("What is 12 * 7?", *answered("calculator", {}, "12 * 7 = 84"))
    assert "12 \\* 7 = 84" in await text(request)
    assert isinstance((await streamed(request))[0], ReasoningDelta)


async def test_a_page_is_quoted_and_a_problem_told():
    page = answered("fetch_page", {}, "Tea\nhttps://example.org/\n\nTea is hot. It is good.")
    assert "> Tea is hot. It is good." in await text(asking("Read https://example.org/", *page))
    problem = answered("fetch_page", {}, "The server answered with the status 404.")
    assert "status 404" in await text(asking("Read https://example.org/", *problem))


async def test_a_plan_is_told_step_by_step_and_ends_completed():
    after = ()
    for done in range(4):
        ((name, arguments),) = await calls(asking("Plan a weekend in Rome", *after))
        assert name == "update_plan"
        assert [step["status"] for step in arguments["steps"]].count("completed") == done
        after += answered("update_plan", arguments, "Shown", call_id=f"c{done}")
    request = asking("Plan a weekend in Rome", *after)
    assert await calls(request) == []
    assert "## Draft" in await text(request)


async def test_earlier_questions_do_not_count():
    after = (
        *answered("calculator", {}, "1 + 1 = 2"),
        ChatMessage("assistant", "2"),
        ChatMessage("user", "3 + 4?"),
    )
    assert await calls(asking("1 + 1?", *after)) == [("calculator", {"expression": "3 + 4"})]


async def test_a_call_that_was_not_allowed_is_told_and_left():
    request = asking("12 * 7?", *answered("calculator", {}, f"{NOT_ALLOWED} Go on without it."))
    assert await calls(request) == []
    assert "You did not allow `calculator`" in await text(request)
