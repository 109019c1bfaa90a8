"""Somebody is removed in the admin: what was theirs alone goes with them, what they shared stays."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.services.members import remove_people
from agents.models import Agent, Run, RunEvent, Workspace, WorkspaceFile
from agents.models.run import RunState
from agents.services.workspaces import store_file
from chat.errors import NotFound
from chat.models import Conversation, Message
from chat.selectors import membership_for
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from chat.services.participants import participant_of_user
from chat.services.rooms import open_room

pytestmark = pytest.mark.django_db
People = get_user_model()


@pytest.fixture
def agent(bob) -> Agent:
    return Agent.objects.create(owner=bob, name="Librarian", system_prompt="Help.", visibility="everyone")


def asks(person, conversation_id):
    return post_message(actor=person, conversation_id=conversation_id, content="Why?", client_id="1")


def test_a_conversation_that_only_they_see_goes_with_its_runs_and_files(alice, bob, agent):
    hers, his = (start_conversation(actor=person, agent=agent) for person in (alice, bob))
    asks(alice, hers.pk)
    kept = asks(bob, his.pk)
    remove_people([alice])
    assert list(Conversation.objects.all()) == [his]
    assert [run.chat_id for run in Run.objects.all()] == [his.pk]
    assert set(Message.objects.all()) == {kept.message, kept.answer}
    assert Agent.objects.get() == agent


def test_their_agents_go_with_the_conversations_that_others_had_with_them(alice, bob, agent):
    asks(alice, start_conversation(actor=alice, agent=agent).pk)
    remove_people([bob])
    assert not Agent.objects.exists()
    assert not Run.objects.exists()
    assert not Conversation.objects.exists()
    assert list(People.objects.all()) == [alice]


def test_a_room_is_handed_on_and_what_others_said_stays(as_alice, as_bob, as_charlie, alice):
    room = as_alice.opens("Room", as_bob, as_charlie, title="Garden")
    as_alice.says(room, "I am off.")
    as_bob.says(room, "Farewell!")
    remove_people([alice])
    told = as_bob.get(f"/conversations/{room['id']}").json()
    assert [(one["name"], one["role"]) for one in told["participants"]] == [
        ("bob", "owner"),
        ("charlie", "member"),
    ]
    said = as_bob.get(f"/conversations/{room['id']}/messages").json()["messages"]
    assert "Farewell!" in [one["content"] for one in said]
    assert "I am off." not in [one["content"] for one in said]


def test_what_they_asked_in_a_room_is_stopped(as_alice, as_bob, alice, agent):
    room = as_alice.opens("Room", as_bob, agent, title="Garden")
    as_alice.says(room, "@Librarian Why?")
    (run,) = Run.objects.all()
    remove_people([alice])
    run.refresh_from_db()
    assert run.cancel_requested_at is not None or run.state == RunState.CANCELLED


def test_of_a_direct_message_the_other_keeps_what_they_said(as_alice, as_bob, alice, bobs):
    talk = as_alice.opens("DirectMessage", as_bob)
    as_alice.says(talk, "Hello Bob")
    as_bob.says(talk, "Hello Alice")
    remove_people([alice])
    said = as_bob.get(f"/conversations/{talk['id']}/messages").json()["messages"]
    assert [one["content"] for one in said] == ["Hello Alice"]
    assert as_bob.get("/conversations").status_code == 200
    page = bobs.get(reverse("chat:conversation", args=[talk["id"]]))
    assert page.status_code == 200
    assert "Hello Alice" in page.text
    assert "Somebody who is gone" in page.text


@pytest.mark.parametrize("way", ["page", "action"])
def test_the_admin_says_what_goes_and_removes_it(admin_client, alice, bob, agent, way):
    """With its own way it would list every message, and refuse because nobody may delete runs."""
    asks(alice, start_conversation(actor=alice, agent=agent).pk)
    if way == "page":
        place, given = reverse("admin:accounts_user_delete", args=[bob.pk]), {}
    else:
        place = reverse("admin:accounts_user_changelist")
        given = {"action": "delete_selected", "_selected_action": [str(bob.pk)]}
    asked = admin_client.post(place, given) if given else admin_client.get(place)
    assert asked.status_code == 200
    assert "agents: 1" in asked.text.lower()
    assert Agent.objects.exists()
    done = admin_client.post(place, given | {"post": "yes"})
    assert done.status_code == 302
    assert not People.objects.filter(pk=bob.pk).exists()
    assert not Agent.objects.exists()
    assert not Conversation.objects.exists()
    assert not RunEvent.objects.exists()
    assert People.objects.filter(pk=alice.pk).exists()


def delete_page(person) -> str:
    return reverse("admin:accounts_user_delete", args=[person.pk])


@pytest.fixture
def clerk(django_user_model):
    """Staff who may delete people, and nothing else."""
    person = django_user_model.objects.create_user("clerk", is_staff=True)
    rights = Permission.objects.filter(codename__in=["view_user", "delete_user"])
    person.user_permissions.set(rights)
    client = Client()
    client.force_login(person)
    return client


def test_who_may_not_delete_people_is_refused(alices, bob):
    assert alices.post(delete_page(bob), {"post": "yes"}).status_code == 302
    assert People.objects.filter(pk=bob.pk).exists()


def test_who_may_not_delete_agents_deletes_nobody_who_has_one(clerk, alice, bob, agent):
    assert clerk.post(delete_page(alice), {"post": "yes"}).status_code == 302
    assert not People.objects.filter(pk=alice.pk).exists()
    assert clerk.post(delete_page(bob), {"post": "yes"}).status_code == 403
    assert People.objects.filter(pk=bob.pk).exists()


def test_an_owner_is_deleted_by_owners_alone(clerk, admin_user):
    assert clerk.post(delete_page(admin_user), {"post": "yes"}).status_code == 403
    several = {"action": "delete_selected", "_selected_action": [str(admin_user.pk)], "post": "yes"}
    assert clerk.post(reverse("admin:accounts_user_changelist"), several).status_code == 403
    assert People.objects.filter(pk=admin_user.pk).exists()


def test_of_several_all_go_or_none_and_the_history_agrees(admin_client, alice, bob, monkeypatch):
    """An error midway undoes what has been written before it, the history too."""
    delete = People.delete

    def delete_but_bob(person, *arguments, **named):
        if person == bob:
            raise OperationalError("deadlock detected")
        return delete(person, *arguments, **named)

    monkeypatch.setattr(People, "delete", delete_but_bob)
    several = {"action": "delete_selected", "_selected_action": [str(alice.pk), str(bob.pk)], "post": "yes"}
    admin_client.raise_request_exception = False
    answer = admin_client.post(reverse("admin:accounts_user_changelist"), several)
    assert answer.status_code == 503
    assert People.objects.filter(pk__in=[alice.pk, bob.pk]).count() == 2
    assert not LogEntry.objects.exists()


def test_who_is_gone_already_is_no_error(as_alice, as_bob, alice):
    as_alice.opens("Room", as_bob, title="Garden")
    twice = [People.objects.get(pk=alice.pk), People.objects.get(pk=alice.pk)]
    remove_people(twice[:1])
    remove_people(twice[1:])
    remove_people(twice)


def test_the_files_of_a_room_stay_whoever_asked_for_them(as_alice, as_bob, alice, bob, agent):
    room = as_alice.opens("Room", as_bob, agent, title="Garden")
    as_alice.says(room, "@Librarian Write it down.")
    (run,) = Run.objects.all()
    store_file(run_id=run.pk, chat_id=run.chat_id, path="plan.md", content="Roses")
    remove_people([alice])
    assert Workspace.objects.get().owner == bob
    assert WorkspaceFile.objects.get().path == "plan.md"


def test_an_answer_to_them_that_another_asked_for_again_is_stopped(as_alice, as_bob, alice, bob, agent):
    room = as_alice.opens("Room", as_bob, agent, title="Garden")
    as_alice.says(room, "@Librarian Why?")
    (run,) = Run.objects.all()
    Run.objects.update(owner=bob)
    remove_people([alice])
    run.refresh_from_db()
    assert run.cancel_requested_at is not None


def test_what_is_said_in_a_conversation_that_has_just_gone_finds_nothing(alice, agent, monkeypatch):
    """Whoever removes it was first, and what was read of it before is of no use."""
    chat = start_conversation(actor=alice, agent=agent)
    was = membership_for(alice, chat.pk)
    monkeypatch.setattr("chat.services.messages.membership_for", lambda *_who: was)
    Conversation.objects.all().delete()
    with pytest.raises(NotFound), transaction.atomic():
        asks(alice, chat.pk)


@pytest.mark.django_db(transaction=True)
def test_others_go_on_talking_in_the_rooms_meanwhile(alice, bob, django_user_model):
    """On PostgreSQL two that take rows in different orders wait for each other, and one of them fails."""
    charlie = django_user_model.objects.create_user("charlie")
    everybody = [participant_of_user(person) for person in (alice, charlie)]
    rooms = [open_room(actor=bob, title=f"{number}", participants=everybody) for number in range(8)]
    is_gone = threading.Event()

    def talk(person, places) -> int:
        said = 0
        try:
            while not is_gone.is_set() or said < len(places):
                place, said = places[said % len(places)], said + 1
                post_message(actor=person, conversation_id=place.pk, content="x", client_id=f"{said}")
        finally:
            connection.close()
        return said

    with ThreadPoolExecutor(2) as threads:
        talks = [threads.submit(talk, bob, rooms), threads.submit(talk, charlie, rooms[::-1])]
        time.sleep(0.2)
        try:
            remove_people([alice])
        finally:
            is_gone.set()
        assert all(one.result() >= len(rooms) for one in talks)
    assert sorted(People.objects.values_list("username", flat=True)) == ["bob", "charlie"]
