"""``/api/users/…`` and ``/api/chats/…``: people, their chats, and what is said in them."""

from datetime import datetime, timedelta

import pytest
from uuid_utils.compat import uuid7

from agents.models import Agent, Run
from chat.models import Conversation, Message
from chat.services.answers import retry_answer
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.chat.api.people import program_of

pytestmark = pytest.mark.django_db(transaction=True)


def messages_at(chat_id) -> str:
    return f"/api/chats/{chat_id}/messages"


def say(browser, chat_id, body, **headers):
    return browser.post(messages_at(chat_id), body, content_type="application/json", headers=headers)


def test_me_and_my_own_id_are_the_same_person(alice, alices, conversation):
    alice.email = "alice@example.org"
    alice.save()
    for name in ("me", str(alice.pk), str(alice.pk).upper()):
        answer = alices.get(f"/api/users/{name}")
        assert answer.status_code == 200
        told = answer.json()
        assert set(told) == {"user_id", "name", "email", "created_at", "last_active"}
        assert (told["user_id"], told["name"], told["email"]) == (str(alice.pk), "alice", "alice@example.org")
        since = conversation.last_message_at - datetime.fromisoformat(told["last_active"])
        assert timedelta() <= since < timedelta(milliseconds=1)


def test_who_has_said_nothing_was_never_active(bobs):
    assert bobs.get("/api/users/me").json()["last_active"] is None


@pytest.mark.parametrize("verb", ["get", "post"])
def test_another_person_is_not_to_be_found(alices, bob, agent, verb):
    for name in (bob.pk, uuid7(), "somebody", "%00", "🐳"):
        for place in ("", "/chats"):
            if verb == "post" and not place:
                continue
            answer = getattr(alices, verb)(f"/api/users/{name}{place}", {}, content_type="application/json")
            assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert Conversation.objects.count() == 0


def test_a_chat_is_made_with_the_agent_that_is_named(alice, alices, agent):
    second = Agent.objects.create(owner=alice, name="Zoologist", system_prompt="You know whales.")
    answer = alices.post(
        "/api/users/me/chats",
        {"title": "Whales", "agent_id": str(second.pk)},
        content_type="application/json",
    )
    assert answer.status_code == 201
    chat = Conversation.objects.get()
    assert answer.json() == {
        "chat_id": str(chat.pk),
        "user_id": str(alice.pk),
        "title": "Whales",
        "created_at": answer.json()["created_at"],
        "updated_at": answer.json()["updated_at"],
        "message_count": 0,
    }
    assert chat.agent == second
    assert alices.get(f"/api/chats/{chat.pk}").json()["title"] == "Whales"


def test_without_a_name_it_is_the_agent_talked_with_last(alice, alices, agent):
    second = Agent.objects.create(owner=alice, name="Zoologist", system_prompt="You know whales.")
    start_conversation(actor=alice, agent=second)
    answer = alices.post("/api/users/me/chats", {}, content_type="application/json")
    assert Conversation.objects.get(pk=answer.json()["chat_id"]).agent == second


def test_there_is_no_chat_with_an_agent_of_somebody_else(bobs, agent):
    for body in ({"agent_id": str(agent.pk)}, {"agent_id": str(uuid7())}, {}):
        answer = bobs.post("/api/users/me/chats", body, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert Conversation.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x" * 201},
        {"title": 5},
        {"title": None},
        {"agent_id": "1"},
        {"agent_id": 1},
        {"owner": "me"},
        {"user_id": "somebody"},
        [],
        "text",
    ],
)
def test_a_chat_that_cannot_be_is_refused(alices, agent, body):
    answer = alices.post("/api/users/me/chats", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error", "detail"}
    assert Conversation.objects.count() == 0


def test_the_list_has_pages_with_the_newest_activity_first(alice, alices, bobs, agent):
    chats = [start_conversation(actor=alice, agent=agent, title=str(number)) for number in range(5)]
    post_message(actor=alice, conversation_id=chats[0].pk, content="Why?", client_id="one")
    first = alices.get("/api/users/me/chats", {"page": 1, "page_size": 2}).json()
    assert {name: first[name] for name in first if name != "items"} == {
        "total": 5,
        "page": 1,
        "page_size": 2,
        "total_pages": 3,
        "has_more": True,
    }
    assert [(chat["title"], chat["message_count"]) for chat in first["items"]] == [("0", 2), ("4", 0)]
    last = alices.get("/api/users/me/chats", {"page": 3, "page_size": 2}).json()
    assert ([chat["title"] for chat in last["items"]], last["has_more"]) == (["1"], False)
    beyond = alices.get("/api/users/me/chats", {"page": 9_999_999}).json()
    assert (beyond["items"], beyond["total"], beyond["has_more"]) == ([], 5, False)
    assert bobs.get("/api/users/me/chats").json() == {
        "items": [],
        "total": 0,
        "page": 1,
        "page_size": 20,
        "total_pages": 0,
        "has_more": False,
    }


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page_size=0", "page_size=101", "page=x", f"page={10**30}"]
)
def test_a_page_that_cannot_be_is_refused(alices, conversation, query):
    for place in ("/api/users/me/chats", messages_at(conversation.pk)):
        answer = alices.get(f"{place}?{query}")
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


def test_messages_have_pages_with_the_oldest_first(alice, alices, conversation):
    for number in range(3):
        post_message(
            actor=alice, conversation_id=conversation.pk, content=f"Why {number}?", client_id=str(number)
        )
    page = alices.get(messages_at(conversation.pk), {"page": 2, "page_size": 4}).json()
    assert (page["total"], page["total_pages"], page["has_more"]) == (6, 2, False)
    assert [(item["role"], item["content"], item["status"]) for item in page["items"]] == [
        ("user", "Why 2?", "completed"),
        ("assistant", "", "pending"),
    ]
    assert set(page["items"][0]) == {
        *("message_id", "chat_id", "role", "content", "status", "metadata", "created_at"),
        "processing_time_ms",
    }
    assert alices.get(messages_at(conversation.pk)).json()["page_size"] == 20


def test_of_several_versions_of_an_answer_the_shown_one_counts(alice, alices, posted, finished):
    Message.objects.filter(pk=posted.answer.pk).update(status="completed", content="Because")
    fresh = retry_answer(
        actor=alice, conversation_id=posted.message.conversation_id, message_id=posted.answer.pk
    )
    items = alices.get(messages_at(finished.chat_id)).json()["items"]
    assert [item["message_id"] for item in items] == [str(posted.message.pk), str(fresh.pk)]


def test_a_failed_answer_says_what_had_arrived_and_why_there_is_no_more(alices, posted):
    Message.objects.filter(pk=posted.answer.pk).update(status="error", content="Because", error="timeout")
    item = alices.get(messages_at(posted.message.conversation_id)).json()["items"][1]
    assert item["content"] == (
        "Because\n\nThe request took too long to process. Please try again with a shorter message."
    )
    assert (item["status"], item["metadata"]) == ("error", {"error": "timeout"})


def test_a_long_chat_takes_no_more_queries(alice, alices, conversation, django_assert_max_num_queries):
    sender = conversation.memberships.get(participant__user=alice).participant
    Message.objects.bulk_create(
        Message(conversation=conversation, sender=sender, role="user", content=str(number))
        for number in range(500)
    )
    with django_assert_max_num_queries(8):
        page = alices.get(messages_at(conversation.pk), {"page": 5, "page_size": 100}).json()
    assert [item["content"] for item in page["items"]] == [str(number) for number in range(400, 500)]
    with django_assert_max_num_queries(8):
        alices.get("/api/users/me/chats")


def test_saying_something_starts_a_run_and_names_its_stream(alices, conversation):
    answer = say(alices, conversation.pk, {"content": " Why?\r\n", "metadata": {"ticket": 4711}})
    assert answer.status_code == 201
    run, message = Run.objects.get(), Message.objects.get(role="user")
    assert answer.json() == {
        "message_id": str(message.pk),
        "stream_url": f"/api/chats/{conversation.pk}/messages/{message.pk}/stream",
    }
    assert (run.message_id, run.chat_id, run.state) == (message.pk, conversation.pk, "queued")
    assert message.content == "Why?"
    item = alices.get(messages_at(conversation.pk)).json()["items"][0]
    assert (item["message_id"], item["metadata"]) == (str(message.pk), {"ticket": 4711})
    assert alices.get(f"/api/messages/{message.pk}/events").json() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": ""},
        {"content": " \n"},
        {"content": None},
        {"content": 5},
        {"content": ["Why?"]},
        {"content": "x" * 10_001},
        {"content": "a\u0000b"},
        {"content": "Why?", "metadata": []},
        {"content": "Why?", "metadata": None},
        {"content": "Why?", "metadata": "x"},
        {"content": "Why?", "metadata": {"a": "x" * 17_000}},
        {"content": "Why?", "metadata": {"a": "\u0000"}},
        {"content": "Why?", "metadata": {"a\u0000": 1}},
        {"content": "Why?", "role": "assistant"},
        {"content": "Why?", "sender": "somebody"},
    ],
)
def test_what_is_no_message_is_refused_and_nothing_is_stored(alices, conversation, body):
    answer = say(alices, conversation.pk, body)
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "detail"}
    assert (Message.objects.count(), Run.objects.count()) == (0, 0)


def test_metadata_may_say_anything_that_can_be_stored(alices, conversation):
    metadata = {"a": [1, 2.5, None, True, {"b": "“\\u0000” \\ 🐳"}], "": {}, "1e22": 1e22}
    assert say(alices, conversation.pk, {"content": "Why?", "metadata": metadata}).status_code == 201
    assert alices.get(messages_at(conversation.pk)).json()["items"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"\xff", b'{"content": "a", "content": "b"}', b'{"content": NaN}']
)
def test_what_is_no_json_is_refused(alices, conversation, raw):
    answer = alices.post(messages_at(conversation.pk), raw, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error", "detail"}
    assert Message.objects.count() == 0


def test_strangers_find_no_chat_and_say_nothing_in_it(alices, bobs, posted):
    chat_id = posted.message.conversation_id
    for browser, place in ((bobs, chat_id), (alices, uuid7()), (bobs, uuid7())):
        for answer in (
            browser.get(f"/api/chats/{place}"),
            browser.get(messages_at(place)),
            say(browser, place, {"content": "Why?"}),
        ):
            assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert Message.objects.count() == 2


def test_other_verbs_are_refused(alices, conversation):
    for place, allowed in (
        ("/api/users/me", {"GET"}),
        ("/api/users/me/chats", {"GET", "POST"}),
        (f"/api/chats/{conversation.pk}", {"GET"}),
        (messages_at(conversation.pk), {"GET", "POST"}),
    ):
        for verb in ("put", "patch", "delete"):
            answer = getattr(alices, verb)(place)
            assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, allowed)


def test_a_program_with_a_key_may_do_the_same(alice, conversation):
    reading, writing = program_of(alice, ("read",)), program_of(alice)
    assert reading.get("/api/users/me/chats").json()["total"] == 1
    assert say(reading, conversation.pk, {"content": "Why?"}).status_code == 403
    assert say(writing, conversation.pk, {"content": "Why?"}).status_code == 201
