"""What programs at their sockets cost while nothing happens."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Iterator

from benchmarks.stage import cpu_seconds, resident_megabytes, server
from benchmarks.table import Row
from tests.server.process import Parley

SOCKETS = 2000
#: Opened at a time: as many as arrive in the moment a server has come back.
AT_ONCE = 50
#: Seconds in which the idle ones are watched.
WATCHED = 20.0
KEY = b64encode(b"0123456789abcdef").decode()


def measure(rounds: int) -> Iterator[Row]:
    with server(MAX_SOCKETS=str(SOCKETS + AT_ONCE)) as parley:
        asyncio.run(_opened(parley, AT_ONCE))  # what the first of all sockets make the server load
        idle = resident_megabytes([parley.pid])
        grown, busy, seconds = asyncio.run(_watched(parley, idle))
    yield Row(f"memory of {SOCKETS:,} idle sockets", "≤ 150 MB", f"{grown:.0f} MB", grown <= 150)
    yield Row(f"{SOCKETS:,} idle sockets: CPU", "< 1 %", f"{busy:.1f} %", busy < 1)
    yield Row(f"{SOCKETS:,} sockets opened", "", f"{SOCKETS / seconds:,.0f} a second")


async def _watched(parley: Parley, idle: float) -> tuple[float, float, float]:
    """Megabytes more, per cent of a CPU, and seconds until all were open."""
    began = time.monotonic()
    writers = await _open(parley, SOCKETS)
    seconds = time.monotonic() - began
    await asyncio.sleep(2)
    grown, before = resident_megabytes([parley.pid]) - idle, cpu_seconds([parley.pid])
    await asyncio.sleep(WATCHED)
    busy = (cpu_seconds([parley.pid]) - before) / WATCHED * 100
    _close(writers)
    return grown, busy, seconds


async def _opened(parley: Parley, number: int) -> None:
    _close(await _open(parley, number))


async def _open(parley: Parley, number: int) -> list[asyncio.StreamWriter]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> asyncio.StreamWriter:
        async with room:
            reader, writer = await asyncio.open_connection("127.0.0.1", parley.port)
            writer.write(
                f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{parley.port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode()
            )
            await reader.readuntil(b"connection_id")
            return writer

    return await asyncio.gather(*(one() for _ in range(number)))


def _close(writers: list[asyncio.StreamWriter]) -> None:
    for writer in writers:
        writer.transport.abort()
