"""Deleting an agent takes what hangs on it along, and says before how much that is."""

import pytest
from django.utils import timezone

from agents.errors import NotFound
from agents.models import Agent, PromptVersion, Run
from agents.selectors import impact_of
from agents.services.agents import delete_agent
from agents.services.runs import queue_run
from chat.models import Conversation, Message, Participant


@pytest.fixture
def busy(alice, bob, agent):
    """The agent with two conversations of Alice's and one of Bob's, three messages each, and a run."""
    for creator in (alice, alice, bob):
        sender = Participant.objects.get_or_create(user=creator, kind="user")[0]
        conversation = Conversation.objects.create(
            agent=agent, created_by=creator, last_message_at=timezone.now()
        )
        for _ in range(3):
            Message.objects.create(conversation=conversation, sender=sender, role="user", content="Hello")
    message = Message.objects.first()
    queue_run(agent=agent, owner=alice, chat_id=conversation.pk, message_id=message.pk, answer_id=message.pk)
    return agent


def test_the_impact_counts_what_goes_in_four_queries(alice, busy, django_assert_num_queries):
    with django_assert_num_queries(4):
        impact = impact_of(busy, reader=alice)

    assert (impact.conversations, impact.of_others, impact.messages, impact.runs) == (3, 1, 9, 1)


def test_an_agent_nobody_talked_with_takes_nothing_along(alice, agent):
    impact = impact_of(agent, reader=alice)

    assert (impact.conversations, impact.of_others, impact.messages, impact.runs) == (0, 0, 0, 0)


def test_everything_that_hangs_on_it_goes(alice, busy):
    delete_agent(actor=alice, agent_id=busy.pk)

    for model in (Agent, PromptVersion, Run, Conversation, Message):
        assert not model.objects.exists()


def test_a_stranger_finds_no_agent_to_delete(bob, agent):
    with pytest.raises(NotFound):
        delete_agent(actor=bob, agent_id=agent.pk)

    assert Agent.objects.exists()


def test_a_superuser_may_delete_any(bob, agent):
    bob.is_superuser = True

    delete_agent(actor=bob, agent_id=agent.pk)

    assert not Agent.objects.exists()
