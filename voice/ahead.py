"""Sound in order, each piece begun while the one before it is still being taken."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from agents.engine.pump import Pump

#: How many are being made beside the one that is being taken.
AHEAD = 1

Sound = AsyncGenerator[bytes, None]
Take = Callable[[bytes], Awaitable[None]]


async def in_order(sounds: AsyncGenerator[Sound, None], take: Take) -> None:
    """Gives ``take`` all of the sound. Raises at once what any of it raises, and then all are closed.

    The first is not held up by the second, which is ready when it is its turn: the time that an engine needs
    for a sentence passes while the one before it is taken. What there is to say is asked for as it comes,
    however far the saying is behind: who is told there that all is over need not wait.
    """
    waiting: asyncio.Queue[Sound | None] = asyncio.Queue()
    begun: asyncio.Queue[Pump[bytes] | None] = asyncio.Queue()
    room = asyncio.Semaphore(1 + AHEAD)

    async def ask() -> None:
        async with aclosing(sounds):
            async for sound in sounds:
                waiting.put_nowait(sound)
        waiting.put_nowait(None)

    async def begin() -> None:
        while (sound := await waiting.get()) is not None:
            await room.acquire()
            begun.put_nowait(await Pump(sound).__aenter__())
        begun.put_nowait(None)

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(ask())
            tasks.create_task(begin())
            while (sound := await begun.get()) is not None:
                await _take_all(sound, take)
                room.release()
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    finally:
        while not begun.empty():
            if (left := begun.get_nowait()) is not None:
                await left.__aexit__(None, None, None)


async def _take_all(sound: Pump[bytes], take: Take) -> None:
    try:
        while not sound.over:
            await sound.wait()
            await take(b"".join(sound.take()))
        sound.check()
    finally:
        await sound.__aexit__(None, None, None)
