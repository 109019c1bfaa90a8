"""Whatever happens to a run, in whatever order: it has one holder or none, and it ends once."""

from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from agents import leases
from agents.models import Run
from agents.services.runs import queue_run, stop_runs

HELD = ("running",)
ENDED = ("completed", "cancelled", "error")


def claim(run):
    leases.claim(run.pk)


def beat(run):
    leases.beat([run.pk])


def die(run):
    """The holder dies, and its lease runs out."""
    silent = timezone.now() - leases.LEASE - timedelta(seconds=1)
    Run.objects.filter(pk=run.pk, state="running").update(worker="dead", heartbeat_at=silent)
    leases.free_orphans()


def hand_over(run):
    leases.release(run.pk)


def park(run):
    leases.park(run.pk)


def decide(run):
    leases.wake(run.pk)


def stop(run):
    stop_runs(chat_id=run.chat_id)


def end(run):
    """As the holder ends it: conditional, as every change of its state is."""
    held = Run.objects.filter(pk=run.pk, worker=leases.WORKER, state="running")
    held.update(state="completed", ended_at=timezone.now())


def check(run, before):
    run.refresh_from_db()
    assert (run.worker != "") == (run.state in HELD) or run.state in ENDED
    assert not (run.state == "waiting" and run.cancel_requested_at), "a stop is never waited out"
    if before in ENDED:
        assert run.state == before
    if run.state in ("queued", "running", "waiting"):
        assert run.attempt >= 0
        assert (leases.next_of(run.chat_id) == run.pk) == (run.state == "queued")


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # each example has a run of its own
@given(steps=st.lists(st.sampled_from([claim, beat, die, hand_over, park, decide, stop, end]), max_size=25))
def test_every_order_of_events_leaves_a_run_that_can_go_on_or_has_ended(alice, agent, steps):
    run = queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    for step in steps:
        before = run.state
        step(run)
        check(run, before)
    for last in (die, decide, claim, end):  # from anywhere it comes to an end
        last(run)
    run.refresh_from_db()
    assert run.state in ENDED
