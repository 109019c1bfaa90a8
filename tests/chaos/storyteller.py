"""A model that answers each question with its own words, and goes on where a cut answer stopped."""

import asyncio
import re
import threading
from collections.abc import Iterator

from agents.engine.messages import CONTINUE_INSTRUCTION
from tests.upstream import FakeUpstream, Reply
from tests.upstream.http import Connection, Request
from tests.upstream.wire import DONE, chunk

WORDS = 80
#: Seconds between two words: an answer takes some three seconds.
PACE = 0.04
QUESTION = re.compile(r"Tell me (\w+)")


def question(key: str) -> str:
    return f"Tell me {key}"


def story(key: str) -> str:
    """The whole answer to ``question(key)``."""
    return " ".join([f"{key}w{number}" for number in range(WORDS)] + ["end."])


class Storyteller(FakeUpstream):
    """Serves in a thread of its own, so that a test may wait for a process without holding up the words."""

    def __init__(self) -> None:
        super().__init__()
        self.keep_requests = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def open(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.__aenter__(), self._loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.__aexit__(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _on_question(self, connection: Connection, request: Request) -> None:
        said = [(one["role"], one["content"]) for one in request.json["messages"]]
        begun = ""
        if said[-1] == ("user", CONTINUE_INSTRUCTION):
            begun = said[-2][1]
            said = said[:-2]
        asked = QUESTION.search(said[-1][1])
        whole = story(asked[1]) if asked else "What?"
        assert whole.startswith(begun), (whole, begun)
        self._start(connection, Reply(list(_parts(whole[len(begun) :]))))


def _parts(text: str) -> Iterator[bytes | float]:
    for piece in re.findall(r"\s*\S+", text):
        yield chunk(piece)
        yield PACE
    yield chunk(finish="stop")
    yield DONE
