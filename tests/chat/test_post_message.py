from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from agents.models import Run
from chat.errors import Conflict, Invalid, NotFound
from chat.models import Conversation, Message
from chat.services.conversations import archive_conversation
from chat.services.messages import post_first_message, post_message


def say(who, conversation, content="When is it open?", client_id="one"):
    return post_message(actor=who, conversation_id=conversation.pk, content=content, client_id=client_id)


def test_a_message_is_stored_with_a_pending_answer_and_a_run_in_the_queue(alice, conversation):
    posted = say(alice, conversation)
    assert posted.created
    assert (posted.message.role, posted.message.content) == ("user", "When is it open?")
    assert (posted.answer.role, posted.answer.status, posted.answer.parent) == (
        "assistant",
        "pending",
        posted.message,
    )
    run = Run.objects.get()
    assert (run.state, run.message_id, run.answer_id) == ("queued", posted.message.pk, posted.answer.pk)
    assert run.prompt_version.number == 1


def test_the_first_message_names_the_conversation_and_the_second_does_not(alice, conversation):
    say(alice, conversation, "First words")
    say(alice, conversation, "Second words", "two")
    conversation.refresh_from_db()
    assert conversation.title == "First words"


def test_the_same_client_id_gives_the_same_message_and_no_second_run(alice, conversation):
    first, second = say(alice, conversation), say(alice, conversation)
    assert second.message == first.message
    assert second.answer == first.answer
    assert not second.created
    assert Run.objects.count() == 1


def test_the_same_client_id_with_another_text_is_a_conflict(alice, conversation):
    say(alice, conversation)
    with pytest.raises(Conflict):
        say(alice, conversation, "Something else")
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_sends_of_one_client_id_make_one_message_and_one_run(alice, conversation):
    def send(_):
        try:
            return say(alice, conversation).message.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(send, range(50)))
    assert len(ids) == 1
    assert Message.objects.filter(role="user").count() == 1
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    ["", "   \n ", "a" * 10_001, "nul \x00 byte", "half \ud83d pair"],
    ids=["empty", "blank", "long", "nul", "half"],
)
def test_what_cannot_be_a_message_is_refused_in_words_and_nothing_is_stored(alice, conversation, content):
    with pytest.raises(Invalid) as refused:
        say(alice, conversation, content)
    assert refused.value.text
    assert not Message.objects.exists()


def test_a_message_of_ten_thousand_characters_is_stored_whole(alice, conversation):
    assert len(say(alice, conversation, "a" * 10_000).message.content) == 10_000


@pytest.mark.parametrize("client_id", ["", "a" * 101, "a b", "é", "a\x00"])
def test_a_client_id_that_is_none_is_refused(alice, conversation, client_id):
    with pytest.raises(Invalid):
        say(alice, conversation, client_id=client_id)


def test_a_stranger_is_told_that_there_is_no_such_conversation(bob, conversation):
    with pytest.raises(NotFound):
        say(bob, conversation)
    assert not Message.objects.exists()


def test_a_first_message_starts_one_conversation_however_often_it_is_sent(alice, agent):
    send = {"actor": alice, "agent_id": agent.pk, "content": "Hello", "client_id": "first"}
    first, second = post_first_message(**send), post_first_message(**send)
    assert first.message == second.message
    assert Conversation.objects.count() == 1


def test_a_stranger_cannot_start_a_conversation_with_a_private_agent(bob, agent):
    with pytest.raises(NotFound):
        post_first_message(actor=bob, agent_id=agent.pk, content="Hello", client_id="first")
    assert not Conversation.objects.exists()


def test_a_message_in_an_archived_conversation_is_taken_all_the_same(alice, conversation):
    archive_conversation(actor=alice, conversation_id=conversation.pk, archived=True)
    assert say(alice, conversation).created
