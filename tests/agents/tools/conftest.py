import asyncio

import pytest

from agents.tools import mcp_connection


@pytest.fixture
async def sessions_end():
    """Nothing is left of a session when its test is over; a program that was started has a few seconds."""
    yield
    async with asyncio.timeout(15):
        while mcp_connection.holding:
            await asyncio.sleep(0.01)
