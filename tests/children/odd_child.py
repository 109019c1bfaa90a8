"""A child that does what it is told, for tests of those who tell it."""

import os
import signal
import socket
import time
from typing import Any

from children.life import Bounds, live, say_so_far
from children.wire import Message

MEMORY = 256 * 1024 * 1024


def answer(question: dict[str, Any], body: bytes) -> Message:  # noqa: C901 (one case for each thing)
    match question["do"]:
        case "echo":
            return {"pid": os.getpid(), "keys": sorted(os.environ), "nice": os.nice(0)}, body
        case "print":
            print("words between the messages", flush=True)  # noqa: T201 (what a library might do)
            return {}, b""
        case "count":
            return _counted(body)
        case "ramble":
            return {"words": "word " * 100_000}, b""
        case "open":
            return {"file": _refused(lambda: open(__file__)), "socket": _refused(socket.socket)}, b""
        case "hoard":
            return {}, bytes(2 * MEMORY)
        case "hang":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
    raise ValueError("as told")


def _counted(body: bytes) -> Message:
    for number in range(3):
        say_so_far(number)
    return {"counted": True}, body


def _refused(opening: Any) -> bool:
    try:
        opening().close()
    except OSError:
        return True
    return False


if __name__ == "__main__":
    live(answer, Bounds(memory=MEMORY, cpu=0, nice=3, closed=True))
