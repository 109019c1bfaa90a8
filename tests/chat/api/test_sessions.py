"""``/api/agents/{id}/sessions`` and ``/api/sessions/{id}``, as the contract says."""

import pytest
from uuid_utils.compat import uuid7

from chat.api.session_schemas import SessionDetail
from chat.models import Conversation, Message
from chat.services.conversations import start_conversation
from chat.services.messages import post_message

pytestmark = pytest.mark.django_db

SESSION = {
    *("id", "agent_id", "title", "pinned", "archived", "message_count", "last_message_at"),
    *("created_at", "updated_at"),
}
MESSAGE = {
    *("id", "session_id", "role", "content", "message_type", "status", "reply_to", "audio_url"),
    *("tts_audio_url", "attachments", "metadata", "processing_time_ms", "created_at"),
}


def of_agent(agent) -> str:
    return f"/api/agents/{agent.pk}/sessions"


def at(session_id) -> str:
    return f"/api/sessions/{session_id}"


def test_a_new_session_is_empty_and_lies_where_it_says(hers, agent):
    answer = hers.say("post", of_agent(agent), {"title": "  Big\n whales "})
    made = answer.json()
    assert (answer.status_code, set(made)) == (201, SESSION)
    assert (made["title"], made["agent_id"], made["message_count"]) == ("Big whales", str(agent.pk), 0)
    assert (made["pinned"], made["archived"], made["last_message_at"]) == (False, False, None)
    assert answer.headers["Location"] == at(made["id"])
    assert hers.get(at(made["id"])).json()["title"] == "Big whales"


@pytest.mark.parametrize("body", [None, {}, {"title": ""}])
def test_it_needs_no_title_and_gets_one_from_the_first_message(alice, hers, agent, body):
    made = hers.say("post", of_agent(agent), body).json()
    assert made["title"] == ""
    post_message(actor=alice, conversation_id=made["id"], content="Why is the sea salt?", client_id="one")
    assert hers.get(at(made["id"])).json()["title"] == "Why is the sea salt?"


def test_the_list_has_ones_own_with_this_agent_newest_activity_first(alice, bob, hers, agent):
    agent.visibility = "everyone"
    agent.save()
    sessions = [start_conversation(actor=alice, agent=agent, title=f"{n}") for n in range(5)]
    start_conversation(actor=bob, agent=agent)
    post_message(actor=alice, conversation_id=sessions[0].pk, content="Why?", client_id="one")
    pages = [hers.get(f"{of_agent(agent)}?limit=2&offset={offset}").json() for offset in (0, 2, 4, 6)]
    assert [page["total"] for page in pages] == [5] * 4
    listed = [one for page in pages for one in page["sessions"]]
    assert [one["title"] for one in listed] == ["0", "4", "3", "2", "1"]
    assert [one["message_count"] for one in listed] == [2, 0, 0, 0, 0]
    assert all(set(one) == SESSION for one in listed)


def test_a_session_comes_with_its_agent_and_its_last_messages(hers, conversation, agent):
    said(conversation, 60)
    answer = hers.get(at(conversation.pk))
    shown = answer.json()
    assert set(shown) == SESSION | {"agent", "messages"}
    assert shown["agent"] == hers.get(f"/api/agents/{agent.pk}").json()
    assert [one["content"] for one in shown["messages"]] == [f"{number}" for number in range(10, 60)]
    assert all(set(one) == MESSAGE for one in shown["messages"])
    assert shown["message_count"] == 60
    SessionDetail.model_validate_json(answer.content)


def said(conversation, count: int) -> None:
    sender = conversation.memberships.get(participant__kind="user").participant
    Message.objects.bulk_create(
        Message(id=uuid7(), conversation=conversation, sender=sender, role="user", content=f"{number}")
        for number in range(count)
    )


def test_title_pin_and_archive_are_changed_together_or_alone(hers, conversation):
    changed = hers.say("patch", at(conversation.pk), {"title": "Whales", "pinned": True, "archived": True})
    assert changed.status_code == 200
    assert set(changed.json()) == SESSION | {"agent", "messages"}
    assert {name: changed.json()[name] for name in ("title", "pinned", "archived")} == {
        "title": "Whales",
        "pinned": True,
        "archived": True,
    }
    again = hers.say("patch", at(conversation.pk), {"archived": False}).json()
    assert (again["title"], again["pinned"], again["archived"]) == ("Whales", True, False)
    assert hers.say("patch", at(conversation.pk), {}).json()["title"] == "Whales"


def test_what_is_wrong_in_part_changes_nothing(hers, conversation):
    answer = hers.say("patch", at(conversation.pk), {"pinned": True, "title": "x" * 201})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["detail"].startswith("title: ")
    assert hers.get(at(conversation.pk)).json()["pinned"] is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("title", value) for value in ("", "  ", "x" * 201, "a\0b", 1, None, ["x"])),
        *(("pinned", value) for value in ("true", 1, 0, None, "", [])),
        ("archived", "no"),
        *((field, "x") for field in ("id", "agent_id", "created_by", "user_id", "role", "created_at")),
        *((field, 1) for field in ("message_count", "kind", "messages", "agent")),
    ],
    ids=repr,
)
def test_values_and_fields_that_cannot_be_are_named(hers, conversation, field, value):
    answer = hers.say("patch", at(conversation.pk), {field: value})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["detail"].partition(": ")[0] == field


@pytest.mark.parametrize(
    "body", [{"title": "x" * 201}, {"title": 1}, {"title": "\0"}, {"agent_id": 1}, {"x": 1}]
)
def test_a_new_session_is_refused_in_the_same_way(hers, agent, body):
    answer = hers.say("post", of_agent(agent), body)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert not Conversation.objects.exists()


def test_deleted_it_is_gone(hers, conversation):
    answer = hers.say("delete", at(conversation.pk))
    assert (answer.status_code, answer.content) == (204, b"")
    assert hers.get(at(conversation.pk)).status_code == 404
    assert hers.say("delete", at(conversation.pk)).status_code == 404


def test_a_strangers_session_and_none_at_all_get_the_same_answer(his, conversation, agent):
    for verb, body in (("get", None), ("patch", {"title": "Mine"}), ("delete", None)):
        answers = [his.say(verb, at(pk), body) for pk in (conversation.pk, uuid7())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
    for verb, body in (("get", None), ("post", {})):
        answers = [his.say(verb, f"/api/agents/{pk}/sessions", body) for pk in (agent.pk, uuid7())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()


def test_of_two_who_change_it_the_second_is_told_and_a_message_is_no_change(alice, hers, conversation):
    place = at(conversation.pk)
    tag = hers.get(place).headers["ETag"]
    assert hers.get(place, **{"If-None-Match": tag}).status_code == 304
    hers.say("patch", place, {"title": "First"})
    assert hers.say("patch", place, {"title": "Second"}, **{"If-Match": tag}).status_code == 409
    assert hers.say("delete", place, **{"If-Match": tag}).status_code == 409
    tag = hers.get(place).headers["ETag"]
    post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    assert hers.get(place, **{"If-None-Match": tag}).status_code == 200
    changed = hers.say("patch", place, {"archived": True}, **{"If-Match": tag})
    assert changed.status_code == 200
    assert hers.say("delete", place, **{"If-Match": changed.headers["ETag"]}).status_code == 204


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "offset=-1", "limit=x"])
def test_a_page_that_cannot_be_is_refused(hers, agent, query):
    assert hers.get(f"{of_agent(agent)}?{query}").status_code == 422


def test_other_verbs_are_refused(hers, conversation, agent):
    assert hers.say("put", at(conversation.pk), {}).status_code == 405
    assert hers.say("delete", of_agent(agent)).status_code == 405


def test_each_takes_a_handful_of_queries(alice, hers, agent, conversation, django_assert_max_num_queries):
    said(conversation, 50)
    for number in range(20):
        start_conversation(actor=alice, agent=agent, title=f"{number}")
    for place in (at(conversation.pk), of_agent(agent)):
        with django_assert_max_num_queries(8):
            assert hers.get(place).status_code == 200
