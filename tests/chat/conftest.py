"""A conversation of Alice's with her agent, and somebody who answers."""

import pytest

from chat.services.conversations import start_conversation
from tests.house import forget_jobs, open_house


@pytest.fixture
def conversation(alice, agent):
    return start_conversation(actor=alice, agent=agent)


@pytest.fixture
async def house():
    await forget_jobs()
    async with open_house():
        yield
