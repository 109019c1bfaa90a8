"""The tasks of a socket: they end with it, and leave nothing behind."""

import asyncio
import inspect

from chat.sockets import PersonSocket


async def nothing() -> None:
    pass


async def test_work_that_its_socket_never_began_is_closed():
    socket = PersonSocket()
    work = nothing()
    task = socket.start("work", work)
    await socket.disconnect(1000)
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert task.cancelled()
    assert inspect.getcoroutinestate(work) == inspect.CORO_CLOSED
    assert not socket._tasks


async def test_a_task_that_is_over_is_forgotten_and_a_later_one_of_its_name_is_not():
    socket = PersonSocket()
    over = socket.start("work", nothing())
    later = socket.start("work", asyncio.sleep(60))
    await over
    await asyncio.sleep(0)
    assert socket._tasks == {"work": later}
    later.cancel()
