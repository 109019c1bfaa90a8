"""A silent model is reported, then given up; a slow one that keeps sending is not."""

from dataclasses import replace

import pytest

from agents.engine.deltas import FinishDelta, ProgressDelta, TextDelta
from agents.engine.errors import ProviderError
from agents.engine.events import Content, Status
from agents.engine.limits import Limits
from agents.engine.patience import Patience
from tests.agents.engine.script import QUICK, ScriptedProvider, play

LIMITS = Limits(first_token_s=60, silence_s=30, total_s=900, status_s=5, settle_s=3)


def patience(**kwargs):
    return Patience(LIMITS, **{"now": 0, "gives_up_at": 900, **kwargs})


def times_out_at(patience, now):
    assert not patience.is_done(now - 0.01, silent=True)
    with pytest.raises(ProviderError) as raised:
        patience.is_done(now, silent=True)
    return raised.value.kind == "timeout"


def test_the_first_token_has_its_own_deadline():
    assert times_out_at(patience(), 60)


def test_after_a_token_silence_counts_from_the_last_chunk():
    waiting = patience()
    waiting.heard(10, token=True)
    waiting.heard(20, token=False)
    assert times_out_at(waiting, 50)


def test_a_role_does_not_shorten_the_deadline_of_the_first_token():
    waiting = patience()
    waiting.heard(1, token=False)
    assert times_out_at(waiting, 60)


def test_life_without_a_token_can_stretch_the_deadline():
    waiting = patience()
    waiting.heard(50, token=False)
    assert times_out_at(waiting, 80)


def test_the_run_ends_at_its_deadline_even_while_chunks_flow():
    waiting = patience(gives_up_at=100)
    waiting.heard(99, token=True)
    assert not waiting.is_done(99, silent=False)
    with pytest.raises(ProviderError):
        waiting.is_done(100, silent=False)


def test_chunks_that_wait_for_a_slow_consumer_are_no_silence():
    waiting = patience()
    waiting.heard(0, token=True)
    assert not waiting.is_done(500, silent=False)


def test_after_the_finish_reason_stragglers_get_a_moment():
    waiting = patience()
    waiting.heard(10, token=True)
    waiting.finished(10)
    waiting.heard(12, token=False)
    assert not waiting.is_done(12.9, silent=True)
    assert waiting.is_done(13, silent=True)


def test_text_after_the_finish_reason_gets_the_moment_again():
    waiting = patience()
    waiting.finished(10)
    waiting.heard(12, token=True)
    assert not waiting.is_done(14.9, silent=True)
    assert waiting.is_done(15, silent=True)


def test_silence_is_reported_every_five_seconds_until_something_shows():
    waiting = patience()
    assert waiting.until == 5
    assert waiting.report(4.9) is None
    assert waiting.report(5.01) == 5
    assert waiting.report(5.02) is None
    assert waiting.report(10) == 10
    waiting.heard(12, token=True)
    assert waiting.report(16) is None
    assert waiting.report(17) == 5


async def test_silence_before_the_first_token_ends_with_a_timeout():
    provider = ScriptedProvider([10.0])
    played = await play(provider)
    assert played.outcome.error == "timeout"
    assert provider.open == 0


async def test_silence_in_the_middle_ends_with_a_timeout_and_keeps_the_text():
    played = await play(ScriptedProvider([TextDelta("Half"), 10.0]))
    assert played.text == "Half"
    assert played.outcome.error == "timeout"


async def test_signs_of_life_keep_the_run_going():
    played = await play(ScriptedProvider([*[ProgressDelta(), 0.1] * 7, TextDelta("Hi"), FinishDelta("stop")]))
    assert played.outcome.status == "completed"


async def test_an_upstream_that_hangs_after_its_finish_reason_has_answered():
    provider = ScriptedProvider([TextDelta("Hi"), FinishDelta("stop"), 10.0])
    played = await play(provider)
    assert played.outcome.status == "completed"
    assert provider.open == 0


async def test_waiting_is_told_in_the_language_asked_for():
    limits = replace(QUICK, status_s=0.05)
    played = await play(
        ScriptedProvider([0.08, TextDelta("Hi"), FinishDelta("stop")]),
        limits=limits,
        translate={"Waiting for the model… %(seconds)s s": "Warte… %(seconds)s s"}.get,
    )
    assert played.told == [Status("Warte… 0 s"), Content("Hi")]
