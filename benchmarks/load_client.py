"""The load client: conversations with a socket each, all asked at once. A process of its own.

``python -m benchmarks.load_client <server> <upstream> --streams 50`` starts its conversations, which is a
first round, and says ``ready``. For each line on its standard input, which is the number of seconds between
the first question and the last, it then asks once in every conversation, and prints one line of JSON when
all have answered. For the line ``direct`` it asks the upstream itself.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.server.visitor import Visitor

ARTICLE = re.compile(r"<article[^>]*message--assistant[^>]*>")
MESSAGE_ID = re.compile(r'id="message-([0-9a-f-]{36})"')
LIVE = re.compile(r'data-status="(?:pending|processing)"')
#: Seconds after which an answer that has not ended counts as lost.
PATIENCE = 120.0
DIRECT_BODY = {"model": "bench", "stream": True, "messages": [{"role": "user", "content": "Say something"}]}


@dataclass
class Stream:
    """One conversation with its open page. ``frames`` are those of the present round, each with its time."""

    conversation: str
    socket: ClientConnection
    settled: set[str] = field(default_factory=set)
    frames: list[tuple[float, str]] = field(default_factory=list)

    async def until_answered(self) -> str:
        """Takes frames until an answer that was not there before has ended; its id."""
        while True:
            frame = str(await self.socket.recv())
            self.frames.append((time.perf_counter(), frame))
            for article in ARTICLE.findall(frame):
                found = MESSAGE_ID.search(article)
                if found and not LIVE.search(article) and found[1] not in self.settled:
                    self.settled.add(found[1])
                    return found[1]

    async def ask(self, visitor: Visitor) -> dict[str, Any] | None:
        """One question and its whole answer; None if it did not come. Times in seconds."""
        self.frames = []
        asked = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                sending = asyncio.create_task(self._send(visitor))
                answer = await self.until_answered()
                await sending
        except (TimeoutError, httpx2.HTTPError, ConnectionClosed):
            return None
        first, last = self._moments(answer)
        return {
            "asked": asked,
            "first": first,
            "last": last,
            "ended": self.frames[-1][0],
            "bytes": sum(len(frame.encode()) for _, frame in self.frames),
            "frames": len(self.frames),
        }

    async def _send(self, visitor: Visitor) -> None:
        """As a browser does, again where the server closed a connection that was idle; it is one send."""
        client_id = str(uuid4())
        try:
            response = await visitor.send(self.conversation, "Say something", client_id)
        except httpx2.ReadError:
            response = await visitor.send(self.conversation, "Say something", client_id)
        response.raise_for_status()

    def _moments(self, answer: str) -> tuple[float, float]:
        """When the first and the last piece of the answer's text came."""
        piece = re.compile(
            rf'hx-target="#message-{answer}-(?:text|tail)|id="message-{answer}-(?:text|tail)"[^>]*>\s*<(?!/)'
        )
        moments = [at for at, frame in self.frames if piece.search(frame)]
        return moments[0], moments[-1] if len(moments) == 1 else moments[-2]


async def direct(client: httpx2.AsyncClient, upstream: str) -> tuple[float, int]:
    """Asks the model server itself: seconds to the first token, and tokens in all."""
    asked = time.perf_counter()
    first, tokens = 0.0, 0
    async with client.stream("POST", f"{upstream}/chat/completions", json=DIRECT_BODY) as response:
        async for chunk in response.aiter_raw():
            first = first or time.perf_counter() - asked
            tokens += chunk.count(b'"content"')
    return first, tokens


async def measure_direct(upstream: str, streams: int) -> dict[str, float]:
    """The same number of streams without Parley: what client and upstream can do by themselves."""
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(timeout=PATIENCE, limits=limits) as client:
        await direct(client, upstream)  # the connection is there already for ours, too
        began = time.perf_counter()
        results = await asyncio.gather(*(direct(client, upstream) for _ in range(streams)))
        seconds = time.perf_counter() - began
    firsts = sorted(first for first, _ in results)
    return {"first": firsts[len(firsts) // 2], "tokens_per_s": sum(tokens for _, tokens in results) / seconds}


async def open_streams(visitor: Visitor, number: int) -> list[Stream]:
    """Starts the conversations, ten at a time, and waits for their first answers."""
    gate = asyncio.Semaphore(10)

    async def open_one() -> Stream:
        async with gate:
            conversation = await visitor.start("Say something")
            cursor = (await visitor.page(conversation)).cursor
            socket = await visitor.socket(conversation, cursor)
        stream = Stream(conversation, socket)
        await stream.until_answered()
        return stream

    return list(await asyncio.gather(*(open_one() for _ in range(number))))


async def one_round(visitor: Visitor, streams: list[Stream], spread: float) -> dict[str, Any]:
    """Every conversation asks once, the last of them ``spread`` seconds after the first."""

    async def in_turn(number: int, stream: Stream) -> dict[str, Any] | None:
        await asyncio.sleep(spread * number / len(streams))
        return await stream.ask(visitor)

    worked, began = time.process_time(), time.perf_counter()
    answers = await asyncio.gather(*(in_turn(number, stream) for number, stream in enumerate(streams)))
    busy = (time.process_time() - worked) / (time.perf_counter() - began)
    return {"began": began, "busy": busy, "answers": [answer for answer in answers if answer]}


async def run(options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    async with _somebody(options) as visitor:
        streams = await open_streams(visitor, options.streams)
        _say({"ready": True})
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if line.strip() == "direct":
                _say(await measure_direct(options.upstream, options.streams))
            else:
                _say(await one_round(visitor, streams, float(line)))
        for stream in streams:
            await stream.socket.close()


def _somebody(options: argparse.Namespace) -> Visitor:
    if not options.sign_in:
        return Visitor(options.server)
    from tests.chaos.installation import Person  # needs what several processes need

    return Person(options.server)


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load_client", description=__doc__)
    parser.add_argument("server")
    parser.add_argument("upstream")
    parser.add_argument("--sign-in", action="store_true", help="as the person of tests/chaos")
    parser.add_argument("--streams", type=int, default=1)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
