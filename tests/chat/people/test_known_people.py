"""Whom one may write to: people with an account, and of those whom programs act for only one's own."""

import pytest

from accounts.services.acted_for import person_acted_for
from chat.models import Conversation
from chat.services.participants import participant_of_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(alice):
    return person_acted_for(account=alice, external_id="ada@customers.example")


def names(caller, search=""):
    found = caller.get(f"/people?search={search}").json()
    assert found["total"] == len(found["participants"])
    return {one["name"] for one in found["participants"]}


def test_customers_of_somebody_elses_program_are_in_no_list(as_alice, as_bob, customer):
    assert names(as_bob) == {"alice"}
    assert names(as_bob, "customers") == set()
    assert names(as_alice) == {"bob", "ada@customers.example"}


def test_they_cannot_be_named_by_others(as_alice, as_bob, customer):
    room = as_bob.opens("Room")
    for named in (customer.pk, participant_of_user(customer).pk):
        for kind in ("DirectMessage", "Room"):
            answer = as_bob.post("/conversations", conversation_type=kind, participants=[str(named)])
            assert answer.status_code == 404
        added = as_bob.post(f"/conversations/{room['id']}/participants", participants=[str(named)])
        assert added.status_code == 404
    assert Conversation.objects.count() == 1
    as_alice.opens("DirectMessage", customer)
