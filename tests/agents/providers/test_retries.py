"""A model call is repeated only before its first token, only if that may help, and three times at most."""

import pytest

from agents.engine.deltas import FinishDelta, ProgressDelta, TextDelta
from agents.engine.errors import ProviderError
from agents.providers.retry import RETRIES, Retrying
from tests.agents.engine.script import REQUEST, ScriptedProvider

PASSING = ProviderError(detail="passing", retryable=True)
ANSWER = [TextDelta("Hi"), FinishDelta("stop")]


async def collected(*scripts, **kwargs):
    provider = ScriptedProvider(*scripts)
    retrying = Retrying(provider, **{"backoff_s": 0.001, **kwargs})
    deltas, error = [], None
    try:
        async for delta in retrying.stream(REQUEST):
            deltas.append(delta)
    except ProviderError as raised:
        error = raised
    return deltas, error, len(provider.requests)


async def test_a_passing_failure_is_repeated():
    assert await collected([PASSING], [PASSING], ANSWER) == (ANSWER, None, 3)


async def test_three_times_at_most():
    assert await collected(*[[PASSING]] * 9) == ([], PASSING, RETRIES + 1)


async def test_a_lasting_failure_is_not():
    lasting = ProviderError("service_unavailable")
    assert await collected([lasting], ANSWER) == ([], lasting, 1)


async def test_nothing_is_repeated_after_a_token():
    assert await collected([TextDelta("Hi"), PASSING], ANSWER) == ([TextDelta("Hi")], PASSING, 1)


async def test_a_role_is_no_token():
    deltas, error, calls = await collected([ProgressDelta(), PASSING], ANSWER)
    assert (deltas, error, calls) == ([ProgressDelta(), *ANSWER], None, 2)


async def test_a_wait_that_is_too_long_is_an_answer():
    later = ProviderError("rate_limit", retryable=True, retry_after=60)
    assert await collected([later], ANSWER) == ([], later, 1)


@pytest.mark.parametrize("retry_after", [None, 0.0, 0.01])
async def test_a_short_wait_is_kept(retry_after):
    soon = ProviderError("rate_limit", retryable=True, retry_after=retry_after)
    assert (await collected([soon], ANSWER))[2] == 2
