"""The reference server of the MCP project, from npm: listed and called over both of its ways."""

import pytest

from agents.tools.base import CallContext
from agents.tools.mcp_address import McpAddress
from agents.tools.mcp_listing import list_offers
from agents.tools.mcp_tool import McpSessions, McpTool
from tests.mcp_servers.programs import EVERYTHING, everything_by_http, needs_npm

pytest.importorskip("mcp", reason="requirements-mcp.txt is not installed")
pytestmark = [needs_npm, pytest.mark.usefixtures("sessions_end")]


@pytest.fixture(params=["http", "stdio"])
def everything(request):
    if request.param == "stdio":
        yield McpAddress("all", command=(str(EVERYTHING), "stdio"))
    else:
        with everything_by_http() as url:
            yield McpAddress("all", url=url, allowed=lambda address: address == "127.0.0.1")


async def test_its_tools_are_listed_and_answer(everything):
    listing = await list_offers(everything)
    offers = {offer.name: offer for offer in listing.offers}
    assert {"all__echo", "all__get-sum", "all__get-tiny-image"} <= offers.keys()
    assert offers["all__echo"].reads_only
    assert "as a task of its own" in " ".join(listing.notes)

    sessions = McpSessions()

    async def call(name, **arguments):
        return await McpTool(offers[name], everything, sessions).call(arguments, CallContext())

    assert await call("all__echo", message="tea") == "Echo: tea"
    assert await call("all__get-sum", a=2, b=3) == "The sum of 2 and 3 is 5."
    assert "[image, image/png" in await call("all__get-tiny-image")
    assert "temperature" in await call("all__get-structured-content", location="New York")
    await sessions.aclose()
