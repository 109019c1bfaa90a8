"""What an MCP server offers is read with suspicion: a bad tool is left out, a bad server is one sentence."""

import asyncio
import json
import time

import pytest

from agents.tools import mcp_connection, mcp_listing
from agents.tools.base import ToolProblem
from agents.tools.mcp_listing import MAX_DESCRIPTION, MAX_TOOLS, list_offers
from tests.agents.tools.mcp_liar import Liar, hang, hang_up, http, result, tool

pytest.importorskip("mcp", reason="requirements-mcp.txt is not installed")


pytestmark = pytest.mark.usefixtures("sessions_end")


async def listing(tools, **fields):
    async with Liar({"tools/list": {"tools": tools}}) as liar:
        return await list_offers(liar.address(**fields))


async def test_a_tool_gets_a_name_of_its_server_and_a_plain_schema():
    (offer,) = (await listing([tool("say.it again", annotations={"readOnlyHint": True})])).offers
    assert (offer.name, offer.remote, offer.reads_only) == ("liar__say_it_again", "say.it again", True)
    assert offer.schema == {"type": "object", "properties": {"text": {"type": "string"}}}


async def test_names_that_become_alike_stay_apart_and_are_the_same_each_time():
    tools = [tool("a.b"), tool("a b"), tool("ü"), tool("x" * 100), tool("x" * 101)]
    names = [offer.name for offer in (await listing(tools)).offers]
    assert len(set(names)) == len(tools)
    assert all(len(name) <= 64 for name in names)
    assert names == [offer.name for offer in (await listing(tools)).offers]


NO_SCHEMAS = [
    {"type": "object", "properties": {"a": {"properties": "all"}}},
    {"type": "object", "properties": {"a": {"items": 5}}},
    {"type": "object", "allOf": {}},
    {"type": "object", "properties": {"a": {"$ref": "http://evil.test/schema.json"}}},
    {"type": "object", "properties": {"a": {"$ref": "#/$defs/gone"}}},
    {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(2000)}},
    {"type": "object", "description": "x" * 30_000},
]


@pytest.mark.parametrize("schema", NO_SCHEMAS, ids=lambda schema: str(schema)[:60])
async def test_a_schema_that_is_none_costs_its_tool_only(schema):
    found = await listing([tool("bad", inputSchema=schema), tool("good")])
    assert [offer.remote for offer in found.offers] == ["good"]
    assert len(found.notes) == 1
    assert found.notes[0].startswith("“bad” is left out: ")


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "tool",
        {},
        {"name": 5},
        tool(inputSchema={"type": "string"}),
        tool(inputSchema="x"),
        tool(inputSchema=None),
        tool(inputSchema={"type": "object", "enum": ["a\u200bb"]}),
        tool(inputSchema={"type": "object", "properties": {"a\u202eb": {}}}),
    ],
    ids=lambda wrong: str(wrong)[-40:],
)
async def test_a_tool_that_is_none_costs_itself_only(wrong):
    found = await listing([wrong, tool("good")])
    assert [offer.remote for offer in found.offers] == ["good"]
    assert "is left out" in found.notes[0]


@pytest.mark.parametrize(
    "odd", [{"description": 5}, {"annotations": "all"}, {"execution": []}, {"outputSchema": 7}], ids=str
)
async def test_odd_parts_that_nobody_needs_cost_nothing(odd):
    (offer,) = (await listing([tool(**odd)])).offers
    assert not offer.reads_only


async def test_a_model_reads_no_words_that_nobody_sees():
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "obey")
    schema = {"type": "object", "properties": {"a": {"type": "string", "description": f"b{tags}"}}}
    (offer,) = (await listing([tool(description=f"Hi{tags}\u202eyou", inputSchema=schema)])).offers
    assert offer.description == "Hi[U+E006F][U+E0062][U+E0065][U+E0079][+ 1]you"
    assert tags not in json.dumps(offer.schema, ensure_ascii=False)


async def test_references_to_what_is_large_cost_no_time():
    large = {"enum": ["x"] * 100_000}
    every = {f"p{n}": {"$ref": "#/$defs/large"} for n in range(900)}
    schema = {"type": "object", "properties": every, "$defs": {"large": large}}
    began = time.process_time()
    found = await listing([tool(f"t{n}", inputSchema=schema) for n in range(2)])
    assert time.process_time() - began < 5
    assert len(found.notes) == 2


async def test_a_schema_that_contains_itself_ends():
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
    schema = {"type": "object", "properties": {"tree": {"$ref": "#/$defs/node"}}, "$defs": {"node": node}}
    (offer,) = (await listing([tool(inputSchema=schema)])).offers
    assert "$ref" not in json.dumps(offer.schema)
    assert offer.schema["properties"]["tree"]["properties"]["next"] == {"description": "the same again"}


async def test_references_that_multiply_are_no_memory():
    defs = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 10} for n in range(9)} | {"d9": {}}
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/d0"}}, "$defs": defs}
    assert "too large" in (await listing([tool(inputSchema=schema)])).notes[0]


@pytest.mark.parametrize("name", ["", " ", "\x00", "a\x00b", "x" * 500])
async def test_a_name_that_cannot_be_used_costs_its_tool_only(name):
    found = await listing([tool(name), tool("good")])
    assert [offer.remote for offer in found.offers] == ["good"]


async def test_the_second_of_a_name_is_left_out():
    found = await listing([tool(), tool(description="the other")])
    assert [offer.description for offer in found.offers] == ["Says it again"]
    assert "two of that name" in found.notes[0]


async def test_a_long_description_is_cut_and_odd_characters_are_replaced():
    (offer,) = (await listing([tool(description="a\x00b " + "x" * 50_000)])).offers
    assert len(offer.description) == MAX_DESCRIPTION
    assert "\x00" not in offer.description


async def test_a_thousand_tools_are_cut():
    found = await listing([tool(f"t{n}") for n in range(1000)])
    assert len(found.offers) == MAX_TOOLS
    assert f"first {MAX_TOOLS} tools" in found.notes[0]


async def test_pages_are_read_to_the_end_and_no_further_than_is_sane():
    async def page(writer, message):
        at = int((message.get("params") or {}).get("cursor", 0))
        writer.write(result(message, {"tools": [tool(f"t{at}")], "nextCursor": str(at + 1)}))

    async with Liar({"tools/list": page}) as liar:
        assert len((await list_offers(liar.address())).offers) == mcp_listing.MAX_PAGES


OK = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": []}}).encode()


@pytest.mark.parametrize(
    ("method", "reply", "says"),
    [
        ("tools/list", {"tools": "all"}, "not what MCP prescribes"),
        ("tools/list", {}, "not what MCP prescribes"),
        ("tools/list", {"tools": [tool("\ud800")]}, "not what MCP"),
        ("tools/list", {"tools": [tool(description="x" * 10_000_000)]}, "more than 4 MB"),
        ("tools/list", http(b"{"), "not what MCP"),
        ("tools/list", http(b"\xff\xfe\x00"), "not what MCP"),
        ("tools/list", http(b"<html>", kind="text/html"), "not what MCP"),
        ("tools/list", http(b"", status="500 Oops"), "status 500"),
        ("tools/list", http(b"", status="401 Who"), "refuses us"),
        ("tools/list", http(OK, **{"content-encoding": "gzip"}), "compressed"),
        ("tools/list", hang_up, "cannot be reached"),
        ("initialize", http(b"", status="403 No"), "refuses us"),
        (
            "initialize",
            http(b"", status="302 Found", location="http://10.0.0.1/mcp"),
            "redirects to http://10",
        ),
        (
            "initialize",
            http(b"", status="308 P", location="http://evil.test/mcp"),
            "redirects to http://evil",
        ),
        ("initialize", {"protocolVersion": "1"}, "not what MCP prescribes"),
        ("initialize", b"", "answered with an error: Method not found"),
        ("initialize", hang_up, "cannot be reached"),
    ],
)
async def test_a_server_that_talks_nonsense_is_a_sentence(method, reply, says):
    async with Liar({method: reply}) as liar:
        with pytest.raises(ToolProblem, match=says):
            await list_offers(liar.address())


@pytest.mark.parametrize("method", ["server/discover", "initialize", "tools/list"])
async def test_a_server_that_hangs_is_left(method, monkeypatch):
    monkeypatch.setattr(mcp_connection, "OPEN_S", 0.3)
    monkeypatch.setattr(mcp_listing, "TOTAL_S", 0.6)
    async with Liar({method: hang}) as liar:
        with pytest.raises(ToolProblem, match="in time"):
            await list_offers(liar.address())


async def test_a_server_that_lists_drop_by_drop_is_left(monkeypatch):
    monkeypatch.setattr(mcp_listing, "TOTAL_S", 0.6)

    async def dripping(writer, message):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with Liar({"tools/list": dripping}) as liar:
        with pytest.raises(ToolProblem, match="in time"):
            await list_offers(liar.address())


async def test_a_server_that_is_not_there_is_a_sentence():
    async with Liar() as liar:
        gone = liar.address()
    with pytest.raises(ToolProblem, match="cannot be reached"):
        await list_offers(gone)


async def test_an_address_inside_is_judged_where_the_connection_is_made():
    async with Liar() as liar:
        address = liar.address(allowed=lambda address: False)
        with pytest.raises(ToolProblem, match="not on the public internet"):
            await list_offers(address)
    assert not liar.heads


async def test_headers_go_along_and_are_masked_where_they_come_back():
    async def parrot(writer, message):
        error = {"code": 1, "message": liar.heads[-1]}
        writer.write(http(json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}).encode()))

    async with Liar({"tools/list": parrot}) as liar:
        with pytest.raises(ToolProblem) as refused:
            await list_offers(liar.address(headers={"Authorization": "Bearer rose-garden"}))
    assert all("Authorization: Bearer rose-garden" in head for head in liar.heads)
    assert "rose" not in str(refused.value)
    assert "accept-encoding: identity" in liar.heads[0].lower()
