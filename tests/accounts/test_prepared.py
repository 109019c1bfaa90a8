"""A prepared query finds what the query itself finds, for any thread and any argument."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connections

from accounts.models import User
from accounts.prepared import Prepared
from agents.models import Agent, PromptVersion

pytestmark = pytest.mark.django_db


def versions_of(agent_id):
    return PromptVersion.objects.filter(agent=agent_id).select_related("agent__owner", "author")


def people_called(username):
    return User.objects.filter(username=username).values_list("pk", "date_joined", "is_active")


def test_a_model_comes_with_what_it_is_related_to_in_one_query(agent, alice, django_assert_num_queries):
    prepared = Prepared.of(versions_of, UUID)
    with django_assert_num_queries(1):
        (version,) = prepared.all(agent.pk)
        assert version.agent.owner == alice
    assert version == versions_of(agent.pk).get()
    assert vars(version).keys() == vars(versions_of(agent.pk).get()).keys()
    assert {name: value for name, value in vars(version).items() if name != "_state"} == {
        name: value for name, value in vars(versions_of(agent.pk).get()).items() if name != "_state"
    }


def test_a_model_that_is_found_is_saved_and_not_stored_anew(agent):
    found = Prepared.of(lambda pk: Agent.objects.filter(pk=pk), UUID).first(agent.pk)
    assert not found._state.adding
    found.description = "of another kind"
    found.save(update_fields=["description"])
    assert Agent.objects.get(pk=agent.pk).description == "of another kind"


def test_values_are_those_of_python(alice):
    rows = Prepared.of(people_called, str).all("alice")
    assert rows == list(people_called("alice"))
    assert isinstance(rows[0][0], UUID)


def test_one_value_is_not_a_row(alice):
    names = Prepared.of(lambda pk: User.objects.filter(pk=pk).values_list("username", flat=True), UUID)
    assert names.all(alice.pk) == ["alice"]


def test_nothing_that_is_found_is_nothing():
    prepared = Prepared.of(versions_of, UUID)
    assert prepared.all(uuid4()) == []
    assert prepared.first(uuid4()) is None


def test_each_argument_has_its_place_wherever_the_query_has_it(alice, agent):
    """The statement may name them in another order, and more than once."""
    owned = Prepared.of(
        lambda agent_id, owner_id: Agent.objects.filter(owner=owner_id).filter(
            pk=agent_id, owner_id=owner_id
        ),
        UUID,
        UUID,
    )
    assert owned.first(agent.pk, alice.pk) == agent
    assert owned.first(alice.pk, agent.pk) is None


def test_an_id_may_be_a_text_and_nothing_else(alice, agent):
    prepared = Prepared.of(versions_of, UUID)
    assert len(prepared.all(str(agent.pk))) == 1
    with pytest.raises(ValueError, match="badly formed"):
        prepared.all("1 OR 1=1")
    with pytest.raises(ValueError, match=r"shorter|longer"):
        prepared.all(agent.pk, alice.pk)
    with pytest.raises(TypeError, match="None is no UUID"):
        prepared.all(None)
    with pytest.raises(TypeError, match="is no str"):
        Prepared.of(people_called, str).all(alice.pk)


def test_a_text_is_never_part_of_the_statement(alice):
    prepared = Prepared.of(people_called, str)
    assert prepared.all("' OR '1'='1") == []
    assert prepared.all("%s") == []


@pytest.mark.django_db(transaction=True)
def test_any_thread_may_run_it(alice):
    prepared = Prepared.of(people_called, str)

    def ask() -> int:
        try:
            return len(prepared.all("alice"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        found = [each.result() for each in [threads.submit(ask) for _ in range(20)]]
    assert found == [1] * 20


@pytest.mark.django_db(transaction=True)
async def test_the_constants_of_the_query_stay(alice):
    """What the query says itself is no place: here the name."""
    prepared = await asyncio.to_thread(
        lambda: Prepared.of(lambda pk: User.objects.filter(pk=pk, username="alice").values_list("pk"), UUID)
    )
    assert prepared.order.count(None) == 1
    assert "alice" in prepared.parameters
