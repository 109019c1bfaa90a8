"""The people of the tests: Alice owns, Bob is a stranger to what is hers."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from agents.database import close_readers
from agents.eventlog import close_writer
from agents.models import Agent, PromptVersion


@pytest.fixture(autouse=True)
def _no_threads_left_with_a_connection() -> Iterator[None]:
    """The pools keep connections; the test database could not be dropped under them."""
    yield
    close_writer()
    close_readers()


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
