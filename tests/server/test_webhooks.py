"""Webhooks of a real server that dies: what was accepted arrives all the same, under the same id."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.server.process import Parley
from tests.server.visitor import Visitor
from tests.webhooks.receiver import Receiver


@pytest.fixture
def parley(tmp_path: Path) -> Iterator[Parley]:
    parley = Parley(tmp_path / "data", TOOL_NETWORKS="127.0.0.0/8")
    yield parley.start()
    parley.kill()


async def test_a_delivery_outlives_the_server(parley: Parley) -> None:
    async with httpx2.AsyncClient(base_url=parley.url) as client:
        async with Receiver() as receiver:
            port = receiver.port  # nobody serves it once this is closed
        made = await client.post("/api/webhooks", json={"url": receiver.url, "events": ["run.failed"]})
        place = f"/api/webhooks/{made.json()['id']}"
        sent = (await client.post(f"{place}/test")).json()
        async with asyncio.timeout(20):
            while (await deliveries(client, place))[0]["problem"] == "":
                await asyncio.sleep(0.05)
        await asyncio.to_thread(parley.kill)
        await asyncio.to_thread(parley.start)
        async with Receiver(port=port) as receiver:
            came = await receiver.next(patience=30)
            assert came.headers["webhook-id"] == sent["id"]
            async with asyncio.timeout(20):
                while (await deliveries(client, place))[0]["delivered_at"] is None:
                    await asyncio.sleep(0.05)
        assert receiver.received.empty()


async def deliveries(client: httpx2.AsyncClient, place: str) -> list[dict[str, object]]:
    return (await client.get(f"{place}/deliveries")).json()["deliveries"]


async def test_a_message_is_told_while_its_server_answers(parley: Parley) -> None:
    async with httpx2.AsyncClient(base_url=parley.url) as client, Receiver() as receiver:
        events = ["message.created", "message.completed"]
        await client.post("/api/webhooks", json={"url": receiver.url, "events": events})
        async with Visitor(parley.url) as visitor:
            await visitor.start("What is rain?")
        told = sorted([(await receiver.next()).body, (await receiver.next()).body])
        assert b'"type":"message.completed"' in told[0]
        assert b'"type":"message.created"' in told[1]
