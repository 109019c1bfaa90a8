"""Waiting for what a person would see: a settled answer, some words of it, the end of a stream."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.server.screen import Screen
from tests.server.visitor import Visitor

LIVE = ("pending", "processing")
#: Seconds after which a state that has not come never will.
PATIENCE = 45.0


async def until(
    visitor: Visitor,
    conversation: str,
    wanted: Callable[[Screen], bool],
    *,
    patience: float = PATIENCE,
    pause: float = 0.05,
) -> Screen:
    """Loads the page again and again until it is as wanted."""
    async with asyncio.timeout(patience):
        while not wanted(screen := await visitor.page(conversation)):
            await asyncio.sleep(pause)
    return screen


def settled(screen: Screen) -> bool:
    answers = screen.answers()
    return bool(answers) and all(screen.status(answer) not in LIVE for answer in answers)


async def answer_to(visitor: Visitor, conversation: str) -> str:
    """The Markdown of the conversation's last answer, once it is complete."""
    screen = await until(visitor, conversation, settled)
    answer = screen.answers()[-1]
    assert screen.status(answer) == "completed"
    return await visitor.text(conversation, answer)


async def words_of(visitor: Visitor, conversation: str) -> list[str]:
    """The words of the last answer as a fresh page shows it, once it is settled."""
    screen = await until(visitor, conversation, settled)
    return screen.words(screen.answers()[-1])


@dataclass
class Watched:
    """The words of an answer on one page: as loaded and after each frame while it grew, and settled."""

    growing: list[list[str]] = field(default_factory=list)
    final: list[str] = field(default_factory=list)

    def check(self, whole: list[str]) -> None:
        """Nothing was ever missing, there twice or in the wrong place; the last word may be half there."""
        for words in self.growing:
            assert words[:-1] == whole[: len(words[:-1])]
        assert self.final == whole


async def watch(visitor: Visitor, conversation: str, stop_after: int | None = None) -> Watched:
    """Loads the page, opens its socket and follows the last answer to its end, or for some frames only."""
    screen = await visitor.page(conversation)
    answer = screen.answers()[-1]
    watched = Watched(growing=[screen.words(answer)])
    frames = 0
    async with asyncio.timeout(PATIENCE), visitor.socket(conversation, screen.cursor) as socket:
        while screen.status(answer) in LIVE and frames != stop_after:
            screen.apply(str(await socket.recv()))
            frames += 1
            if screen.status(answer) in LIVE:
                watched.growing.append(screen.words(answer))
    watched.final = screen.words(answer)
    return watched
