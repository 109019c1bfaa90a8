"""Alice has a webhook at an address of ours, which says what it was sent."""

from collections.abc import AsyncIterator

import pytest

from tests.webhooks.receiver import Receiver
from webhooks import listeners
from webhooks.models import EventType
from webhooks.services.webhooks import create_webhook


@pytest.fixture(autouse=True)
def _looked_at_each_time(monkeypatch, settings):
    """Nobody delivers in a test's process, so each event looks for itself; loopback may be told."""
    monkeypatch.setattr(listeners, "_looked_at", float("-inf"))
    monkeypatch.setattr(listeners, "FRESH", -1.0)


@pytest.fixture
def loopback(settings):
    from ipaddress import ip_network

    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
def hook(alice):
    webhook, _secret = create_webhook(
        actor=alice, url="https://hooks.example.org/parley", events=EventType.values
    )
    return webhook
