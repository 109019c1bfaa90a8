"""What tools cost an answer that uses none, and what an answer cost before, in the same rounds."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.load import Load, Round, load
from benchmarks.stage import server, upstream
from benchmarks.table import Row, median
from tests.server.process import ROOT, Parley
from tests.server.scene import ASSISTANT, FORM
from tests.server.visitor import Visitor

TOKENS, RATE = 20, 50
#: Answers of each in one round of the table: enough that a clock of 10 ms does not matter.
ASKED = 40
BAR = 1.15
TICK_BOX = re.compile(r'name="tools" value="([a-z_]+)"')


def measure(rounds: int, before: Path | None = None) -> Iterator[Row]:
    """``before`` is another checkout, whose server is asked as well."""
    with ExitStack() as over, upstream(tokens=TOKENS, rate=RATE) as base_url:
        asked = {
            "none": over.enter_context(_asked(base_url)),
            "all": over.enter_context(_asked(base_url, tick=True)),
        }
        if before:
            asked["before"] = over.enter_context(_asked(base_url, root=before))
        for one in asked.values():
            one.round()  # what is loaded at first use is there from now on
        # In turn, so that whatever else the machine does falls on all of them alike.
        results: dict[str, list[Round]] = {name: [] for name in asked}
        for _ in range(ASKED * rounds):
            for name, one in asked.items():
                results[name].append(one.round())
    none = results["none"]
    yield _compared("an answer in plain words, with all tools on offer against none", results["all"], none)
    if before:
        what = "an answer in plain words, without tools, against the other checkout"
        yield _compared(what, none, results["before"])


@contextmanager
def _asked(base_url: str, *, tick: bool = False, root: Path = ROOT) -> Iterator[Load]:
    with server(root, OPENAI_BASE_URL=base_url) as parley:
        if tick:
            asyncio.run(_tick_all(parley))
        with load(parley, base_url, streams=1, tokens=TOKENS) as one:
            yield one


async def _tick_all(parley: Parley) -> None:
    async with Visitor(parley.url) as visitor:
        path = f"/agents/{ASSISTANT}/"
        names = TICK_BOX.findall((await visitor.get(path)).text)
        assert names, "the form offers no tools"
        saved = await visitor.post(path, **FORM, name="Assistant", tools=names)
        assert saved.is_redirect, saved.text


def _compared(what: str, these: list[Round], those: list[Round]) -> Row:
    (cpu, first), (cpu_of_those, first_of_those) = _figures(these), _figures(those)
    ratio = cpu / cpu_of_those
    figure = (
        f"{ratio:.2f} times the CPU ({cpu * 1000:.0f} against {cpu_of_those * 1000:.0f} ms a turn); "
        f"first token after {first * 1000:.0f} against {first_of_those * 1000:.0f} ms"
    )
    return Row(what, f"≤ {BAR} times", figure, ratio <= BAR)


def _figures(rounds: list[Round]) -> tuple[float, float]:
    """CPU seconds a turn, and seconds to the first token."""
    return sum(one.cpu for one in rounds) / len(rounds), median([one.first_tokens[0] for one in rounds])
