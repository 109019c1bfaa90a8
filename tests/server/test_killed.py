"""kill -9 at any moment: started again, answers go on by themselves and nothing acknowledged is missing."""

import asyncio
import random
import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.server.conftest import Serve
from tests.server.visitor import Visitor
from tests.server.watching import answer_to, settled, until
from tests.upstream import FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk

QUESTION = "Draft a proposal for a library in our village"
#: Seconds of text that may be lost, and what a busy machine takes to bring a word from upstream to the log.
LOSS, SLACK = 0.2, 0.3


class NumberedWords:
    """The parts of a reply: ``w0 w1 …`` at a pace in seconds a word, with the moment each was sent."""

    def __init__(self, number: int, pace: float) -> None:
        self.sent: list[float] = []
        self._number = number
        self._pace = pace

    def __iter__(self) -> Iterator[bytes | float]:
        for number in range(self._number):
            self.sent.append(time.monotonic())
            yield chunk(f"w{number} ")
            yield self._pace
        yield chunk(finish="stop")
        yield DONE


@pytest.mark.parametrize("seed", range(3))
async def test_answers_go_on_to_the_text_they_would_have_had(serve: Serve, seed: int) -> None:
    moments = random.Random(seed)
    parley = serve(OFFLINE_DELAY="0.02")
    async with Visitor(parley.url) as visitor:
        whole = await answer_to(visitor, await visitor.start(QUESTION))
        conversations = []
        for _ in range(5):
            conversations.append(await visitor.start(QUESTION))
            await asyncio.sleep(moments.uniform(0, 0.4))
        conversations.append(await visitor.start(QUESTION))  # killed right after this one is accepted
        parley.kill()
        parley.start()
        for conversation in conversations:
            assert await answer_to(visitor, conversation) == whole
            assert (await visitor.send(conversation, "hello")).status_code == httpx2.codes.ACCEPTED
        for conversation in conversations:
            assert "offline" in await answer_to(visitor, conversation)


async def test_at_most_the_last_moment_of_the_text_is_lost(serve: Serve) -> None:
    words = NumberedWords(number=150, pace=0.02)
    async with FakeUpstream() as upstream:
        upstream.script([Reply(words), Reply([chunk("and so on."), chunk(finish="stop"), DONE])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url)
        async with Visitor(parley.url) as visitor:
            conversation = await visitor.start("Count for me")
            shown = await until(visitor, conversation, lambda screen: "w50" in _words(screen))
            parley.kill()
            safe = sum(1 for moment in words.sent if moment < time.monotonic() - LOSS - SLACK)
            parley.start()
            text = (await answer_to(visitor, conversation)).split()
    kept = text[: text.index("and")]
    assert kept == [f"w{number}" for number in range(len(kept))]
    assert len(kept) >= max(safe, len(_words(shown)))
    assert text[len(kept) :] == ["and", "so", "on."]
    assert upstream.calls == 2


@pytest.mark.parametrize("seed", range(2))
async def test_no_acknowledged_message_is_missing(serve: Serve, seed: int) -> None:
    moments = random.Random(seed)
    parley = serve(OFFLINE_DELAY="0")
    acknowledged: list[tuple[str, str]] = []

    async def keep_writing(visitor: Visitor, conversation: str, writer: int) -> None:
        for number in range(10_000):
            text = f"message {number} of {writer}"
            try:
                answer = await visitor.send(conversation, text)
            except httpx2.TransportError:
                return
            assert answer.status_code == httpx2.codes.ACCEPTED
            acknowledged.append((conversation, text))

    async with Visitor(parley.url) as visitor:
        begun = [await visitor.start(f"hello from {writer}") for writer in range(4)]
        writers = [
            asyncio.create_task(keep_writing(visitor, conversation, writer))
            for writer, conversation in enumerate(begun)
        ]
        await asyncio.sleep(moments.uniform(0.5, 2))
        parley.kill()
        await asyncio.gather(*writers)
        parley.start()
        assert acknowledged
        for conversation in {conversation for conversation, _ in acknowledged}:
            page = await until(visitor, conversation, settled)
            sent = [text for where, text in acknowledged if where == conversation]
            assert sent[-1] in page.root.text()


def _words(screen) -> list[str]:
    return screen.words(screen.answers()[-1]) if screen.answers() else []
