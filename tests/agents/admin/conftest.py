from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from agents.models import Agent, Run, RunEvent
from agents.services.runs import queue_run
from chat.models import Conversation, Membership, Message, Participant

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def roots(db) -> Client:
    """The browser of somebody who may do everything."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser(username="root"))
    return client


@pytest.fixture
def talk(alice):
    """Makes a conversation of Alice's with an agent: two messages, and a run that took three seconds."""

    def make(agent: Agent) -> Conversation:
        person, _ = Participant.objects.get_or_create(user=alice, kind="user")
        machine, _ = Participant.objects.get_or_create(agent=agent, kind="agent")
        conversation = Conversation.objects.create(
            agent=agent, created_by=alice, title=f"About {agent}", last_message_at=timezone.now()
        )
        for sender in (person, machine):
            Membership.objects.create(conversation=conversation, participant=sender)
        asked = Message.objects.create(
            conversation=conversation, sender=person, role="user", content="Hello?"
        )
        answer = Message.objects.create(
            conversation=conversation, sender=machine, role="assistant", content="Yes"
        )
        run = queue_run(
            agent=agent, owner=alice, chat_id=conversation.pk, message_id=asked.pk, answer_id=answer.pk
        )
        Run.objects.filter(pk=run.pk).update(
            state="completed",
            started_at=BEGAN,
            ended_at=BEGAN + timedelta(seconds=3),
            model="fake",
            prompt_tokens=12,
            completion_tokens=345,
        )
        return conversation

    return make


@pytest.fixture
def log():
    """Writes the events of a run, 100 ms apart."""

    def write(run: Run, *events: tuple[str, dict]) -> None:
        RunEvent.objects.bulk_create(
            RunEvent(
                run=run, seq=seq, type=type_, ts=BEGAN + timedelta(milliseconds=100 * (seq - 1)), data=data
            )
            for seq, (type_, data) in enumerate(events, start=1)
        )

    return write
