"""Looking at a server: one look at a time, and nothing stored by whoever comes second."""

import asyncio
from ipaddress import ip_network

import pytest

from agents.mcp_looks import look_at
from agents.models import McpServer
from tests.agents.tools.mcp_liar import Liar, result, tool

pytest.importorskip("mcp", reason="requirements-mcp.txt is not installed")


@pytest.mark.django_db(transaction=True)
async def test_two_who_look_at_once_make_one_look(settings):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    may_go_on = asyncio.Event()

    async def slow(writer, message):
        await may_go_on.wait()
        writer.write(result(message, {"tools": [tool("late")]}))

    async with Liar({"tools/list": slow}) as liar:
        row = await McpServer.objects.acreate(name="Liar", slug="liar", address=liar.address().url)
        first = asyncio.create_task(look_at(row))
        async with asyncio.timeout(10):
            while "tools/list" not in liar.methods():
                await asyncio.sleep(0.01)
        assert "being looked at already" in await look_at(row)
        await row.arefresh_from_db()
        assert (row.problem, row.checked_at) == ("", None)
        may_go_on.set()
        assert await first == ""
    await row.arefresh_from_db()
    assert [offer["name"] for offer in row.tools] == ["liar__late"]
    assert liar.methods().count("tools/list") == 1
