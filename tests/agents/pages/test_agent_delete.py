"""Deleting an agent: the page says first what goes with it."""

from django.urls import reverse
from django.utils import timezone

from agents.models import Agent, Document
from chat.models import Conversation, Message, Participant


def url(agent):
    return reverse("agents:delete", args=[agent.pk])


def talk(agent, person, *, messages):
    sender, _ = Participant.objects.get_or_create(user=person, kind="user")
    conversation = Conversation.objects.create(agent=agent, created_by=person, last_message_at=timezone.now())
    for _ in range(messages):
        Message.objects.create(conversation=conversation, sender=sender, role="user", content="Hello")


def test_the_page_counts_what_goes_with_it_and_deletes_nothing(alices, alice, bob, agent):
    talk(agent, alice, messages=3)
    talk(agent, alice, messages=1)
    talk(agent, bob, messages=1)

    page = " ".join(alices.get(url(agent)).content.decode().split())

    assert "3 conversations, 1 of them somebody else&#x27;s" in page or "3 conversations, 1 of them" in page
    assert "5 messages" in page
    assert Agent.objects.exists()


def test_an_agent_nobody_talked_with_says_so(alices, agent):
    assert "Nobody has talked with it yet" in alices.get(url(agent)).content.decode()


def test_documents_are_counted_also_where_nobody_has_talked(alices, agent):
    for number in range(2):
        Document.objects.create(agent=agent, name="rules.md", format="md", size=9, sha256=str(number))

    page = alices.get(url(agent)).content.decode()

    assert "2 documents" in page
    assert "Nobody has talked" not in page


def test_deleting_takes_everything_along_and_leads_to_the_list(alices, alice, agent):
    talk(agent, alice, messages=2)

    answer = alices.post(url(agent))

    assert answer.headers["Location"] == reverse("agents:list")
    assert not Agent.objects.exists()
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()


def test_deleting_twice_is_not_found(alices, agent):
    alices.post(url(agent))

    assert alices.post(url(agent)).status_code == 404


def test_a_superuser_may_delete_any(bobs, bob, agent):
    bob.is_superuser = True
    bob.save()

    assert bobs.post(url(agent)).status_code == 302
    assert not Agent.objects.exists()
