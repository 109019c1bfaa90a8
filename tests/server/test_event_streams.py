"""A run as a stream of events: whole, in order, from any event on, whatever happens to reader or server."""

import asyncio
import random
import socket
import time
from contextlib import suppress
from typing import Any

import httpx2
import psutil
import pytest

from tests.server.conftest import Serve
from tests.server.event_stream import EventStream, log_of, question_in, stream_path
from tests.server.visitor import Visitor
from tests.server.watching import answer_to, settled, until
from tests.upstream import HANG, FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk

QUESTION = "Draft a proposal for a library in our village"
PATIENCE = 45.0


async def asked(visitor: Visitor, question: str = QUESTION) -> tuple[str, str, str]:
    """A new question: its conversation, its id, and the address of its stream."""
    conversation = await visitor.start(question)
    message = await question_in(visitor, conversation)
    return conversation, message, stream_path(conversation, message)


async def read_on(url: str, path: str, seen: list[dict[str, Any]], most: int = 10**9) -> bool:
    """Reads more events onto ``seen``, from the last one there. True once there is nothing more to come."""
    async with EventStream(url, path, last_id=seen[-1]["id"] if seen else "") as stream:
        if stream.status == httpx2.codes.NO_CONTENT:
            return True
        assert stream.status == httpx2.codes.OK
        if most <= 0:
            return False
        async for event in stream.events():
            seen.append(event)
            most -= 1
            if most <= 0:
                return False
    return bool(seen) and seen[-1]["type"] == "end"


async def test_an_answer_is_streamed_as_it_is_written_and_the_stream_closes_after_its_end(
    serve: Serve,
) -> None:
    parley = serve(OFFLINE_DELAY="0.02")
    async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
        conversation, message, path = await asked(visitor)
        moments, frames = [], []
        async with EventStream(parley.url, path) as stream:
            assert stream.status == httpx2.codes.OK
            assert stream.headers["content-type"] == "text/event-stream"
            assert stream.headers["cache-control"] == "no-store"
            assert stream.headers["x-accel-buffering"] == "no"
            assert "content-encoding" not in stream.headers
            async for frame in stream.frames():
                frames.append(frame)
                moments.append(time.monotonic())
        assert [frame.data for frame in frames] == await log_of(visitor, message)
        assert all(frame.fields["id"] == frame.data["id"] for frame in frames)
        assert all(frame.fields["event"] == frame.data["type"] for frame in frames)
        assert (frames[0].data["type"], frames[-1].data["type"]) == ("start", "end")
        assert moments[-1] - moments[0] > 0.3  # not all at once
        written = "".join(frame.data.get("md", "") for frame in frames)
        assert written == await answer_to(visitor, conversation)


async def test_flat_events_have_no_name(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0")
    async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
        _conversation, message, path = await asked(visitor)
        async with EventStream(parley.url, f"{path}?flat=1") as stream:
            frames = [frame async for frame in stream.frames()]
        assert [frame.data for frame in frames] == await log_of(visitor, message)
        assert all(set(frame.fields) <= {"id", "data", "retry"} for frame in frames)


async def test_from_every_event_on_come_exactly_the_later_ones(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.01")
    async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
        conversation, message, path = await asked(visitor)
        await answer_to(visitor, conversation)
        log = await log_of(visitor, message)
        assert len(log) > 10
        for place, event in enumerate(log[:-1], start=1):
            later: list[dict[str, Any]] = [event]
            assert await read_on(parley.url, path, later)
            assert later[1:] == log[place:]
            async with EventStream(parley.url, f"{path}?since={event['id']}") as stream:
                assert [one async for one in stream.events()] == log[place:]
        async with EventStream(parley.url, f"{path}?since={log[0]['id']}", last_id=log[-1]["id"]) as stream:
            assert stream.status == httpx2.codes.NO_CONTENT  # the header is newer than the address


@pytest.mark.parametrize("seed", range(2))
async def test_a_hundred_lost_connections_leave_no_gap_and_no_repetition(serve: Serve, seed: int) -> None:
    moments = random.Random(seed)
    parley = serve(OFFLINE_DELAY="0.02")

    async def keep_losing(message: str, path: str, losses: int) -> None:
        seen: list[dict[str, Any]] = []
        for _ in range(losses):
            with suppress(TimeoutError):
                async with asyncio.timeout(moments.uniform(0, 0.1)):
                    await read_on(parley.url, path, seen, most=moments.randrange(6))
        while not await read_on(parley.url, path, seen):
            pass
        assert seen == await log_of(visitor, message)

    async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
        readers = []
        for _ in range(4):
            _conversation, message, path = await asked(visitor)
            readers.append(keep_losing(message, path, losses=25))
        await asyncio.gather(*readers)


@pytest.mark.parametrize("seed", range(2))
async def test_a_killed_server_goes_on_where_the_reader_was(serve: Serve, seed: int) -> None:
    moments = random.Random(seed)
    parley = serve(OFFLINE_DELAY="0.02")
    async with Visitor(parley.url) as visitor, asyncio.timeout(2 * PATIENCE):
        _conversation, message, path = await asked(visitor)
        seen: list[dict[str, Any]] = []
        await read_on(parley.url, path, seen, most=moments.randrange(1, 12))
        reading = asyncio.create_task(read_on(parley.url, path, seen))
        await asyncio.sleep(moments.uniform(0, 0.3))
        parley.kill()
        with suppress(asyncio.IncompleteReadError, OSError):
            await reading
        await asyncio.to_thread(parley.start)
        while not await read_on(parley.url, path, seen):
            pass
        assert seen == await log_of(visitor, message)
        assert [event["type"] for event in seen].count("start") == 1


async def test_a_question_that_waits_is_waited_with(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.03")
    async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
        conversation, first, first_path = await asked(visitor)
        await visitor.send(conversation, "And a second one")
        second = await question_in(visitor, conversation)
        assert second != first
        began: dict[str, float] = {}

        async def read(path: str, name: str) -> None:
            seen: list[dict[str, Any]] = []
            await read_on(parley.url, path, seen, most=1)
            began[name] = time.monotonic()
            await read_on(parley.url, path, seen)
            began[f"{name} ended"] = time.monotonic()

        await asyncio.gather(read(first_path, "first"), read(stream_path(conversation, second), "second"))
        assert began["first"] < began["second"]
        assert began["first ended"] < began["second ended"]


async def test_a_cancelled_answer_ends_on_its_stream(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        upstream.script([Reply([chunk("Once upon "), HANG])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url)
        async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
            conversation, message, path = await asked(visitor)
            seen: list[dict[str, Any]] = []
            reading = asyncio.create_task(read_on(parley.url, path, seen))
            while "content" not in [event["type"] for event in seen]:
                await asyncio.sleep(0.02)
            before = time.monotonic()
            answer = await visitor.post(f"/api/chats/{conversation}/messages/{message}/cancel")
            assert answer.status_code == httpx2.codes.ACCEPTED
            await reading
            assert time.monotonic() - before < 5
            assert (seen[-1]["type"], seen[-1]["status"]) == ("end", "cancelled")


async def test_a_deleted_conversation_ends_its_streams(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        upstream.script([Reply([chunk("Once upon "), HANG])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url)
        async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
            conversation, _message, path = await asked(visitor)
            seen: list[dict[str, Any]] = []
            reading = asyncio.create_task(read_on(parley.url, path, seen))
            while len(seen) < 2:
                await asyncio.sleep(0.02)
            before = time.monotonic()
            await visitor.post(f"/chat/{conversation}/delete/")
            await reading
            assert time.monotonic() - before < 5 + 1


async def test_open_streams_do_not_hold_up_the_end(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        upstream.script([Reply([chunk("Once upon "), HANG])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url)
        async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
            _conversation, _message, path = await asked(visitor)
            readings = [asyncio.create_task(read_on(parley.url, path, [])) for _ in range(20)]
            await asyncio.sleep(0.5)
            before = time.monotonic()
            assert await asyncio.to_thread(parley.stop) == 0
            assert time.monotonic() - before < 5
            await asyncio.gather(*readings, return_exceptions=True)


async def test_streams_that_wait_hold_no_threads_and_no_page_waits_for_them(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        upstream.script([Reply([chunk("Once upon "), HANG])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url)
        process = psutil.Process(parley.pid)
        async with Visitor(parley.url) as visitor, asyncio.timeout(PATIENCE):
            conversation, _message, path = await asked(visitor)
            await asyncio.gather(*(visitor.page(conversation) for _ in range(8)))
            before = process.num_threads()
            counts = [0] * 60
            readings = [
                asyncio.create_task(count_events(parley.url, path, counts, place)) for place in range(60)
            ]
            while min(counts) < 2:
                await asyncio.sleep(0.05)
            await visitor.page(conversation)
            assert process.num_threads() <= before + 8
            for reading in readings:
                reading.cancel()
            await asyncio.gather(*readings, return_exceptions=True)


async def count_events(url: str, path: str, counts: list[int], place: int) -> None:
    async with EventStream(url, path) as stream:
        async for _event in stream.events():
            counts[place] += 1


async def test_a_reader_that_does_not_read_costs_little_and_misses_nothing(serve: Serve) -> None:
    text = "words " * 2000
    async with FakeUpstream() as upstream:
        upstream.script([Reply([*[chunk(text)] * 600, chunk(finish="stop"), DONE])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url)
        async with Visitor(parley.url) as visitor, asyncio.timeout(2 * PATIENCE):
            conversation, message, path = await asked(visitor)
            await until(visitor, conversation, settled, patience=PATIENCE, pause=1)
            log = await log_of(visitor, message)
            process = psutil.Process(parley.pid)
            slow = [_deaf_reader(parley.port, path) for _ in range(20)]
            before = process.memory_info().rss
            await asyncio.sleep(2)
            whole: list[dict[str, Any]] = []
            assert await read_on(parley.url, path, whole)  # others are not kept waiting
            assert whole == log
            grown = process.memory_info().rss - before
            assert grown < 20 * 7_200_000, "each of them has the whole log in memory"
            received = await asyncio.to_thread(_read_all, slow[0])
            assert received.count(b"\nid: ") == len(log)
            for one in slow:
                one.close()


def _deaf_reader(port: int, path: str) -> socket.socket:
    """Asks for a stream and reads nothing of it."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", port))
    deaf.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return deaf


def _read_all(reader: socket.socket) -> bytes:
    reader.settimeout(30)
    received = bytearray()
    while not received.endswith(b"0\r\n\r\n"):
        received += reader.recv(2**16)
    return bytes(received)
