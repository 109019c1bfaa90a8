"""Text is gathered into fewer events, and none of it is lost or late."""

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.coalesce import MOST_CHARS, coalesce
from agents.engine.events import Content, Rationale, Status
from agents.engine.loop import Outcome


async def source(steps):
    for step in steps:
        if isinstance(step, float):
            await asyncio.sleep(step)
        elif isinstance(step, Exception):
            raise step
        else:
            yield step


async def gathered(steps, interval=0.03):
    return [event async for event in coalesce(source(steps), lambda: interval)]


async def test_the_first_piece_goes_out_before_the_second_is_there():
    never = asyncio.Event()

    async def one_piece():
        yield Content("a")
        await never.wait()

    async with aclosing(coalesce(one_piece(), lambda: 60)) as events:
        assert await anext(events) == Content("a")


async def test_what_follows_within_the_interval_is_joined():
    steps = [Content("a"), 0.001, Content("b"), Content("c"), Outcome("completed")]
    assert await gathered(steps, interval=60) == [Content("a"), Content("bc"), Outcome("completed")]


async def test_a_pause_of_the_source_lets_the_text_out():
    never = asyncio.Event()

    async def pausing():
        yield Content("a")
        await asyncio.sleep(0)
        yield Content("b")
        await never.wait()

    async with aclosing(coalesce(pausing(), lambda: 0.01)) as events:
        assert "".join([(await anext(events)).md, (await anext(events)).md]) == "ab"


async def test_other_events_wait_for_the_text_before_them():
    steps = [Content("a"), 0.001, Content("b"), Status("5 s"), Content("c")]
    events = await gathered(steps, interval=60)
    assert events == [Content("a"), Content("b"), Status("5 s"), Content("c")]


async def test_reasoning_and_answer_word_by_word_are_gathered_by_kind():
    steps = [Rationale("a"), 0.001, *[Content("b"), Rationale("c")] * 1000]
    events = await gathered(steps, interval=60)
    assert len(events) < 6
    assert "".join(event.md for event in events if isinstance(event, Content)) == "b" * 1000


async def test_no_event_grows_without_bound():
    events = await gathered([Content("x" * (3 * MOST_CHARS + 1))])
    assert [len(event.md) for event in events] == [MOST_CHARS] * 3 + [1]


async def test_text_before_a_failure_is_not_lost():
    seen = []
    with pytest.raises(ValueError, match="bug"):
        async for event in coalesce(
            source([Content("a"), 0.001, Content("b"), ValueError("bug")]), lambda: 60
        ):
            seen.append(event)
    assert seen == [Content("a"), Content("b")]


async def test_closing_it_closes_the_source():
    closed = []

    async def endless():
        try:
            while True:
                yield Content("a")
                await asyncio.sleep(0)
        finally:
            closed.append(True)

    async with aclosing(coalesce(endless(), lambda: 0)) as events:
        await anext(events)
    assert closed


pieces = st.lists(
    st.builds(Content, st.text()) | st.builds(Rationale, st.text()) | st.just(0.0) | st.just(Status("s"))
)


@given(steps=pieces, interval=st.sampled_from([0, 0.001, 60]))
def test_all_the_text_comes_out_in_order(steps, interval):
    events = asyncio.run(gathered(steps, interval))
    for kind, field in ((Content, "md"), (Rationale, "text")):
        sent = "".join(getattr(step, field) for step in steps if isinstance(step, kind))
        assert "".join(getattr(event, field) for event in events if isinstance(event, kind)) == sent
    assert events.count(Status("s")) == steps.count(Status("s"))
