"""Rooms: who is in them, who may change that, and when an agent of one answers."""

import pytest
from asgiref.sync import sync_to_async

from agents.models import Agent, PromptVersion
from chat.models import Conversation, Membership, Message
from chat.services.messages import post_message
from chat.services.participants import participant_of_agent, participant_of_user
from chat.services.rooms import open_room
from tests.chat.waiting import answered
from tests.upstream import FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(as_alice, as_bob, agent):
    return as_alice.opens("Room", as_bob, agent, title="Whales")


def test_who_opens_it_owns_it(room, as_alice, as_bob, agent):
    assert (room["conversation_type"], room["title"]) == ("Room", "Whales")
    assert [(one["id"], one["role"], one["participant_type"]) for one in room["participants"]] == [
        (as_alice.id, "owner", "User"),
        (as_bob.id, "member", "User"),
        (str(agent.pk), "member", "Agent"),
    ]


def test_only_an_owner_takes_people_in_and_puts_them_out(room, as_alice, as_bob, as_charlie, agent):
    path = f"/conversations/{room['id']}/participants"
    assert as_bob.post(path, participants=[as_charlie.id]).status_code == 403
    assert as_bob.delete(f"{path}/{as_alice.id}").status_code == 403
    assert as_charlie.post(path, participants=[as_charlie.id]).status_code == 404
    assert as_charlie.delete(f"{path}/{as_bob.id}").status_code == 404
    added = as_alice.post(path, participants=[as_charlie.id, as_bob.id])
    assert [one["name"] for one in added.json()["participants"]] == ["alice", "bob", "Librarian", "charlie"]
    assert as_alice.delete(f"{path}/{agent.pk}").status_code == 204
    assert as_alice.delete(f"{path}/{agent.pk}").status_code == 404
    assert as_alice.delete(f"{path}/{as_bob.id}").status_code == 204
    assert as_bob.get(f"/conversations/{room['id']}").status_code == 404
    assert as_bob.get(f"/conversations/{room['id']}/messages").status_code == 404


def test_somebody_elses_agent_cannot_be_taken_in(as_bob, agent):
    answer = as_bob.post("/conversations", conversation_type="Room", participants=[str(agent.pk)])
    assert answer.status_code == 404
    assert not Conversation.objects.exists()


def test_everybody_may_leave_and_the_last_owner_hands_the_room_on(room, as_alice, as_bob):
    path = f"/conversations/{room['id']}"
    assert as_alice.delete(f"{path}/participants/{as_alice.id}").status_code == 204
    assert as_alice.get(path).status_code == 404
    roles = {one["name"]: one["role"] for one in as_bob.get(path).json()["participants"]}
    assert roles == {"bob": "owner", "Librarian": "member"}
    assert as_bob.delete(f"{path}/participants/{as_bob.id}").status_code == 204
    assert not Membership.objects.filter(participant__kind="user").exists()


def test_who_comes_later_has_no_unread_past(room, as_alice, as_charlie):
    as_alice.says(room, "Hello")
    as_alice.post(f"/conversations/{room['id']}/participants", participants=[as_charlie.id])
    (seen,) = as_charlie.get("/conversations").json()["conversations"]
    assert seen["unread_count"] == 0
    as_alice.says(room, "Hello Charlie")
    assert as_charlie.get("/conversations").json()["conversations"][0]["unread_count"] == 1


def test_a_system_message_is_an_owners(room, as_alice, as_bob):
    path = f"/conversations/{room['id']}/messages"
    assert as_bob.post(path, content="Closed", message_type="System").status_code == 403
    said = as_alice.says(room, "Closed", message_type="System")
    assert (said["message_type"], said["role"], said["answer_id"]) == ("System", "system", None)


@pytest.mark.parametrize("kind", ["Image", "File", "Poem"])
def test_what_cannot_be_attached_yet_is_refused(room, as_alice, kind):
    answer = as_alice.post(f"/conversations/{room['id']}/messages", content="x", message_type=kind)
    assert answer.status_code == 422
    assert "message_type" in answer.json()["detail"]


def test_a_reply_is_to_a_message_of_the_room(room, as_alice, as_bob):
    elsewhere = as_alice.says(as_alice.opens("DirectMessage", as_bob), "Hello")
    answer = as_alice.post(f"/conversations/{room['id']}/messages", content="x", reply_to=elsewhere["id"])
    assert answer.status_code == 404


def test_an_agent_answers_what_names_it_or_replies_to_it(room, as_alice, as_bob, agent):
    assert as_bob.says(room, "Good morning")["answer_id"] is None
    assert as_bob.says(room, "mail librarian@librarian.org or @Librarians")["answer_id"] is None
    named = as_bob.says(room, "Hey @librarian, why do whales sing?")
    answer = Message.objects.get(pk=named["answer_id"])
    assert answer.sender.agent_id == agent.pk
    replied = as_bob.says(room, "And dolphins?", reply_to=str(answer.pk))
    assert Message.objects.get(pk=replied["answer_id"]).sender.agent_id == agent.pk
    as_alice.delete(f"/conversations/{room['id']}/participants/{agent.pk}")
    assert as_bob.says(room, "@Librarian?")["answer_id"] is None
    assert as_bob.says(room, "Hm?", reply_to=str(answer.pk))["answer_id"] is None


@pytest.mark.django_db(transaction=True)
async def test_an_agent_hears_who_speaks_and_what_other_agents_said(alice, bob, agent, house, settings):
    @sync_to_async
    def made():
        other = Agent.objects.create(owner=alice, name="Sailor", system_prompt="Ships.", model="any")
        PromptVersion.objects.create(agent=other, number=1, system_prompt="Ships.", author=alice)
        Agent.objects.filter(pk=agent.pk).update(model="any")
        members = [participant_of_user(bob), participant_of_agent(agent), participant_of_agent(other)]
        return open_room(actor=alice, participants=members)

    room = await made()

    async def say(who, content):
        posted = await sync_to_async(post_message)(
            actor=who, conversation_id=room.pk, content=content, client_id=content[:3].strip("@ ")
        )
        await answered(posted.answer)

    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        upstream.script([Reply([chunk(said), chunk(finish="stop"), DONE]) for said in ("Ahoy", "Yes")])
        await say(bob, "@Sailor, say hello")
        await say(alice, "Thanks @Librarian!")
        asked = upstream.requests[-1].json["messages"]
    assert [(one["role"], one["content"]) for one in asked[1:]] == [
        ("user", "bob: @Sailor, say hello"),
        ("user", "Sailor: Ahoy"),
        ("user", "alice: Thanks @Librarian!"),
    ]


def test_members_who_do_not_own_it_cannot_delete_or_rename_it(room, as_alice, as_bob):
    for path, body in (("delete", {}), ("rename", {"title": "x"})):
        assert as_bob.browser.post(f"/chat/{room['id']}/{path}/", body).status_code == 403
    assert as_alice.browser.post(f"/chat/{room['id']}/rename/", {"title": "Orcas"}).status_code == 302
    assert as_bob.get(f"/conversations/{room['id']}").json()["title"] == "Orcas"
    assert as_alice.browser.post(f"/chat/{room['id']}/delete/").status_code == 302
    assert as_bob.get(f"/conversations/{room['id']}").status_code == 404


def test_nobody_edits_what_another_has_said(room, as_alice, as_bob):
    said = as_alice.says(room, "Hello")
    edited = as_bob.browser.post(
        f"/chat/{room['id']}/messages/{said['id']}/edit/", {"content": "Bye", "client_id": "two"}
    )
    assert edited.status_code == 409
    assert Message.objects.get().content == "Hello"


def test_an_agent_that_no_owner_may_talk_with_any_more_is_not_asked(room, as_bob, agent, charlie):
    assert as_bob.says(room, "@Librarian?")["answer_id"]
    Agent.objects.filter(pk=agent.pk).update(owner=charlie)
    answer = as_bob.post(f"/conversations/{room['id']}/messages", content="@Librarian, still there?")
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")


def test_an_agent_that_was_put_out_is_not_asked_again(room, as_alice, as_bob, agent):
    said = as_bob.says(room, "@Librarian, why do whales sing?")
    cut = Message.objects.filter(pk=said["answer_id"])
    cut.update(status="error", content="Because")
    as_alice.delete(f"/conversations/{room['id']}/participants/{agent.pk}")
    for verb in ("retry", "continue"):
        answer = as_bob.browser.post(f"/chat/{room['id']}/messages/{said['answer_id']}/{verb}/")
        assert answer.status_code == 409
    assert Message.objects.filter(role="assistant").count() == 1
