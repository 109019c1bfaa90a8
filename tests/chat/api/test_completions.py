"""``/v1/…``: who gets an answer of which agent, and what is left of it; the wire is in tests/server."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from uuid_utils.compat import uuid7

from agents.models import Agent, Budget, Run, RunStep, WorkspaceFile
from chat.models import Conversation, Message
from tests.chat.api.people import key_of, program_of
from tests.config.asgi import ask
from tests.house import open_house

pytestmark = pytest.mark.django_db(transaction=True)

COMPLETIONS = "/v1/chat/completions"
ASKED = [{"role": "user", "content": "What can you do?"}]


def error_in(answer) -> dict:
    error = answer.json()["error"]
    assert set(answer.json()) == {"error"}
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"]
    return error


def complete(program, **body):
    return program.post(COMPLETIONS, {"messages": ASKED, **body}, content_type="application/json")


@pytest.fixture
def completing(site, alice):
    """``await completing(model=…)`` is the answer to Alice's program, of the site without a server."""
    headers = {
        "host": "testserver",
        "content-type": "application/json",
        "authorization": f"Bearer {key_of(alice)}",
    }

    async def call(**body):
        sent = [json.dumps({"messages": ASKED, **body}).encode()]
        async with asyncio.timeout(30), open_house():
            return await ask(site, COMPLETIONS, method="POST", headers=headers, body=sent)

    return call


async def test_a_run_is_counted_and_what_was_sent_is_forgotten(completing, alice, agent):
    answer = await completing(model=str(agent.pk))
    assert answer.status == 200
    told = json.loads(answer.body)
    run = await Run.objects.select_related("owner").aget()
    assert (run.owner, run.agent_id, run.state, run.finish) == (alice, agent.pk, "completed", "stop")
    assert run.transcript is None
    assert told["usage"]["total_tokens"] == run.prompt_tokens + run.completion_tokens
    assert await Conversation.objects.acount() == await Message.objects.acount() == 0


async def test_what_needs_a_person_is_not_done_and_nothing_waits(completing, agent):
    agent.tools, agent.tool_policies = ["calculator"], {"calculator": "ask"}
    await agent.asave()
    answer = await completing(
        model=agent.name, messages=[{"role": "user", "content": "What is 12 * (3 + 4)?"}]
    )
    assert answer.status == 200
    run, step = await Run.objects.aget(), await RunStep.objects.aget()
    assert (run.state, step.state) == ("completed", "error")
    assert "Nobody" in step.result or "nobody" in step.result


async def test_files_belong_to_conversations(completing, agent):
    agent.tools, agent.tool_policies = ["write_file"], {"write_file": "run"}
    await agent.asave()
    answer = await completing(
        model=agent.name, messages=[{"role": "user", "content": "Save a note: buy tea"}]
    )
    assert answer.status == 200
    assert await WorkspaceFile.objects.acount() == 0


async def test_a_budget_that_is_used_up_is_a_429_that_is_not_tried_again(completing, alice, agent):
    await sync_to_async(Budget.objects.create)(user=alice, period="day", max_tokens=1)
    assert (await completing(model=agent.name)).status == 200
    answer = await completing(model=agent.name)
    assert (answer.status, answer.headers["x-should-retry"]) == (429, "false")
    assert json.loads(answer.body)["error"]["code"] == "insufficient_quota"


def test_strangers_find_no_agent(alice, bob, agent):
    program = program_of(bob)
    assert program.get("/v1/models").json() == {"object": "list", "data": []}
    for name in (str(agent.pk), agent.name, str(uuid7()), "x", "%00", "🐳"):
        for answer in (program.get(f"/v1/models/{name}"), complete(program, model=name)):
            assert answer.status_code == 404
            assert error_in(answer)["code"] == "model_not_found"
    assert Run.objects.count() == 0


def test_a_name_that_several_agents_have_names_none(alice, agent):
    Agent.objects.create(owner=alice, name=agent.name.upper(), system_prompt="You know whales.")
    program = program_of(alice)
    assert program.get(f"/v1/models/{agent.name}").status_code == 404
    assert program.get(f"/v1/models/{agent.pk}").json()["name"] == agent.name


def test_who_is_nobody_gets_nothing(agent):
    for client in (Client(), Client(headers={"Authorization": "Bearer unused"})):
        for answer in (client.get("/v1/models"), complete(client, model=agent.name)):
            assert (answer.status_code, error_in(answer)["code"]) == (401, "invalid_api_key")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_that_only_reads_asks_nothing(alice, agent):
    program = program_of(alice, ("read",))
    assert program.get("/v1/models").status_code == 200
    answer = complete(program, model=agent.name)
    assert (answer.status_code, error_in(answer)["type"]) == (403, "permission_error")
    assert Run.objects.count() == 0


@pytest.mark.parametrize("place", ["/v1/", "/v1/nothing", "/v1/chat", "/v1/embeddings"])
@pytest.mark.parametrize("verb", ["get", "post", "delete"])
def test_an_address_without_a_route_says_so_in_the_same_shape(client, place, verb):
    answer = getattr(client, verb)(place)
    assert (answer.status_code, error_in(answer)["code"]) == (404, "not_found")


def test_other_verbs_are_refused(alice, agent):
    program = program_of(alice)
    for place, allowed in (("/v1/models", "GET"), (f"/v1/models/{agent.pk}", "GET"), (COMPLETIONS, "POST")):
        answer = program.delete(place)
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
        assert error_in(answer)["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"{", b"[]", b"\xff", b'{"model": NaN}', b'{"model": "x", "model": "y"}'),
        *(b'{"model": "Librarian"}', b'{"model": "Librarian", "messages": "Why?"}'),
        b'{"model": "Librarian", "messages": [{"role": "king", "content": "Why?"}]}',
        b'{"model": "Librarian", "messages": [{"role": "user"}]}',
        b'{"model": "Librarian", "messages": [{"role": "system", "content": "Why?"}]}',
        b'{"model": "Librarian", "messages": [{"role": "user", "content": "a\\u0000"}]}',
        b'{"model": "Librarian", "messages": [{"role": "user", "content": [{"type": "text"}]}]}',
        b'{"model": "Librarian", "messages": [{"role": "tool", "content": "42", "tool_call_id": "a"}]}',
        b'{"model": "Librarian", "messages": [{"role": "user", "content": "a"}], "stream": "maybe"}',
    ],
)
def test_what_cannot_be_read_is_a_bad_request(alice, agent, raw):
    answer = program_of(alice).post(COMPLETIONS, raw, content_type="application/json")
    assert answer.status_code == 400
    assert error_in(answer)["type"] == "invalid_request_error"
    assert Run.objects.count() == 0


def test_what_is_only_tuned_is_passed_over(alice, agent):
    extras = {"top_p": 0.1, "seed": 4, "user": "ada", "n": 1, "stop": None, "tools": [], "some_day": {"a": 1}}
    assert complete(program_of(alice), model=agent.name, **extras).status_code == 200


def test_a_session_needs_the_token_of_our_pages(alice, agent):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert complete(browser, model=agent.name).status_code == 403
    assert Run.objects.count() == 0
