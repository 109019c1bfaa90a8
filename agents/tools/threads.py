"""Threads for what tools wait on or work through away from the event loop.

A few of their own: names that take half a minute to resolve, and pages that take seconds to read, must not
hold up those of the rest of the house.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="tool")


async def in_thread(work: Callable[[], T]) -> T:
    """What the work returns or raises; cancelled, it is no longer waited for, but runs to its end."""
    return await asyncio.get_running_loop().run_in_executor(_threads, work)
