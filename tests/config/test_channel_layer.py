"""Pushes in one process: to every member of a group, in order, and to nobody who does not keep up."""

import time

import pytest

from config.channel_layer import InProcessLayer


@pytest.fixture
def layer() -> InProcessLayer:
    return InProcessLayer(capacity=3)


async def test_every_member_of_a_group_gets_each_message_in_order(layer):
    for channel in ("one", "other"):
        await layer.group_add("group", channel)
    for number in range(3):
        await layer.group_send("group", {"type": "told", "number": number})
    for channel in ("one", "other"):
        assert [(await layer.receive(channel))["number"] for _ in range(3)] == [0, 1, 2]


async def test_who_does_not_keep_up_holds_nobody_up(layer):
    for channel in ("quick", "slow"):
        await layer.group_add("group", channel)
    for number in range(5):
        await layer.group_send("group", {"type": "told", "number": number})
        assert (await layer.receive("quick"))["number"] == number
    assert [(await layer.receive("slow"))["number"] for _ in range(3)] == [0, 1, 2]


async def test_who_has_left_gets_nothing(layer):
    await layer.group_add("group", "one")
    await layer.group_discard("group", "one")
    await layer.group_send("group", {"type": "told"})
    assert not layer.channels


async def test_a_member_that_reads_nothing_is_forgotten(layer):
    layer.expiry, layer.LOOK_EVERY = -1, 0
    await layer.group_add("group", "gone")
    await layer.group_send("group", {"type": "told"})
    assert time.time() > layer.channels["gone"]._queue[0][0]
    await layer.group_send("group", {"type": "told"})
    assert not layer.groups["group"]
