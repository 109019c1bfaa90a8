"""The queue: a job comes with the commit, a lost one costs time, and one too many costs nothing."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as project
from django.db import connection, transaction
from django.utils import timezone

from agents import leases
from agents.models import Run, RunEvent
from chat.services.answers import stop_current_answer
from chat.services.messages import post_message
from tests.house import forget_jobs, open_house

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(project.TURNS != "queue", reason="needs TURNS=queue, PostgreSQL and Redis"),
]


@pytest.fixture(autouse=True)
def empty_queue(db):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def say(who, conversation, content="Tell me about whales.", client_id="one"):
    return post_message(actor=who, conversation_id=conversation.pk, content=content, client_id=client_id)


def jobs() -> list[tuple[str, str]]:
    """The run and the status of each job, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'run_id', status FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


async def ended(*runs):
    async with asyncio.timeout(20):
        for run in runs:
            while run.state in ("queued", "running"):
                await asyncio.sleep(0.01)
                await run.arefresh_from_db()


def test_the_job_is_committed_with_its_run(alice, conversation):
    with transaction.atomic():
        posted = say(alice, conversation)
    assert jobs() == [(str(posted.answer.run_id), "todo")]


def test_what_is_rolled_back_has_no_job(alice, conversation):
    with pytest.raises(RuntimeError), transaction.atomic():
        say(alice, conversation)
        raise RuntimeError
    assert not Run.objects.exists()
    assert jobs() == []


async def test_a_job_that_is_done_is_gone(alice, conversation):
    posted = await sync_to_async(say)(alice, conversation)
    async with open_house():
        await ended(posted.answer.run)
    assert await sync_to_async(jobs)() == []


async def test_a_lost_job_loses_no_run(alice, conversation):
    posted = await sync_to_async(say)(alice, conversation)
    await forget_jobs()
    async with open_house():
        await ended(posted.answer.run)
    assert posted.answer.run.state == "completed"


def test_a_run_that_waits_gets_one_job_however_often_one_looks(alice, conversation):
    from chat.job_queue import enqueue_lost

    run_id = str(say(alice, conversation).answer.run_id)
    say(alice, conversation, "And about sharks?", "two")  # its turn is later: it has its job all the same
    for _ in range(3):
        assert enqueue_lost() == []
    assert [job for job, _status in jobs()].count(run_id) == 1
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    for _ in range(3):
        enqueue_lost()
    assert jobs() == [(run_id, "todo")]


async def test_a_job_too_many_makes_no_second_run(alice, conversation):
    from chat.job_queue import enqueue

    posted = await sync_to_async(say)(alice, conversation)
    for _ in range(5):
        await sync_to_async(enqueue)(posted.answer.run_id)
    async with open_house():
        await ended(posted.answer.run)
        async with asyncio.timeout(10):
            while await sync_to_async(jobs)():
                await asyncio.sleep(0.01)
    await posted.answer.run.arefresh_from_db()
    assert posted.answer.run.attempt == 1
    assert await RunEvent.objects.filter(type="end").acount() == 1


async def test_a_job_for_a_run_that_is_gone_is_dropped(alice, conversation):
    from chat.job_queue import enqueue

    posted = await sync_to_async(say)(alice, conversation)
    await Run.objects.all().adelete()
    await sync_to_async(enqueue)(posted.answer.run_id)
    async with open_house(), asyncio.timeout(10):
        while await sync_to_async(jobs)():
            await asyncio.sleep(0.01)


async def test_what_a_dead_worker_left_is_tidied_and_taken_up(alice, conversation):
    posted = await sync_to_async(say)(alice, conversation)
    await sync_to_async(_die_with)(posted.answer.run_id)
    async with open_house():
        await ended(posted.answer.run)
        async with asyncio.timeout(10):
            while await sync_to_async(jobs)():
                await asyncio.sleep(0.01)
    assert (posted.answer.run.state, posted.answer.run.attempt) == ("completed", 2)


def _die_with(run_id):
    """As a worker does that fetched the job and claimed the run a while ago."""
    assert leases.claim(run_id)
    Run.objects.update(heartbeat_at=timezone.now() - 2 * leases.LEASE)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )


async def test_a_stop_before_any_worker_came_is_a_stop(alice, conversation):
    posted = await sync_to_async(say)(alice, conversation)
    await sync_to_async(stop_current_answer)(actor=alice, conversation_id=conversation.pk)
    async with open_house(), asyncio.timeout(10):
        while await sync_to_async(jobs)():
            await asyncio.sleep(0.01)
    await posted.answer.run.arefresh_from_db()
    assert (posted.answer.run.state, posted.answer.run.attempt) == ("cancelled", 0)


async def test_a_worker_takes_no_more_turns_at_a_time_than_it_is_told(alice, agent, settings):
    from chat.services.conversations import start_conversation

    settings.WORKER_CONCURRENCY, settings.OFFLINE_DELAY = 2, 0.02
    runs = []
    for _ in range(6):
        conversation = await sync_to_async(start_conversation)(actor=alice, agent=agent)
        runs.append((await sync_to_async(say)(alice, conversation)).answer.run)
    most = 0
    async with open_house(), asyncio.timeout(30):
        while await Run.objects.filter(state__in=["queued", "running"]).aexists():
            most = max(most, await Run.objects.filter(state="running").acount())
            await asyncio.sleep(0.01)
    assert most == 2
    await ended(*runs)
