"""A PostgreSQL that was restarted costs nobody a read or an event."""

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from agents.database import in_database
from agents.engine.events import Content, Start
from agents.eventlog import RunLog, read
from agents.models import Agent
from agents.services.runs import queue_run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]


@pytest.fixture
def end_connections(db):
    """Ends those of the pools, as a restart does to all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (tests_own,) = cursor.fetchone()

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid NOT IN (%s, pg_backend_pid())",
                [tests_own],
            )

    return sync_to_async(end)


async def test_a_read_is_done_again_on_a_new_connection(agent, end_connections):
    for _ in range(3):
        for _reader in range(8):
            assert await in_database(Agent.objects.count) == 1
        await end_connections()


async def test_what_is_appended_is_there_once(alice, agent, end_connections):
    from uuid_utils.compat import uuid7

    made = sync_to_async(queue_run)
    run = await made(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    log = RunLog(run.pk)
    await log.append(Start(str(run.pk), str(agent.pk), agent.name))
    for number in range(3):
        await end_connections()
        await log.append(Content(f"{number} "))
    stored = await in_database(read, run.pk)
    assert [event.seq for event in stored] == [1, 2, 3, 4]
    assert "".join(event.data.get("md", "") for event in stored) == "0 1 2 "
