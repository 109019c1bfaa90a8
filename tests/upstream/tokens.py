"""A stream of tokens at a rate, cheap enough for hundreds at once: one timer and one write a token."""

import asyncio

from tests.upstream.http import Connection
from tests.upstream.wire import DONE, chunk, usage

WORDS = (
    "## Tea\n\n", "Boil ", "the ", "water, ", "**wait** ", "a ", "minute, ", "then ", "pour. ", "It ",
    "draws ", "for ", "three ", "minutes.\n\n", "- ", "green\n", "- ", "black\n\n",
)  # fmt: skip
HEADERS = {"Content-Type": "text/event-stream"}
BURST = 50


def _framed(part: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(part), part)


CHUNKS = [_framed(chunk(word)) for word in WORDS]
END = _framed(chunk(finish="stop"))


class TokenStream:
    """One answer. A late timer catches up, so the mean rate holds under load."""

    def __init__(self, connection: Connection, tokens: int, rate: float) -> None:
        self._connection = connection
        self._tokens = tokens
        self._rate = rate
        self._sent = 0
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        self._connection.begin(200, HEADERS)
        self._began = self._loop.time()
        self._go()

    def _go(self) -> None:
        if self._connection.closed.is_set():
            return
        due = self._sent + BURST
        if self._rate:
            due = int((self._loop.time() - self._began) * self._rate) + 1
        due = min(due, self._tokens)
        self._connection.write_raw(
            b"".join([CHUNKS[number % len(CHUNKS)] for number in range(self._sent, due)])
        )
        self._sent = due
        if due < self._tokens:
            self._loop.call_at(self._began + due / self._rate if self._rate else 0, self._go)
            return
        last = _framed(usage(prompt=10, completion=self._tokens)) + _framed(DONE)
        self._connection.write_raw(END + last)
        self._connection.finish()
