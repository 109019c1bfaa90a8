"""One recording after the other, and nobody's many before another's one."""

import asyncio
from uuid import uuid4

import pytest

from voice.errors import Unavailable
from voice.speech import offline
from voice.speech.base import Heard
from voice.speech.turns import Turns

ANN, BEN, CLEO = uuid4(), uuid4(), uuid4()


class Ears:
    """In the place of the child: understands one recording, its own bytes, whenever it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.done: asyncio.Queue[None] = asyncio.Queue()

    async def ask(self, _question, pcm: bytes, *, seconds: float):
        assert seconds
        self.asked.append(pcm.decode())
        await self.done.get()
        return {"text": pcm.decode()}, b""


@pytest.fixture
def ears(monkeypatch) -> Ears:
    ears = Ears()
    monkeypatch.setattr(offline, "_ears", ears)
    return ears


async def said(person, words: str) -> "asyncio.Task[str]":
    """Waits for its turn, or has it."""
    heard = Heard(original=b"", kind="wav", pcm=words.encode(), person_id=person)
    task = asyncio.create_task(offline.OfflineRecogniser().transcribe(heard))
    await asyncio.sleep(0)
    return task


async def test_who_says_much_waits_behind_everybody_else(ears):
    tasks = [await said(ANN, f"ann {number}") for number in range(3)]
    tasks += [await said(BEN, "ben 0"), await said(CLEO, "cleo 0"), await said(BEN, "ben 1")]
    for _ in tasks:
        ears.done.put_nowait(None)
    assert await asyncio.gather(*tasks) == ["ann 0", "ann 1", "ann 2", "ben 0", "cleo 0", "ben 1"]
    assert ears.asked == ["ann 0", "ben 0", "cleo 0", "ann 1", "ben 1", "ann 2"]


async def test_one_at_a_time(ears):
    first, second = await said(ANN, "ann"), await said(BEN, "ben")
    assert ears.asked == ["ann"]
    ears.done.put_nowait(None)
    assert await first == "ann"
    ears.done.put_nowait(None)
    assert await second == "ben"
    ears.done.put_nowait(None)
    assert await (await said(CLEO, "cleo")) == "cleo"


async def test_too_many_are_told_when_to_come_again(ears):
    tasks = [await said(uuid4(), "one") for _ in range(1 + offline.MOST_WAITING)]
    with pytest.raises(Unavailable) as raised:
        await (await said(ANN, "one more"))
    assert (raised.value.status, raised.value.retry_after) == (503, offline.A_WHILE)
    for _ in tasks:
        ears.done.put_nowait(None)
    assert len(await asyncio.gather(*tasks)) == len(tasks)


async def test_who_leaves_holds_nobody_up(ears):
    first, gone, last = await said(ANN, "ann"), await said(BEN, "ben"), await said(CLEO, "cleo")
    gone.cancel()
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    ears.done.put_nowait(None)
    assert await last == "cleo"
    assert ears.asked == ["ann", "cleo"]


async def test_who_leaves_as_their_turn_comes_passes_it_on():
    turns = Turns(most=2, retry_after=1)

    async def take(person) -> None:
        async with turns.turn(person):
            pass

    async with turns.turn(ANN):
        gone, last = asyncio.create_task(take(BEN)), asyncio.create_task(take(CLEO))
        await asyncio.sleep(0)
    gone.cancel()  # it has its turn, and does not know yet
    async with asyncio.timeout(20):
        await last
        await take(ANN)
    assert gone.cancelled()
