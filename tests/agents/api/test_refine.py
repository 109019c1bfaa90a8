"""``POST /api/agents/refine``: better instructions, from whatever model there is, within bounds."""

import asyncio
import json

import pytest
from django.conf import settings as project
from django.db import connection, connections

from agents import refining
from agents.models import Budget, UsageTotal
from agents.providers import registry
from agents.refinements import HABITS
from config.pages import Pages
from tests.config.asgi import Answer, ask
from tests.server.event_stream import frames_in
from tests.upstream import HANG, FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = "/api/agents/refine"
GOOD = "<prompt>\nYou know ships.\n</prompt>\n<rationale>Clear.</rationale>\n<changes>\n- One\n</changes>"


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    pages = Pages()
    yield pages
    for thread in pages.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


@pytest.fixture
def post(site, alices):
    key = alices.cookies[project.SESSION_COOKIE_NAME].value
    token = "x" * 32
    cookies = f"{project.SESSION_COOKIE_NAME}={key}; csrftoken={token}"

    async def posted(**body) -> Answer:
        given = {"host": "testserver", "cookie": cookies, "x-csrftoken": token}
        return await ask(site, PLACE, method="POST", headers=given, body=[json.dumps(body).encode()])

    return posted


@pytest.fixture
async def upstream(settings):
    async with FakeUpstream() as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.base_url, "secret"
        yield server
        await registry.aclose()


async def test_the_offline_model_gives_the_same_useful_text_each_time(post):
    answers = [await post(goal="Explain ships to children") for _ in range(2)]
    told = json.loads(answers[0].body)
    assert (answers[0].status, set(told)) == (200, {"system_prompt", "rationale", "changes"})
    assert answers[1].body == answers[0].body
    for text in ("Explain ships to children", *HABITS):
        assert text in told["system_prompt"]
    assert told["rationale"]
    assert told["changes"]


async def test_streamed_it_comes_in_pieces_and_then_whole(post):
    answer = await post(goal="Explain ships", stream=True)
    assert answer.headers["content-type"] == "text/event-stream"
    *tokens, (kind, done) = frames_in(answer.body)
    assert {name for name, _data in tokens} == {"token"}
    assert "".join(data["content"] for _name, data in tokens).rstrip() == done["system_prompt"]
    assert (kind, set(done)) == ("done", {"system_prompt", "rationale", "changes"})
    assert done == json.loads((await post(goal="Explain ships")).body)


async def test_a_real_model_is_asked_with_the_wish(post, upstream):
    upstream.script([chunk(GOOD), chunk(finish="stop"), DONE])
    answer = await post(goal="Know ships", system_prompt="You know boats.", feedback="Too small")
    assert json.loads(answer.body) == {
        "system_prompt": "You know ships.",
        "rationale": "Clear.",
        "changes": ["One"],
    }
    asked = upstream.requests[-1].json["messages"][1]["content"]
    assert json.loads(asked) == {
        "goal": "Know ships",
        "system_prompt": "You know boats.",
        "feedback": "Too small",
    }


@pytest.mark.parametrize(
    "rubbish", ["I cannot do that.", "<prompt></prompt>", "{}", "<prompt>" + "x" * 100_001]
)
async def test_rubbish_becomes_what_the_rules_say(post, upstream, rubbish):
    upstream.script([chunk(rubbish), chunk(finish="stop"), DONE])
    answer = await post(system_prompt="You know ships.")
    told = json.loads(answer.body)
    assert (answer.status, told["system_prompt"].startswith("You know ships.\n")) == (200, True)
    assert told["rationale"] == "The model's answer could not be read, so this was made by simple rules."


@pytest.mark.parametrize(
    ("status", "key", "said"),
    [(401, "service_unavailable", 503), (500, "default", 503), (429, "rate_limit", 429)],
)
async def test_a_failing_model_is_a_fallback(post, upstream, status, key, said):
    upstream.script([Reply([b"{}"], status=status)] * 5)
    answer = await post(goal="Know ships")
    told = json.loads(answer.body)
    assert (answer.status, told["error"], set(told)) == (said, key, {"error", "detail", "fallback_message"})
    assert ("retry-after" in answer.headers) is (said == 429)


@pytest.mark.parametrize("period", ["day", "month"])
async def test_a_budget_that_is_used_up_is_told_with_its_end(post, alice, period):
    await Budget.objects.acreate(user=alice, period=period, max_tokens=1)
    first = await post(goal="Know ships")
    assert first.status == 200
    assert (await UsageTotal.objects.aget(user_id=alice.pk)).prompt_tokens > 1
    answer = await post(goal="Know ships")
    told = json.loads(answer.body)
    assert (answer.status, told["error"]) == (429, f"{period}_budget")
    assert told["fallback_message"].startswith("The budget for ")
    assert 0 < int(answer.headers["retry-after"]) <= 31 * 86_400
    (frame,) = frames_in((await post(goal="Know ships", stream=True)).body)
    assert frame == ("error", {"error": f"{period}_budget", "fallback_message": told["fallback_message"]})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "goal"),
        ({"goal": " \n"}, "goal"),
        ({"goal": "x" * 10_001}, "goal"),
        ({"goal": "x", "feedback": "x" * 10_001}, "feedback"),
        ({"system_prompt": "x" * 100_001}, "system_prompt"),
        ({"goal": 1}, "goal"),
        ({"goal": None}, "goal"),
        ({"goal": "a\0b"}, "goal"),
        ({"goal": "x", "stream": "yes"}, "stream"),
        ({"goal": "x", "model": "x"}, "model"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_wish_that_cannot_be_is_refused(post, body, field):
    answer = await post(**body)
    assert (answer.status, json.loads(answer.body)["error"]) == (422, "invalid")
    assert json.loads(answer.body)["detail"].startswith(f"{field}: ")


async def test_a_person_has_three_under_way_and_no_more(post, upstream):
    upstream.script([Reply([chunk("<prompt>Be"), HANG])] * 3)
    waiting = [asyncio.create_task(post(goal="Know ships")) for _ in range(3)]
    async with asyncio.timeout(10):
        while len(upstream.requests) < 3:
            await asyncio.sleep(0.01)
    answer = await post(goal="Know ships")
    assert (answer.status, json.loads(answer.body)["error"]) == (429, "rate_limited")
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert not refining._under_way
