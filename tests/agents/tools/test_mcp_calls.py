"""Calling the tools of an MCP server: whatever it does is a result or a sentence, in time."""

import asyncio
import json
import sys
import time

import pytest

from agents.tools import mcp_connection
from agents.tools.base import CallContext, ToolProblem
from agents.tools.mcp_address import McpAddress, Offer
from agents.tools.mcp_results import NOTHING
from agents.tools.mcp_tool import McpSessions, McpTool
from tests.agents.tools.mcp_liar import Liar, hang, hang_up, http, result, said
from tests.mcp_servers.programs import GARDEN, garden_by_http

pytest.importorskip("mcp", reason="requirements-mcp.txt is not installed")
pytestmark = pytest.mark.usefixtures("sessions_end")


@pytest.fixture
async def sessions():
    sessions = McpSessions()
    yield sessions
    began = time.monotonic()
    await sessions.aclose()
    assert time.monotonic() - began < 5


@pytest.fixture
def call(sessions):
    def call(address, name="echo", /, **arguments):
        offer = Offer(f"liar__{name}", name, "", {"type": "object"})
        return McpTool(offer, address, sessions).call(arguments, CallContext())

    return call


async def test_arguments_go_there_and_the_text_comes_back(call):
    async with Liar() as liar:
        assert await call(liar.address(), text="tea") == "It is said."
        assert liar.messages[-1]["params"]["arguments"] == {"text": "tea"}
        assert liar.messages[-1]["params"]["name"] == "echo"


async def test_one_session_serves_all_calls_of_a_run_also_at_once(call):
    async with Liar() as liar:
        address = liar.address()
        await asyncio.gather(*(call(address) for _ in range(20)))
    assert liar.methods().count("initialize") == 1
    assert liar.methods().count("tools/call") == 20
    assert "tools/list" not in liar.methods()


IMAGE = {"type": "image", "data": "QUJD" * 4000, "mimeType": "image/png"}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"content": []}, NOTHING),
        (said("  "), NOTHING),
        ({"content": [IMAGE]}, "[image, image/png, 12 kB: not readable as text]"),
        (
            {"content": [{"type": "resource", "resource": {"uri": "a://b", "blob": "QUJD"}}]},
            "[file, of an unknown type, 0 kB: not readable as text]",
        ),
        ({"content": [{"type": "resource", "resource": {"uri": "a://b", "text": "c"}}]}, "a://b\nc"),
        ({"content": [{"type": "resource_link", "uri": "a://b", "name": "B"}]}, "[B: a://b]"),
        ({"content": [], "structuredContent": {"a": 1}}, '{"a": 1}'),
        (said("one") | {"structuredContent": {"a": 1}}, "one"),
        ({"content": [*said("one")["content"], *said("two")["content"]]}, "one\n\ntwo"),
    ],
)
async def test_what_can_be_read_is_and_the_rest_is_named(call, given, text):
    async with Liar({"tools/call": given}) as liar:
        assert await call(liar.address()) == text


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ({}, "not what MCP prescribes"),
        ({"content": "text"}, "not what MCP prescribes"),
        ({"content": [{"type": "text"}]}, "not what MCP prescribes"),
        ({"content": [{"type": "smell", "data": "x"}]}, "not what MCP prescribes"),
        ({"content": [{"type": "text", "text": 5}]}, "not what MCP prescribes"),
        (said("x" * 10_000_000), "more than 4 MB"),
        (said("no water") | {"isError": True}, "^no water$"),
        ({"content": [], "isError": True}, "did not say why"),
        (http(b"\x00\xff" * 1000, kind="application/octet-stream"), "not what MCP prescribes"),
        (http(b"[" * 100_000), "not what MCP prescribes"),
        (http(b"", status="404 Gone"), "answered with an error"),
        (http(b"", status="503 Later"), "status 503"),
        (b"nonsense\r\n\r\n", "cannot be reached"),
        (hang_up, "cannot be reached"),
        (b"", "answered with an error: Method not found"),
    ],
)
async def test_a_result_that_is_none_is_a_sentence(call, reply, says):
    async with Liar({"tools/call": reply}) as liar:
        with pytest.raises(ToolProblem, match=says):
            await call(liar.address())


async def test_a_server_that_asks_for_our_model_or_files_gets_neither(call):
    async def asking(writer, message):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        for number, method in enumerate(("sampling/createMessage", "roots/list", "elicitation/create")):
            asked = {"jsonrpc": "2.0", "id": f"s{number}", "method": method, "params": {}}
            writer.write(f"event: message\ndata: {json.dumps(asked)}\n\n".encode())
        answer = {"jsonrpc": "2.0", "id": message["id"], "result": said("tea")}
        writer.write(f"event: message\ndata: {json.dumps(answer)}\n\n".encode())

    async with Liar({"tools/call": asking}) as liar:
        assert await call(liar.address()) == "tea"
        async with asyncio.timeout(5):
            while sum("error" in message for message in liar.messages) < 3:
                await asyncio.sleep(0.01)
    assert not any("result" in message for message in liar.messages)


async def test_a_schema_of_results_that_lies_is_not_even_looked_at(call):
    evil = {"type": "object", "properties": {"a": {"pattern": "(a+)+$"}}, "required": ["a"]}
    tools = [{"name": "echo", "inputSchema": {"type": "object"}, "outputSchema": evil}]
    structured = said("tea") | {"structuredContent": {"a": "a" * 40 + "!"}}
    async with Liar({"tools/list": {"tools": tools}, "tools/call": structured}) as liar:
        assert await call(liar.address()) == "tea"


async def test_a_call_that_hangs_is_given_up(call, monkeypatch):
    monkeypatch.setattr(mcp_connection, "ANSWER_S", 0.3)
    async with Liar({"tools/call": hang}) as liar:
        with pytest.raises(ToolProblem, match="in time"):
            await call(liar.address())


async def test_a_stop_is_obeyed_long_before_the_call_would_end(call):
    async with Liar({"tools/call": hang}) as liar:
        calling = asyncio.create_task(call(liar.address()))
        while "tools/call" not in liar.methods():
            await asyncio.sleep(0.01)
        began = time.monotonic()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert time.monotonic() - began < 5


async def test_a_stop_while_the_session_opens_leaves_nothing(call):
    async with Liar({"initialize": hang}) as liar:
        calling = asyncio.create_task(call(liar.address()))
        while "initialize" not in liar.methods():
            await asyncio.sleep(0.01)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling


async def test_a_server_that_died_is_tried_anew_by_the_next_call(call):
    async def once(writer, message):
        liar.replies["tools/call"] = said("back again")
        writer.close()

    async with Liar({"tools/call": once}) as liar:
        with pytest.raises(ToolProblem):
            await call(liar.address())
        assert await call(liar.address()) == "back again"
    assert liar.methods().count("initialize") == 2


async def test_a_server_that_breaks_hurts_no_other(call):
    async with Liar({"tools/call": hang_up}) as bad, Liar() as good:
        results = await asyncio.gather(
            call(bad.address(server="bad")), call(good.address(server="good")), return_exceptions=True
        )
    assert isinstance(results[0], ToolProblem)
    assert results[1] == "It is said."


async def test_a_secret_is_masked_in_what_comes_back(call):
    async def parrot(writer, message):
        writer.write(result(message, said(liar.heads[-1])))

    async with Liar({"tools/call": parrot}) as liar:
        text = await call(liar.address(headers={"X-Key": "rose-garden"}))
    assert "x-key: •••" in text.lower()


async def test_too_many_sessions_are_refused_in_words(call, monkeypatch):
    monkeypatch.setattr(mcp_connection, "MOST_OPEN", 1)
    async with Liar() as liar:
        assert await call(liar.address(server="one"))
        with pytest.raises(ToolProblem, match="Too many"):
            await call(liar.address(server="two"))


async def test_a_secret_that_cannot_be_read_is_said_and_nothing_is_sent(call):
    async with Liar() as liar:
        with pytest.raises(ToolProblem, match="Enter it again"):
            await call(liar.address(problem="Enter it again."))
    assert not liar.heads


async def test_without_the_package_it_says_how_to_get_it(call, monkeypatch):
    monkeypatch.setattr(mcp_connection, "find_spec", lambda name: None)
    async with Liar() as liar:
        with pytest.raises(ToolProblem, match=r"requirements-mcp\.txt"):
            await call(liar.address())


@pytest.fixture(params=["http", "stdio"])
def garden(request):
    """A real server, by both ways."""
    if request.param == "stdio":
        yield McpAddress("garden", command=(*GARDEN, "stdio"))
    else:
        with garden_by_http() as url:
            yield McpAddress("garden", url=url, allowed=lambda address: address == "127.0.0.1")


async def test_a_real_server_keeps_its_state_for_the_run(call, garden):
    assert await call(garden, "plant", flower="rose", rows=2) == "2 rows of rose"
    assert await call(garden, "count_beds") == "1"


async def test_what_a_real_server_refuses_is_told(call, garden):
    with pytest.raises(ToolProblem, match="wilt"):
        await call(garden, "wilt")
    with pytest.raises(ToolProblem, match="rows"):
        await call(garden, "plant", flower="rose", rows="many")
    with pytest.raises(ToolProblem, match="prune"):
        await call(garden, "prune")


async def test_a_real_server_that_dies_is_a_sentence(call, garden):
    with pytest.raises(ToolProblem, match=r"broke|reached"):
        await call(garden, "die")


async def test_a_real_server_is_left_at_once_on_stop(call, sessions, garden):
    assert await call(garden, "count_beds")
    calling = asyncio.create_task(call(garden, "grow"))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    calling.cancel()
    await asyncio.wait([calling])
    await sessions.aclose()
    assert time.monotonic() - began < 5


async def test_a_program_sees_nothing_of_our_environment(call, monkeypatch):
    monkeypatch.setenv("SECRET_OF_OURS", "rose-garden")
    names = await call(McpAddress("garden", command=(*GARDEN, "stdio")), "secrets")
    assert "PATH" in names
    assert "SECRET_KEY" not in names
    assert "SECRET_OF_OURS" not in names


async def test_a_program_that_is_not_there_is_a_sentence(call):
    with pytest.raises(ToolProblem, match="cannot be started"):
        await call(McpAddress("gone", command=("/nowhere/at/all",)))


@pytest.mark.parametrize("program", ["print('hello')", "import time; time.sleep(60)", "raise SystemExit(3)"])
async def test_a_program_that_is_no_server_is_a_sentence(call, program, monkeypatch):
    monkeypatch.setattr(mcp_connection, "OPEN_S", 1.5)
    with pytest.raises(ToolProblem, match=r"in time|broke"):
        await call(McpAddress("none", command=(GARDEN[0], "-c", program)))


ENDLESS = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
SILENT = "import sys, time\nsys.stdin.read()\ntime.sleep(600)"
FLOOD = "import sys\nwhile True: sys.stdout.write('{}\\n' * 1000)"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((sys.executable, "-c", ENDLESS), "more than 4 MB"),
        ((sys.executable, "-c", SILENT), "in time"),
        ((sys.executable, "-c", FLOOD), "in time"),
        ((sys.executable, "-c", "print('{')"), "broke|prescribes"),
        (("/no/such/program",), "cannot be started"),
    ],
    ids=["endless line", "silent", "flood", "nonsense", "missing"],
)
async def test_a_program_that_is_no_server_is_a_sentence_and_ends(call, monkeypatch, words, says):
    if says == "in time":
        monkeypatch.setattr(mcp_connection, "OPEN_S", 1.5)
    mcp_stdio = pytest.importorskip("agents.tools.mcp_stdio")
    monkeypatch.setattr(mcp_stdio, "GRACE_S", 0.2)
    with pytest.raises(ToolProblem, match=says):
        await call(McpAddress("wild", command=words))
