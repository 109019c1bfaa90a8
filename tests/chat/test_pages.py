"""The pages over HTTP: who sees them, with which verbs, in how many queries, and what they refuse."""

import pytest
from django.test import Client
from django.urls import reverse

from agents.models import Run
from chat.models import Conversation, Message
from chat.services.conversations import start_conversation
from chat.services.messages import post_message

#: An id that nothing has; the same in each worker, which must collect the same tests.
NOBODYS = "01a1fc1d-7ad7-7274-9b77-5d43d62cf03f"
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def answered(alice, conversation) -> Message:
    """A finished answer in Alice's conversation."""
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    Run.objects.update(state="completed")
    Message.objects.filter(pk=posted.answer.pk).update(status="completed", content="**Because.**")
    posted.answer.refresh_from_db()
    return posted.answer


def url(name, *args):
    return reverse(f"chat:{name}", args=args)


def fill(conversation, count):
    people = {member.participant.kind: member.participant for member in conversation.memberships.all()}
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            sender=people["user" if number % 2 == 0 else "agent"],
            role="user" if number % 2 == 0 else "assistant",
            content=f"Message {number}",
        )
        for number in range(count)
    )


def test_the_first_page_offers_the_agents(alices, agent):
    page = alices.get("/")
    assert page.status_code == 200
    assert "Librarian" in page.text
    assert alices.get("/chat/").text.count("Librarian") == page.text.count("Librarian")


def test_a_first_message_leads_to_its_conversation(alices, agent):
    sent = {"agent": agent.pk, "content": "Hello", "client_id": "one"}
    answer = alices.post(url("start"), sent)
    conversation = Conversation.objects.get()
    assert (answer.status_code, answer.url) == (302, conversation.get_absolute_url())
    by_htmx = alices.post(url("start"), sent, **HTMX)
    assert str(conversation.pk) in by_htmx["HX-Location"]
    assert Conversation.objects.count() == 1


def test_a_conversation_shows_its_messages(alices, conversation, answered):
    page = alices.get(conversation.get_absolute_url())
    assert "Why?" in page.text
    assert "<strong>Because.</strong>" in page.text
    assert f'id="message-{answered.pk}"' in page.text
    assert page["Cache-Control"] == "private, no-store"


def test_htmx_gets_the_middle_of_the_page_only(alices, conversation, answered):
    whole = alices.get(conversation.get_absolute_url()).text
    part = alices.get(conversation.get_absolute_url(), **HTMX).text
    assert "<html" in whole
    assert "<html" not in part
    assert f'id="message-{answered.pk}"' in part


def test_a_send_gives_both_messages_drawn(alices, conversation):
    answer = alices.post(url("messages", conversation.pk), {"content": "Hi", "client_id": "one"}, **HTMX)
    assert answer.status_code == 202
    for message in Message.objects.all():
        assert f'id="message-{message.pk}"' in answer.text


@pytest.mark.parametrize(
    ("content", "status"),
    [("", 422), (" ", 422), ("a" * 10_001, 422), ("a\x00b", 422)],
    ids=["empty", "blank", "long", "nul"],
)
def test_what_cannot_be_a_message_is_refused_in_words(alices, conversation, content, status):
    sent = {"content": content, "client_id": "one"}
    answer = alices.post(url("messages", conversation.pk), sent, **HTMX)
    assert answer.status_code == status
    assert "message" in answer.text.lower() or "write" in answer.text.lower()
    assert not Message.objects.exists()


def test_a_client_id_used_for_other_words_is_a_conflict(alices, conversation):
    alices.post(url("messages", conversation.pk), {"content": "Hi", "client_id": "one"}, **HTMX)
    answer = alices.post(url("messages", conversation.pk), {"content": "Ho", "client_id": "one"}, **HTMX)
    assert answer.status_code == 409


NAMES_OF_A_CONVERSATION = ["conversation", "messages", "rename"]
POSTS_OF_A_CONVERSATION = ["messages", "stop", "rename", "pin", "archive", "delete"]
POSTS_OF_A_MESSAGE = ["retry", "continue", "show", "edit"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("name", NAMES_OF_A_CONVERSATION)
def test_a_stranger_cannot_look(bobs, conversation, answered, name, headers):
    assert bobs.get(url(name, conversation.pk), {"before": answered.pk}, **headers).status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("name", POSTS_OF_A_CONVERSATION)
def test_a_stranger_cannot_change_a_conversation(bobs, conversation, answered, name, headers):
    sent = {"content": "Hi", "client_id": "x", "title": "Mine", "pinned": "1", "archived": "1"}
    assert bobs.post(url(name, conversation.pk), sent, **headers).status_code == 404
    conversation.refresh_from_db()
    assert conversation.title == "Why?"
    assert Message.objects.count() == 2


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("name", POSTS_OF_A_MESSAGE)
def test_a_stranger_cannot_change_a_message(bobs, conversation, answered, name, headers):
    sent = {"content": "Hi", "client_id": "x"}
    assert bobs.post(url(name, conversation.pk, answered.pk), sent, **headers).status_code == 404
    assert Message.objects.count() == 2


def test_a_stranger_cannot_read_a_message(bobs, conversation, answered):
    assert bobs.get(url("text", conversation.pk, answered.pk)).status_code == 404
    assert bobs.get(url("edit", conversation.pk, answered.pk)).status_code == 404


def test_a_message_of_another_conversation_is_not_found_by_its_id(alice, alices, agent, answered):
    other = start_conversation(actor=alice, agent=agent)
    assert alices.post(url("retry", other.pk, answered.pk)).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/chat/{}/", "/chat/{}/messages/", "/chat/{}/rename/"],
)
@pytest.mark.parametrize("key", [NOBODYS, "not-a-uuid", "1", "../", "%00", "0" * 400])
def test_ids_that_are_unknown_or_malformed_are_not_found(alices, path, key):
    assert alices.get(path.format(key)).status_code == 404


@pytest.mark.parametrize("before", ["", "x", "0" * 300, NOBODYS])
def test_earlier_messages_before_nothing_are_no_error_of_ours(alices, conversation, before):
    answer = alices.get(url("messages", conversation.pk), {"before": before}, **HTMX)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["stop", "pin", "archive", "delete"])
def test_a_get_changes_nothing(alices, conversation, name):
    assert alices.get(url(name, conversation.pk)).status_code == 405


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_verbs_are_refused(alices, conversation, method):
    assert getattr(alices, method)(conversation.get_absolute_url()).status_code == 405


def test_somebody_not_signed_in_is_sent_to_sign_in(client, conversation):
    answer = client.get(conversation.get_absolute_url())
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


def test_the_text_of_a_message_is_what_was_written(alices, conversation, answered):
    answer = alices.get(url("text", conversation.pk, answered.pk))
    assert (answer.text, answer["Content-Type"]) == ("**Because.**", "text/plain; charset=utf-8")


def test_earlier_messages_come_fifty_at_a_time(alices, conversation):
    fill(conversation, 120)
    ids = list(Message.objects.order_by("id").values_list("id", flat=True))
    page = alices.get(conversation.get_absolute_url()).text
    assert f"message-{ids[70]}" in page
    assert f"message-{ids[69]}" not in page
    earlier = alices.get(url("messages", conversation.pk), {"before": ids[70]}, **HTMX).text
    assert f"message-{ids[20]}" in earlier
    assert f"message-{ids[19]}" not in earlier
    assert f"message-{ids[70]}" not in earlier


@pytest.mark.parametrize("count", [5, 500])
def test_a_page_costs_the_same_queries_whatever_its_length(
    alices, conversation, count, django_assert_max_num_queries
):
    fill(conversation, count)
    alices.get("/")  # the session is in the cache from here on
    with django_assert_max_num_queries(8):
        assert alices.get(conversation.get_absolute_url()).status_code == 200


def test_a_deleted_conversation_says_so_to_whoever_writes_in_it(alices, conversation):
    gone = conversation.pk
    conversation.delete()
    answer = alices.post(url("messages", gone), {"content": "Hi", "client_id": "one"}, **HTMX)
    assert answer.status_code == 404
    assert "does not exist" in answer.text


def test_the_conversation_of_a_deleted_agent_is_gone(alices, conversation, agent):
    agent.delete()
    assert alices.get(conversation.get_absolute_url()).status_code == 404


def test_search_and_list_take_any_words(alices, conversation, answered):
    for query in ("why", "", "\x00", "'\"", "a" * 5000):
        assert alices.get(url("search"), {"q": query}).status_code == 200
        assert alices.get(url("sidebar"), {"q": query, "page": query, "current": query}).status_code == 200
    assert str(conversation.pk) in alices.get(url("search"), {"q": "why"}, **HTMX).text


def test_a_page_needs_the_token_of_its_form_to_change_something(alice, conversation):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    answer = browser.post(url("messages", conversation.pk), {"content": "Hi", "client_id": "one"})
    assert answer.status_code == 403
    assert not Message.objects.exists()


def test_only_an_answer_behind_another_is_said_to_wait(alice, alices, conversation):
    waits = "Waiting for the answer before this one"
    sent = alices.post(url("messages", conversation.pk), {"content": "Hi", "client_id": "one"}, **HTMX)
    assert waits not in sent.text
    assert waits not in alices.get(conversation.get_absolute_url()).text
    sent = alices.post(url("messages", conversation.pk), {"content": "Ho", "client_id": "two"}, **HTMX)
    assert sent.text.count(waits) == 1
    assert alices.get(conversation.get_absolute_url()).text.count(waits) == 1


@pytest.mark.parametrize("path", ["/", "/chat/", "/search/", "/chat/sidebar/"])
def test_a_page_can_be_asked_for_its_head(alices, agent, path):
    assert alices.head(path).status_code == 200
