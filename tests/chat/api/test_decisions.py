"""Deciding by the API, and over the socket, on a call that waits."""

import pytest
from asgiref.sync import sync_to_async

from agents.models import Agent
from tests.chat.programs import Program
from tests.chat.test_approvals import SUM, parked
from tests.chat.waiting import ended

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(agent):
    agent.tools, agent.tool_policies = ["calculator"], {"calculator": "ask"}
    agent.save()
    return agent


def decide(client, run, conversation=None, **given):
    body = {"run_id": str(run.pk), "call_id": "", "decision": "allow"} | given
    address = f"/api/chats/{conversation or run.chat_id}/decisions"
    return sync_to_async(client.post)(address, body, content_type="application/json")


async def waiting(alice, conversation):
    run = await parked(alice, conversation)
    return run, (await run.steps.aget()).call_id


async def test_what_is_allowed_is_done(alice, alices, conversation, house):
    run, call_id = await waiting(alice, conversation)
    answer = await decide(alices, run, call_id=call_id)
    assert answer.status_code == 200
    assert answer.json() == {
        "chat_id": str(conversation.pk),
        "run_id": str(run.pk),
        "call_id": call_id,
        "decision": "allow",
    }
    assert "84" in (await ended(run)).content
    assert (await decide(alices, run, call_id=call_id)).status_code == 200
    assert (await decide(alices, run, call_id=call_id, decision="deny")).json()["error"] == "conflict"


async def test_what_is_denied_is_not_done_and_the_agent_is_told_why(alice, alices, conversation, house):
    run, call_id = await waiting(alice, conversation)
    assert (await decide(alices, run, call_id=call_id, decision="deny", reason="No.")).status_code == 200
    (tool,) = (await ended(run)).metadata["work"]["tools"]
    assert (tool["status"], tool["reason"]) == ("denied", "No.")


async def test_always_holds_from_now_on(alice, alices, conversation, house):
    run, call_id = await waiting(alice, conversation)
    assert (await decide(alices, run, call_id=call_id, decision="always")).status_code == 200
    assert (await Agent.objects.aget()).tool_policies == {"calculator": "run"}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"decision": "perhaps"}, 422),
        ({"decision": "deny", "reason": "x" * 501}, 422),
        ({"run_id": "x"}, 422),
        ({"call_id": 1}, 422),
        ({"by": "alice"}, 422),
        ({"call_id": "another"}, 404),
        ({"call_id": "\x00"}, 422),
        ({"run_id": "019a0000-0000-7000-8000-000000000001"}, 404),
    ],
)
async def test_what_cannot_be_decided_is_refused(alice, alices, conversation, house, given, status):
    run, call_id = await waiting(alice, conversation)
    assert (await decide(alices, run, **{"call_id": call_id} | given)).status_code == status
    await run.arefresh_from_db()
    assert run.state == "waiting"


async def test_others_have_nothing_to_decide(alice, bob, bobs, conversation, agent, house):
    run, call_id = await waiting(alice, conversation)
    assert (await decide(bobs, run, call_id=call_id)).status_code == 404


async def test_a_program_is_asked_and_decides_over_its_socket(alices, conversation, house):
    async with Program(alices) as program:
        await program.says("message", conversation, content=SUM, client_id="one")
        asked = await program.hears_of("approval")
        start = asked["state"], asked["name"]
        assert start == ("asked", "calculator")
        run_id = (await conversation.messages.aget(role="assistant")).run_id
        for _ in range(2):  # said again, it changes nothing
            await program.says(
                "decision", conversation, run_id=str(run_id), call_id=asked["call_id"], decision="allow"
            )
        heard = await program.hears_until("end")
        assert [one["state"] for one in heard if one["type"] == "approval"] == ["allowed"]
        await program.says(
            "decision", conversation, run_id=str(run_id), call_id=asked["call_id"], decision="deny"
        )
        refused = await program.hears()
        assert (refused["error"], refused["request"]) == ("conflict", "decision")
