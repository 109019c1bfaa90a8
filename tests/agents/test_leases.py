from datetime import timedelta

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from agents import leases
from agents.models import Run
from agents.services.runs import queue_run


def queued(agent, owner, chat_id=None) -> Run:
    return queue_run(
        agent=agent, owner=owner, chat_id=chat_id or uuid7(), message_id=uuid7(), answer_id=uuid7()
    )


def test_a_queued_run_is_claimed_once(alice, agent):
    run = queued(agent, alice)
    claimed = leases.claim(run.pk)
    assert claimed.attempt == 1
    assert leases.claim(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.worker) == ("running", leases.WORKER)


def test_runs_of_one_chat_are_taken_one_at_a_time_in_the_order_asked(alice, agent):
    chat_id = uuid7()
    first, second = queued(agent, alice, chat_id), queued(agent, alice, chat_id)
    assert leases.claim(second.pk) is None
    assert leases.claim(first.pk) is not None
    assert leases.claim(second.pk) is None
    assert leases.next_of(chat_id) is None
    Run.objects.filter(pk=first.pk).update(state="completed")
    assert leases.next_of(chat_id) == second.pk
    assert leases.claim(second.pk) is not None


def test_only_a_silent_holder_loses_its_run(alice, agent):
    alive, dead = queued(agent, alice), queued(agent, alice)
    leases.claim(alive.pk)
    leases.claim(dead.pk)
    Run.objects.filter(pk=dead.pk).update(heartbeat_at=timezone.now() - leases.LEASE - timedelta(seconds=1))
    assert leases.free_orphans() == 1
    assert leases.claim(dead.pk).attempt == 2
    assert leases.claim(alive.pk) is None


def test_the_only_process_frees_every_run(alice, agent):
    leases.claim(queued(agent, alice).pk)
    assert leases.free_orphans(everyone=True) == 1


def test_a_stop_is_seen_by_the_holder(alice, agent):
    one, other = queued(agent, alice), queued(agent, alice)
    leases.claim(one.pk)
    leases.claim(other.pk)
    leases.ask_to_stop(other.pk)
    assert leases.stops_asked([one.pk, other.pk]) == [other.pk]


def test_runnable_is_the_oldest_live_run_of_each_chat(alice, agent):
    chat_id = uuid7()
    held, waiting, free = queued(agent, alice, chat_id), queued(agent, alice, chat_id), queued(agent, alice)
    leases.claim(held.pk)
    assert leases.runnable() == [free.pk]
    Run.objects.filter(pk=held.pk).update(state="completed")
    assert leases.runnable() == [waiting.pk, free.pk]


@pytest.mark.parametrize("state", ["completed", "cancelled", "error", "running"])
def test_a_run_that_is_not_queued_is_not_claimed(alice, agent, state):
    run = queued(agent, alice)
    Run.objects.filter(pk=run.pk).update(state=state)
    assert leases.claim(run.pk) is None


def test_a_parked_run_has_no_holder_and_keeps_its_chat(alice, agent):
    chat_id = uuid7()
    run, later = queued(agent, alice, chat_id), queued(agent, alice, chat_id)
    for _ in range(7):  # as often as it likes: nothing has died of it
        assert leases.claim(run.pk).attempt == 1
        leases.park(run.pk)
        run.refresh_from_db()
        assert (run.state, run.worker, run.heartbeat_at, run.attempt) == ("waiting", "", None, 0)
        assert leases.free_orphans(everyone=True) == 0
        assert leases.claim(later.pk) is None
        assert leases.runnable() == []
        assert leases.wake(run.pk)
        assert leases.runnable() == [run.pk]
    assert not leases.wake(run.pk)


def test_a_run_that_was_asked_to_stop_is_not_parked(alice, agent):
    run = queued(agent, alice)
    leases.claim(run.pk)
    leases.ask_to_stop(run.pk)
    leases.park(run.pk)
    run.refresh_from_db()
    assert run.state == "queued"


def test_only_the_holder_parks_a_run(alice, agent):
    run = queued(agent, alice)
    leases.claim(run.pk)
    Run.objects.filter(pk=run.pk).update(worker="another")
    leases.park(run.pk)
    run.refresh_from_db()
    assert (run.state, run.worker) == ("running", "another")
