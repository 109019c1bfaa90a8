"""A page for programs: the database's own texts say what the messages themselves would."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from chat.api.session_told import as_answer, as_plain_answer, message_told
from chat.errors import NotFound
from chat.models import Message
from chat.told_pages import told_page

pytestmark = pytest.mark.django_db

SOUND = {"path": "a/b.mp3", "seconds": 1.5, "size": 9, "peaks": "00" * 64}


@pytest.fixture
def say(conversation):
    sender = conversation.memberships.get(participant__kind="user").participant

    def said(**fields) -> Message:
        written = datetime(2026, 11, 22, 4, 5, 6, 155999, tzinfo=UTC)
        message = Message(
            **{"id": uuid7(), "conversation": conversation, "sender": sender, "role": "user"} | fields
        )
        message.save()
        Message.objects.filter(pk=message.pk).update(created_at=fields.get("created_at", written))
        return Message.objects.get(pk=message.pk)

    return said


def told(alice, message: Message) -> dict:
    (row,) = told_page(alice, message.conversation_id, limit=1).messages
    return message_told(row)


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "Why?"},
        {
            "content": 'ä "\\ \u2028 🙂',
            "metadata": {"given": {"deep": [{"ü": [1, 2.5, None, True]}], "n": 2**70}},
        },
        {"role": "assistant", "content": "Because", "processing_time_ms": 12, "metadata": {"finish": "stop"}},
        {
            "role": "assistant",
            "content": "Be",
            "status": "error",
            "error": "timeout",
            "metadata": {"work": {}},
        },
        {"role": "system", "kind": "text", "content": "She came in."},
        {"content": "aloud", "metadata": {"recording": SOUND, "speech": SOUND}},
    ],
)
def test_a_row_tells_what_its_message_tells(alice, say, fields):
    message = say(**fields)
    assert told(alice, message) == message_told(message)


def test_it_names_the_messages_it_belongs_to(alice, say):
    question, other = say(content="Why?"), say(content="What else?")
    answer = say(role="assistant", parent=question)
    assert told(alice, answer) == message_told(answer)
    assert told(alice, answer)["reply_to"] == str(question.pk)
    reply = say(content="Hm", parent=question, reply_to=other)
    assert told(alice, reply)["reply_to"] == message_told(reply)["reply_to"] == str(other.pk)


@pytest.mark.parametrize("microsecond", [0, 1, 999, 1000, 5_000, 10_000, 100_000, 155_999, 999_999])
def test_a_moment_has_three_decimals_however_many_the_database_has(alice, say, microsecond):
    message = say(created_at=datetime(2026, 1, 2, 3, 4, 5, microsecond, tzinfo=UTC))
    assert told(alice, message)["created_at"] == f"2026-01-02T03:04:05.{microsecond // 1000:03}Z"
    assert told(alice, message) == message_told(message)


def test_both_ways_of_writing_json_write_the_same(alice, say):
    value = message_told(
        say(content='ä "\\ \u2028 \x7f 🙂', metadata={"given": {"a/b": [1, 2.5, None, True]}})
    )
    assert json.loads(as_plain_answer(value).content) == json.loads(as_answer(value).content) == value
    assert "🙂".encode() in as_plain_answer(value).content


def test_a_page_takes_one_query(alice, say, django_assert_num_queries):
    messages = [say() for _ in range(3)]
    with django_assert_num_queries(1):
        page = told_page(alice, messages[0].conversation_id, limit=2)
    assert [row.id for row in page.messages] == [str(one.pk) for one in messages[1:]]
    assert (page.has_earlier, page.total) == (True, 3)


def test_before_the_first_there_is_nothing_and_the_total_is_that_of_all(alice, say):
    first, _second = say(), say()
    page = told_page(alice, first.conversation_id, before=first.pk)
    assert (list(page.messages), page.has_earlier, page.total) == ([], False, 2)


def test_a_stranger_learns_nothing(bob, say):
    message = say()
    for before in (None, message.pk, uuid7()):
        with pytest.raises(NotFound, match="or is not yours"):
            told_page(bob, message.conversation_id, before=before)


def test_a_place_that_is_not_shown_is_refused(alice, say):
    hidden, shown = say(active=False), say()
    for before in (hidden.pk, UUID(int=0), UUID(int=2**128 - 1)):
        with pytest.raises(NotFound, match="no such message"):
            told_page(alice, shown.conversation_id, before=before)
