"""A channel layer that fails or hangs delays nobody for long, and is joined again when it is back."""

import asyncio

import pytest
from channels.layers import get_channel_layer

from agents import pushes
from agents.pushes import Listener, push


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(pushes, "PATIENCE", 0.1)
    monkeypatch.setattr(pushes, "PAUSE", 0.2)


async def hang(*_arguments):
    await asyncio.Event().wait()


async def fail(*_arguments):
    raise OSError("the channel layer is away")


@pytest.mark.parametrize("trouble", [hang, fail])
async def test_one_push_is_lost_and_then_none_is_tried_for_a_while(quick, monkeypatch, trouble):
    tried = []

    async def group_send(*arguments):
        tried.append(arguments)
        await trouble()

    monkeypatch.setattr(get_channel_layer(), "group_send", group_send)
    async with asyncio.timeout(5):
        for _ in range(100):
            await push("group", {"type": "told"})
        assert len(tried) == 1
        while len(tried) == 1:
            await push("group", {"type": "told"})
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("trouble", [hang, fail])
async def test_who_could_not_join_hears_nothing_and_joins_later(quick, monkeypatch, trouble):
    with monkeypatch.context() as away:
        away.setattr(get_channel_layer(), "group_add", trouble)
        async with asyncio.timeout(5), Listener("group") as listener:
            assert await listener.next(5) is None
            away.undo()
            assert await listener.next(5) is None
            await push("group", {"type": "told"})
            assert await listener.next(5) == {"type": "told"}


async def test_a_layer_that_hangs_does_not_hold_up_who_leaves(quick, monkeypatch):
    async with asyncio.timeout(5):
        async with Listener("group"):
            monkeypatch.setattr(get_channel_layer(), "group_discard", hang)
