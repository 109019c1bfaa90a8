"""Search by title and text, the same on SQLite and PostgreSQL."""

import pytest

from chat.models import Message
from chat.search import search_for
from chat.search_entries import index_message
from chat.services.conversations import delete_conversation, rename_conversation
from chat.services.messages import post_message
from chat.sidebar import sidebar_for


@pytest.fixture
def talk(alice, conversation):
    post_message(
        actor=alice,
        conversation_id=conversation.pk,
        content="When is the Café open on Sunday?",
        client_id="1",
    )
    rename_conversation(actor=alice, conversation_id=conversation.pk, title="Opening hours")
    return conversation


@pytest.mark.parametrize("query", ["sunday", "SUNDAY open", "open sun", "opening", "hours", "café"])
def test_words_of_title_or_text_find_a_conversation(alice, talk, query):
    assert [result.conversation_id for result in search_for(alice, query)] == [talk.pk]
    assert [row.id for _label, rows in sidebar_for(alice, query=query).groups for row in rows] == [talk.pk]


@pytest.mark.parametrize(
    "query",
    ["monday", "sunday monday", "", " ", '"', "' OR 1=1 --", "NEAR(", "*", "sun*day", "a:b", "!&|", "\\"],
)
def test_other_words_and_operators_find_nothing_and_break_nothing(alice, talk, query):
    assert search_for(alice, query) == []


def test_the_excerpt_shows_the_word(alice, talk):
    result = search_for(alice, "sunday")[0]
    assert (result.before, result.match, result.after) == ("When is the Café open on ", "Sunday", "?")
    assert result.title == "Opening hours"


def test_of_an_answer_the_excerpt_has_the_words_and_not_their_marks(alice, talk):
    answer = Message.objects.get(conversation=talk, role="assistant")
    text = "Filler. " * 200 + "\n\n## Opening\n\n- **Open** on [Sundays](https://cafe.example), see `hours`\n"
    index_message(talk.pk, answer.pk, text)
    result = search_for(alice, "sundays")[0]
    assert (result.match, result.after) == ("Sundays", ", see hours")
    assert result.before.endswith("Filler. Opening Open on ")
    assert result.before.startswith("…")


def test_what_a_person_wrote_is_shown_as_it_was_written(alice, talk):
    post_message(actor=alice, conversation_id=talk.pk, content="2 * 3 * four_five", client_id="2")
    result = search_for(alice, "3")[0]
    assert result.before + result.match + result.after == "2 * 3 * four_five"


def test_a_stranger_finds_nothing(bob, talk):
    assert search_for(bob, "sunday") == []


def test_an_old_title_and_a_deleted_conversation_are_not_found(alice, talk):
    rename_conversation(actor=alice, conversation_id=talk.pk, title="Weekend")
    assert search_for(alice, "opening hours") == []
    delete_conversation(actor=alice, conversation_id=talk.pk)
    assert search_for(alice, "weekend") == []


def test_a_word_that_never_ends_is_cut(alice, talk):
    assert search_for(alice, "s" * 5000) == []
