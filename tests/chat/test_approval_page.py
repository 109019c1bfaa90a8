"""The card of a call that waits, on the page, and the door behind its buttons."""

import pytest
from django.db import transaction
from django.urls import reverse
from uuid_utils.compat import uuid7

from agents.engine.events import Approval, Start
from agents.eventlog import append_to_parked
from agents.models import Agent, Run, RunStep
from chat.models import Message
from chat.services.messages import post_message


@pytest.fixture
def waiting(alice, conversation) -> Run:
    """A run that was parked to ask about one call."""
    answer = post_message(actor=alice, conversation_id=conversation.pk, content="x", client_id="one").answer
    Run.objects.filter(pk=answer.run_id).update(state="waiting", worker="")
    Message.objects.filter(pk=answer.pk).update(status="processing")
    run = Run.objects.get(pk=answer.run_id)
    Agent.objects.filter(pk=run.agent_id).update(tools=["write_file"])
    RunStep.objects.create(
        run=run, round=0, position=0, call_id="c", name="write_file", said=0, state="asked", arguments="{}"
    )
    asked = Approval("c", "write_file", "path: a", "asked", {"path": "<b>&", "text": "x\ny"}, ("once",))
    with transaction.atomic():
        append_to_parked(run.pk, Start(str(run.pk), str(run.agent_id), "Librarian"), asked)
    return run


def url(run):
    return reverse("chat:decide", args=[run.chat_id])


def sent(waiting, **change):
    return {"run": str(waiting.pk), "call": "c", "decision": "allow", **change}


def test_the_card_shows_the_real_arguments_and_only_what_may_be_chosen(alices, waiting):
    page = alices.get(reverse("chat:conversation", args=[waiting.chat_id])).content.decode()
    assert "Allow “write_file”?" in page
    assert "&lt;b&gt;&amp;" in page
    assert 'value="allow"' in page
    assert 'value="always"' not in page
    assert "Waiting for you" in page


@pytest.mark.parametrize(("decision", "stored"), [("allow", "allowed"), ("deny", "denied")])
def test_a_button_decides(alices, waiting, decision, stored):
    answer = alices.post(url(waiting), sent(waiting, decision=decision), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert RunStep.objects.get().decision == stored
    assert Run.objects.get().state == "queued"
    again = alices.post(url(waiting), sent(waiting, decision=decision))
    assert again.status_code == 302


def test_another_decision_afterwards_is_a_conflict_in_words(alices, waiting):
    alices.post(url(waiting), sent(waiting))
    answer = alices.post(
        url(waiting), sent(waiting, decision="deny", reason="no"), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert "decided already" in answer.content.decode()
    assert RunStep.objects.get().decision == "allowed"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"decision": ""}, 422),
        ({"decision": "perhaps"}, 422),
        ({"decision": "deny", "reason": "x" * 501}, 422),
        ({"run": "x"}, 404),
        ({"run": str(uuid7())}, 404),
        ({"call": "\x00"}, 404),
        ({"call": "d" * 100_000}, 404),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_and_changes_nothing(alices, waiting, change, status):
    answer = alices.post(url(waiting), sent(waiting, **change), headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert RunStep.objects.get().decision == ""
    assert Run.objects.get().state == "waiting"


def test_a_stranger_and_nobody_decide_nothing(bobs, client, waiting):
    assert bobs.post(url(waiting), sent(waiting)).status_code == 404
    assert client.post(url(waiting), sent(waiting)).status_code == 302
    assert RunStep.objects.get().decision == ""


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_only_a_post_decides(alices, waiting, verb):
    assert getattr(alices, verb)(url(waiting)).status_code == 405
