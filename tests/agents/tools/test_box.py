"""Whatever a tool does, the run gets a bounded result that says what happened."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from agents.engine.events import Plan, PlanItem
from agents.engine.messages import ToolCall
from agents.toolboxes import toolbox_for
from agents.tools.base import CallContext, Told, Tool, ToolProblem
from agents.tools.box import MAX_RESULT, EnabledTools
from agents.tools.registry import TOOLS

PLAN = Plan((PlanItem("1", "Echo", "completed"),))


async def echo(text: str, times: int = 1) -> str:
    """Says it again.

    text: what to say
    """
    return text * times


async def telling() -> Told:
    """Tells more."""
    return Told("all of it", "a line", (PLAN,))


async def refusing() -> str:
    """Refuses."""
    raise ToolProblem("The door is closed.")


async def breaking() -> str:
    """Breaks."""
    raise RuntimeError("secret inside")


async def timing_out() -> str:
    """Gives up by itself."""
    raise TimeoutError


async def hanging() -> str:
    """Never ends."""
    await asyncio.Event().wait()
    return ""


async def huge() -> str:
    """Gives 10 MB."""
    return "x" * 10_000_000


async def binary() -> str:
    """Gives bytes that somebody took for text."""
    return bytes(range(256)).decode("latin-1") + "\ud800"


def giving(value):
    async def wrong() -> str:
        """Gives something else."""
        return value

    return wrong


FUNCTIONS = (echo, telling, refusing, breaking, timing_out, hanging, huge, binary)
KNOWN = {tool.__name__: Tool(tool, about="", timeout_s=0.2) for tool in FUNCTIONS}


async def call(name, tools=KNOWN, **arguments):
    return await EnabledTools([tools[name]]).call(ToolCall("1", name, ""), arguments)


def summary(name="echo", **arguments):
    return EnabledTools([KNOWN[name]]).summarise(ToolCall("1", name, ""), arguments)


async def test_only_what_is_enabled_and_exists_is_offered():
    box = await toolbox_for(["current_time", "gone", "calculator"])
    assert [spec.name for spec in box.specs()] == ["current_time", "calculator"]
    assert EnabledTools([]).specs() == ()


async def test_a_text_is_content_and_summary():
    result = await call("echo", text="tea\n", times=2)
    assert (result.content, result.summary, result.ok) == ("tea\ntea\n", "tea\ntea\n", True)


async def test_a_tool_may_tell_events_and_a_line_of_its_own():
    result = await call("telling")
    assert (result.content, result.summary, result.events) == ("all of it", "a line", (PLAN,))


async def test_a_tool_that_asks_is_told_who_calls_and_the_model_is_not():
    async def whose(context: CallContext) -> str:
        """Says for whom."""
        return str(context.chat_id)

    tool = Tool(whose, about="")
    chat = uuid4()
    result = await EnabledTools([tool], context=CallContext(chat_id=chat)).call(
        ToolCall("1", "whose", ""), {}
    )
    assert (result.content, tool.spec.parameters["properties"]) == (str(chat), {})
    forged = await EnabledTools([tool]).call(ToolCall("1", "whose", ""), {"context": {"chat_id": str(chat)}})
    assert not forged.ok


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "text: Field required"),
        ({"text": 3}, "text: Input should be a valid string"),
        ({"text": None}, "text:"),
        ({"text": "a", "times": "many"}, "times: Input should be a valid integer"),
        ({"text": "a", "volume": 3}, "volume: Extra inputs are not permitted"),
        ({f"x{number}": 1 for number in range(1000)}, "text: Field required"),
    ],
)
async def test_wrong_arguments_are_named(arguments, says):
    result = await call("echo", **arguments)
    assert not result.ok
    assert result.content.startswith("Wrong arguments. ")
    assert says in result.content
    assert len(result.content) < 1000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("refusing", "The door is closed."),
        ("breaking", "The tool failed (RuntimeError)."),
        ("timing_out", "The tool failed (TimeoutError)."),
        ("hanging", "The tool was stopped: it took longer than 0.2 seconds."),
    ],
)
async def test_a_tool_that_breaks_or_hangs_is_a_result(name, content):
    result = await call(name)
    assert (result.content, result.ok) == (content, False)
    assert "secret" not in result.summary


@pytest.mark.parametrize("value", [None, b"bytes", 3, {"a": 1}, object(), Told(b"x"), Told(None)])
async def test_something_that_is_no_text_is_a_result(value):
    wrong = giving(value)
    result = await call("wrong", tools={"wrong": Tool(wrong, about="")})
    assert not result.ok
    assert "no text" in result.content


async def test_a_huge_result_is_cut_and_says_so():
    result = await call("huge")
    assert result.ok
    assert len(result.content) < MAX_RESULT + 100
    assert result.content.endswith("[Cut: the first 20,000 of 10,000,000 characters.]")


async def test_binary_becomes_text_that_every_store_takes():
    result = await call("binary")
    assert "\0" not in result.content
    result.content.encode("utf-8")
    result.summary.encode("utf-8")


async def test_a_call_can_be_cancelled():
    tools = {"hanging": replace(KNOWN["hanging"], timeout_s=60)}
    task = asyncio.create_task(call("hanging", tools=tools))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"expression": "1 + 1"}, "1 + 1"),
        ({"a": "b", "n": 3}, "a: b, n: 3"),
        ({"text": "two\nlines"}, "two lines"),
        ({}, ""),
        ({"api_key": "abc"}, "•••"),
        ({"url": "x", "Access-Token": "abc"}, "url: x, Access-Token: •••"),
        (
            {"url": "https://u:p@example.org/?a=1&api_key=abc&b=2"},
            "https://•••@example.org/?a=1&api_key=•••&b=2",
        ),
        ({"text": "use sk-abcdefgh12345678 now"}, "use sk-••• now"),
        ({"text": "Bearer abc.def"}, "Bearer •••"),
        ({"headers": {"password": "abc"}}, "headers: {'password': '•••'}"),
    ],
)
def test_arguments_are_one_line_with_secrets_masked(arguments, line):
    shown = summary(**arguments)
    assert line.split() == shown.split() or shown == line
    assert "abc" not in shown


@pytest.mark.parametrize("piece", ["x", "-a", "key", "key=", "://"])
def test_a_line_is_short_however_long_the_arguments(piece):
    text = piece * 300_000
    assert len(summary(text=text)) <= 200
    assert len(summary(text=text, more=[text])) <= 200


def test_every_tool_says_what_it_is_and_what_it_takes():
    for name, tool in TOOLS.items():
        assert (tool.name, tool.spec.name) == (name, name)
        assert tool.about
        assert len(tool.spec.description) > 20
        assert tool.spec.parameters["type"] == "object"
        assert tool.spec.parameters["additionalProperties"] is False
        for parameter in tool.spec.parameters["properties"].values():
            assert parameter["description"]
