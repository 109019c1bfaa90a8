"""``GET /api/sessions/{id}/messages``: page by page from the end, and what each message says."""

import pytest
from uuid_utils.compat import uuid7

from chat.api.session_schemas import MessagePage
from chat.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(conversation) -> str:
    return f"/api/sessions/{conversation.pk}/messages"


@pytest.fixture
def say(alice, conversation):
    sender = conversation.memberships.get(participant__kind="user").participant

    def said(count: int) -> list[str]:
        messages = Message.objects.bulk_create(
            Message(id=uuid7(), conversation=conversation, sender=sender, role="user", content=f"{number}")
            for number in range(count)
        )
        return [str(message.pk) for message in messages]

    return said


def test_a_session_without_messages_has_an_empty_page(hers, place):
    assert hers.get(place).json() == {"messages": [], "has_more": False, "total_count": 0}


def test_pages_go_back_from_the_end_and_each_is_oldest_first(hers, place, say):
    ids = say(120)
    seen: list[str] = []
    query = ""
    for more in (True, True, False):
        answer = hers.get(f"{place}{query}")
        page = answer.json()
        MessagePage.model_validate_json(answer.content)
        assert (page["has_more"], page["total_count"]) == (more, 120)
        seen = [one["id"] for one in page["messages"]] + seen
        query = f"?before={seen[0]}"
    assert seen == ids
    assert hers.get(f"{place}{query}").json() == {"messages": [], "has_more": False, "total_count": 120}


@pytest.mark.parametrize(("limit", "more"), [(1, True), (49, True), (50, False), (51, False), (100, False)])
def test_as_many_come_as_are_asked_for(hers, place, say, limit, more):
    ids = say(50)
    page = hers.get(f"{place}?limit={limit}").json()
    assert [one["id"] for one in page["messages"]] == ids[-limit:]
    assert page["has_more"] is more


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "limit=x", "before=x", "before="])
def test_a_page_that_cannot_be_is_refused(hers, place, query):
    answer = hers.get(f"{place}?{query}")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["detail"].startswith(query.partition("=")[0])


def test_a_message_that_is_not_there_is_not_found(hers, his, place, say, agent, bob):
    say(3)
    assert hers.get(f"{place}?before={uuid7()}").status_code == 404


def test_a_stranger_and_a_wrong_address_get_the_same_answer(his, hers, place, say):
    say(1)
    answers = [his.get(place), hers.get(f"/api/sessions/{uuid7()}/messages")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_question_and_answer_say_what_they_are(hers, place, posted):
    question, answer = hers.get(place).json()["messages"]
    assert (question["role"], question["content"], question["reply_to"]) == ("user", "Why?", None)
    assert question["status"] == "completed"
    assert (answer["role"], answer["reply_to"], answer["status"]) == ("assistant", question["id"], "pending")
    for one in (question, answer):
        assert (one["message_type"], one["audio_url"], one["tts_audio_url"]) == ("text", None, None)
        assert (one["attachments"], one["metadata"]) == ([], {})


def test_a_failed_answer_ends_with_its_fallback(hers, place, posted):
    Message.objects.filter(pk=posted.answer.pk).update(
        status="error", error="timeout", content="Because", metadata={"finish": "", "work": {"secret": 1}}
    )
    answer = hers.get(place).json()["messages"][1]
    assert answer["content"] == (
        "Because\n\nThe request took too long to process. Please try again with a shorter message."
    )
    assert answer["metadata"] == {"finish": "", "error": "timeout"}


def test_versions_put_aside_do_not_count(hers, place, posted):
    Message.objects.filter(pk=posted.answer.pk).update(active=False)
    page = hers.get(place).json()
    assert (len(page["messages"]), page["total_count"]) == (1, 1)


def test_a_page_takes_a_handful_of_queries(hers, place, say, django_assert_max_num_queries):
    ids = say(100)
    with django_assert_max_num_queries(8):
        assert len(hers.get(f"{place}?before={ids[-1]}").json()["messages"]) == 50


def test_other_verbs_are_refused(hers, place):
    for verb in ("put", "patch", "delete", "head"):
        answer = hers.say(verb, place)
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}
