"""Voice: how soon an answer is heard, whether the loop stays free meanwhile, and what a recording takes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import psutil
from websockets.asyncio.client import connect
from websockets.typing import Origin

from benchmarks.stage import server
from benchmarks.table import Row, median, percentile
from tests.server.process import Parley
from tests.upstream import FakeUpstream, Reply
from tests.upstream.replies import says
from tests.voice.sounds import packed, said, wav
from voice.pcm import HEARD_RATE

SENTENCE = "one two three four five six seven eight nine ten "
ANSWER = "The library is open. It opens at nine in the morning. It closes at six."
TIMES, LISTENERS, SPEAKERS, SECONDS = 20, 2, 2, 15.0


def measure(rounds: int) -> Iterator[Row]:
    soon, memory = zip(*(asyncio.run(_with_services()) for _ in range(rounds)), strict=True)
    first = median(soon) * 1000
    yield Row("end of 5 s of speech to the first spoken byte", "≤ 150 ms", f"{first:.0f} ms", first <= 150)
    lag, idle = zip(*(asyncio.run(_with_our_own()) for _ in range(rounds)), strict=True)
    busy = median(lag) * 1000
    figure = f"{busy:.0f} ms ({median(idle) * 1000:.0f} ms with nothing else to do)"
    yield Row("ping of a socket while two are heard and two read, p99", "< 50 ms", figure, busy < 50)
    extra = median(memory)
    yield Row(
        "memory of a recording of two minutes, with the decoder", "≤ 60 MB", f"{extra:.0f} MB", extra <= 60
    )


async def _with_services() -> tuple[float, float]:
    """Seconds to the first byte, and megabytes; the engines of the service answer at once."""
    async with FakeUpstream() as upstream:
        upstream.keep_requests = False
        upstream.script([says(ANSWER)])
        heard = {"Content-Type": "application/json"}
        upstream.heard = [Reply([json.dumps({"text": "When is it open?"}).encode()], headers=heard)]
        upstream.spoken = [Reply([bytes(48_000)], headers={"Content-Type": "audio/pcm"})]
        async with _place(OPENAI_BASE_URL=upstream.base_url) as (parley, client, session):
            recording = packed("webm", _of_seconds(5))
            await _until_heard(client, session, recording)  # what is loaded at first use is there from now on
            soon = [await _until_heard(client, session, recording) for _ in range(TIMES)]
            return median(soon), await _memory_of(parley, client, session)


async def _with_our_own() -> tuple[float, float]:
    """The 99th percentile of a ping's seconds, busy and idle, with the engines of this machine."""
    async with _place(OFFLINE_DELAY="0") as (parley, client, session):
        recording = packed("webm", _of_seconds(5))
        await _say(client, session, recording)  # the children are there from now on
        idle = await _pings(parley, 3)
        work = [_again(client, session, recording) for _ in range(SPEAKERS)]
        work += [_read_again(client, session) for _ in range(LISTENERS)]
        tasks = [asyncio.create_task(one) for one in work]
        busy = await _pings(parley, SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return percentile(busy, 0.99), percentile(idle, 0.99)


@asynccontextmanager
async def _place(**settings: str) -> AsyncIterator[tuple[Parley, httpx2.AsyncClient, str]]:
    with server(API_RATE="0", SEND_RATE="0", SOCKET_RATE="1000", SOCKET_BURST="1000", **settings) as parley:
        async with httpx2.AsyncClient(base_url=parley.url, timeout=120) as client:
            agent = (await client.get("/api/agents")).json()["agents"][0]["id"]
            session = (await client.post(f"/api/agents/{agent}/sessions", json={})).json()["id"]
            yield parley, client, session


async def _say(client: httpx2.AsyncClient, session: str, recording: bytes) -> dict[str, Any]:
    answer = await client.post(f"/api/conversations/{session}/voice", files={"audio": recording})
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _until_heard(client: httpx2.AsyncClient, session: str, recording: bytes) -> float:
    began = time.perf_counter()
    told = await _say(client, session, recording)
    async with client.stream("GET", f"/api/messages/{told['answer_id']}/speech") as sound:
        assert sound.status_code == 200, sound.status_code
        took = [time.perf_counter() - began async for _piece in sound.aiter_raw()]
    return took[0]


async def _again(client: httpx2.AsyncClient, session: str, recording: bytes) -> None:
    while True:
        await client.post(f"/api/conversations/{session}/voice", files={"audio": recording})


async def _read_again(client: httpx2.AsyncClient, session: str) -> None:
    """Another text each time: what was read is kept."""
    while True:
        said_now = await client.post(f"/api/conversations/{session}/messages", json={"content": ANSWER * 5})
        await client.get(f"/api/messages/{said_now.json()['id']}/speech")


async def _pings(parley: Parley, seconds: float) -> list[float]:
    took: list[float] = []
    address = parley.url.replace("http", "ws", 1) + "/ws"
    async with connect(address, origin=Origin(parley.url)) as socket:
        await socket.recv()
        until = time.perf_counter() + seconds
        while (began := time.perf_counter()) < until:
            await socket.send('{"type": "ping"}')
            while json.loads(await socket.recv())["type"] != "pong":
                pass
            took.append(time.perf_counter() - began)
            await asyncio.sleep(0.01)
    return took


async def _memory_of(parley: Parley, client: httpx2.AsyncClient, session: str) -> float:
    recording = packed("webm", _of_seconds(119))
    before, most = _resident(parley), 0.0
    saying = asyncio.create_task(_say(client, session, recording))
    while not saying.done():
        most = max(most, _resident(parley))
        await asyncio.sleep(0.005)
    await saying
    return most - before


def _resident(parley: Parley) -> float:
    """Megabytes of the server and its children, what they share counted once for each."""
    one = psutil.Process(parley.pid)
    total = 0
    for process in (one, *one.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def _of_seconds(seconds: int) -> bytes:
    """Speech of that length, as a WAV file at the rate of recognition."""
    spoken = said(SENTENCE)
    rate = int.from_bytes(spoken[24:28], "little")
    pcm = spoken[44:]
    wanted = seconds * rate * 2
    return wav((pcm * (wanted // len(pcm) + 1))[:wanted], rate or HEARD_RATE)
