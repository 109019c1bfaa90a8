"""The people of the tests: Alice owns, Bob is a stranger to what is hers."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from agents.database import close_readers
from agents.eventlog import close_writer
from agents.models import Agent, PromptVersion
from webhooks import listeners

# What is promised of time stands in benchmarks/: a busy machine must not fail an example.
hypothesis.settings.register_profile("parley", deadline=None)
hypothesis.settings.load_profile("parley")


@pytest.fixture(autouse=True)
def _no_threads_left_with_a_connection() -> Iterator[None]:
    """The pools keep connections; the test database could not be dropped under them."""
    yield
    close_writer()
    close_readers()


@pytest.fixture(autouse=True)
def _nobody_has_webhooks(monkeypatch) -> None:
    """As a process knows that looks for them every few seconds; tests of webhooks look each time."""
    monkeypatch.setattr(listeners, "_owners", frozenset())
    monkeypatch.setattr(listeners, "_looked_at", float("inf"))


@pytest.fixture(scope="session", autouse=True)
def _no_session_left_on_the_server(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Threads of event loops that have ended keep theirs, and PostgreSQL drops no database in use."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture
def alice(db):
    return get_user_model().objects.create_user(username="alice")


@pytest.fixture
def bob(db):
    return get_user_model().objects.create_user(username="bob")


@pytest.fixture
def alices(alice) -> Client:
    """Alice's browser."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def bobs(bob) -> Client:
    """Bob's browser."""
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def agent(alice) -> Agent:
    """An agent of Alice's that answers with the offline model."""
    agent = Agent.objects.create(
        owner=alice, name="Librarian", system_prompt="You know books.", model="offline"
    )
    PromptVersion.objects.create(agent=agent, number=1, system_prompt=agent.system_prompt, author=alice)
    return agent
