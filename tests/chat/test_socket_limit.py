"""How many sockets one account may have open."""

import pytest

from tests.chat.sockets import close_code, opened, socket_of

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, PROGRAM = "/ws/page/", "/ws"


@pytest.mark.parametrize("path", [PAGE, PROGRAM])
async def test_one_too_many_is_closed_and_there_is_room_when_one_leaves(alices, settings, path):
    settings.MAX_SOCKETS = 2
    first, second = await opened(alices, PAGE), await opened(alices, PROGRAM)
    assert await close_code(await opened(alices, path)) == 4429
    await first.disconnect()
    third = await opened(alices, PROGRAM)
    assert (await third.receive_output(10))["type"] == "websocket.send"
    for socket in (second, third):
        await socket.disconnect()


async def test_the_sockets_of_one_are_not_in_the_way_of_another(alices, bobs, settings):
    settings.MAX_SOCKETS = 1
    hers, his = await opened(alices, PROGRAM), await opened(bobs, PROGRAM)
    for socket in (hers, his):
        assert (await socket.receive_output(10))["type"] == "websocket.send"
        await socket.disconnect()


async def test_a_refused_one_takes_no_place(alices, settings):
    settings.MAX_SOCKETS = 1
    refused = socket_of(alices, PAGE, origin=b"http://elsewhere.example")
    await refused.connect()
    await refused.disconnect()
    hers = await opened(alices, PROGRAM)
    assert (await hers.receive_output(10))["type"] == "websocket.send"
    await hers.disconnect()
