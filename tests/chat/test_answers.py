"""Retry, continue, versions and stop, as services."""

import pytest

from agents.models import Run
from chat.errors import Conflict, NotFound
from chat.models import Message
from chat.services.answers import continue_answer, retry_answer, show_version, stop_current_answer
from chat.services.messages import edit_message, post_message


@pytest.fixture
def answer(alice, conversation) -> Message:
    """A finished answer to Alice's question."""
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    return finish(posted.answer, "Because.")


def finish(answer: Message, content: str, **fields) -> Message:
    Run.objects.filter(pk=answer.run_id).update(state="completed")
    answer.status, answer.content = "completed", content
    for name, value in fields.items():
        setattr(answer, name, value)
    answer.save()
    return answer


def of(actor, message):
    return {"actor": actor, "conversation_id": message.conversation_id, "message_id": message.pk}


def shown(conversation):
    return list(conversation.messages.filter(active=True).values_list("content", flat=True))


def test_a_retry_puts_the_old_answer_aside_and_asks_again(alice, conversation, answer):
    fresh = retry_answer(**of(alice, answer))
    assert shown(conversation) == ["Why?", ""]
    assert (fresh.parent_id, fresh.status) == (answer.parent_id, "pending")
    assert Run.objects.filter(state="queued").count() == 1


def test_an_earlier_version_can_be_shown_again(alice, conversation, answer):
    finish(retry_answer(**of(alice, answer)), "Therefore.")
    show_version(**of(alice, answer))
    assert shown(conversation) == ["Why?", "Because."]


def test_a_complete_answer_is_not_continued(alice, answer):
    with pytest.raises(Conflict):
        continue_answer(**of(alice, answer))


@pytest.mark.parametrize(
    "fields", [{"status": "error"}, {"status": "cancelled"}, {"metadata": {"finish": "length"}}], ids=str
)
def test_a_cut_answer_is_continued_in_place_from_its_text(alice, answer, fields):
    finish(answer, "Beca", **fields)
    continued = continue_answer(**of(alice, answer))
    assert continued.pk == answer.pk
    assert continued.run.continue_from == "Beca"
    assert continued.status == "pending"


@pytest.mark.parametrize("change", [retry_answer, continue_answer, show_version])
def test_a_stranger_finds_no_answer(bob, answer, change):
    with pytest.raises(NotFound):
        change(**of(bob, answer))


@pytest.mark.parametrize("change", [retry_answer, continue_answer, show_version])
def test_nothing_is_asked_again_while_an_answer_is_under_way(alice, conversation, answer, change):
    retry_answer(**of(alice, answer))
    with pytest.raises(Conflict):
        change(**of(alice, answer))
    assert Run.objects.filter(state="queued").count() == 1


def test_only_the_last_answer_is_asked_for_again(alice, conversation, answer):
    post_message(actor=alice, conversation_id=conversation.pk, content="And?", client_id="two")
    with pytest.raises(Conflict):
        retry_answer(**of(alice, answer))


def test_an_edit_puts_the_old_words_and_their_answer_aside(alice, conversation, answer):
    posted = edit_message(**of(alice, answer.parent), content="Why not?", client_id="two")
    assert shown(conversation) == ["Why not?", ""]
    assert posted.message.parent_id == answer.parent_id
    assert Message.objects.filter(content="Because.", active=False).exists()


def test_an_edit_sent_twice_edits_once(alice, conversation, answer):
    edit = of(alice, answer.parent) | {"content": "Why not?", "client_id": "two"}
    assert edit_message(**edit).message == edit_message(**edit).message
    assert Run.objects.filter(state="queued").count() == 1


def test_a_stranger_and_an_answer_are_not_edited(alice, bob, answer):
    with pytest.raises(NotFound):
        edit_message(**of(bob, answer.parent), content="x", client_id="two")
    with pytest.raises(Conflict):
        edit_message(**of(alice, answer), content="x", client_id="two")


def test_stop_ends_what_waits_in_the_queue_at_once(alice, conversation):
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    stop_current_answer(actor=alice, conversation_id=conversation.pk)
    posted.answer.refresh_from_db()
    assert posted.answer.status == "cancelled"
    assert Run.objects.get().state == "cancelled"


def test_stop_asks_a_run_under_way_to_stop(alice, conversation):
    post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    Run.objects.update(state="running", attempt=1)
    stop_current_answer(actor=alice, conversation_id=conversation.pk)
    run = Run.objects.get()
    assert run.state == "running"
    assert run.cancel_requested_at is not None


def test_stop_leaves_what_waits_behind_it(alice, conversation):
    first, second = [
        post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id=client_id).answer
        for client_id in ("one", "two")
    ]
    stop_current_answer(actor=alice, conversation_id=conversation.pk, answer_id=first.pk)
    stop_current_answer(actor=alice, conversation_id=conversation.pk, answer_id=first.pk)  # pressed twice
    states = list(Message.objects.filter(role="assistant").order_by("id").values_list("status", flat=True))
    assert states == ["cancelled", "pending"]
    stop_current_answer(actor=alice, conversation_id=conversation.pk)
    second.refresh_from_db()
    assert second.status == "cancelled"


def test_a_stranger_stops_nothing(alice, bob, conversation):
    post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    with pytest.raises(NotFound):
        stop_current_answer(actor=bob, conversation_id=conversation.pk)
    assert Run.objects.get().state == "queued"
