"""The model behind the server: it says what a test wants, at once or in pieces while the page looks on."""

from collections.abc import Iterator

from tests.upstream import CLOSE, FakeUpstream, Reply
from tests.upstream.server import Part
from tests.upstream.wire import DONE, chunk

#: Seconds between two looks at what the test has written meanwhile.
LOOK = 0.005


class Pen:
    """The parts of one reply, written by the test while it is read."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._ended = False

    def write(self, *texts: str) -> None:
        """Each text is one token."""
        self._parts += [chunk(text) for text in texts]

    def think(self, text: str) -> None:
        self._parts.append(chunk(None, reasoning_content=text))

    def end(self, finish: str = "stop") -> None:
        self._parts += [chunk(finish=finish), DONE]
        self._ended = True

    def cut(self) -> None:
        """The connection breaks in the middle of the answer."""
        self._parts.append(CLOSE)
        self._ended = True

    def __iter__(self) -> Iterator[Part]:
        at = 0
        while at < len(self._parts) or not self._ended:
            if at < len(self._parts):
                yield self._parts[at]
                at += 1
            else:
                yield LOOK

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, at: int) -> Part:
        return self._parts[at]


class Model:
    """What the model will say to the questions of one test."""

    def __init__(self, upstream: FakeUpstream) -> None:
        self._upstream = upstream
        self._pens: list[Pen] = []
        self.says("Yes.")

    def says(self, *answers: str) -> None:
        """The whole answers to the next questions; the last one to all that follow."""
        self._upstream.script([Reply([chunk(text), chunk(finish="stop"), DONE]) for text in answers])

    def fails(self, status: int) -> None:
        self._upstream.script([Reply([b"{}"], status=status)])

    def pen(self) -> Pen:
        """The answer to the next question, to be written by the test."""
        return self.pens(1)[0]

    def pens(self, number: int) -> list[Pen]:
        pens = [Pen() for _ in range(number)]
        self._pens += pens
        self._upstream.script([Reply(pen) for pen in pens])
        return pens

    @property
    def calls(self) -> int:
        return self._upstream.calls

    def put_away(self) -> None:
        """Ends what is still being written, so that nothing of one test goes on in the next."""
        for pen in self._pens:
            pen.end()
        self.says("Yes.")
