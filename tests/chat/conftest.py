"""A conversation of Alice's with her agent."""

import pytest

from chat.services.conversations import start_conversation


@pytest.fixture
def conversation(alice, agent):
    return start_conversation(actor=alice, agent=agent)
