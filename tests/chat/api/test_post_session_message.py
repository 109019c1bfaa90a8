"""``POST /api/sessions/{id}/messages``: the answer as it is written, or whole."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as project
from django.db import connection, connections

from agents.engine.events import Approval, Content, End, Error, Start
from agents.eventlog import RunLog
from chat.models import Message
from config.pages import Pages
from tests.config.asgi import Answer, ask
from tests.server.event_stream import frames_in

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE = {"accept": "application/json"}


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    pages = Pages()
    yield pages
    for thread in pages.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


@pytest.fixture
def post(site, alices, conversation):
    """``await post({"content": "…"}, accept="…")`` sends it as Alice."""
    key = alices.cookies[project.SESSION_COOKIE_NAME].value
    token = "x" * 32
    cookies = f"{project.SESSION_COOKIE_NAME}={key}; csrftoken={token}"

    async def posted(body: dict, **headers: str) -> Answer:
        given = {"host": "testserver", "cookie": cookies, "x-csrftoken": token, **headers}
        place = f"/api/sessions/{conversation.pk}/messages"
        return await ask(site, place, method="POST", headers=given, body=[json.dumps(body).encode()])

    return posted


@sync_to_async
def stored() -> list[Message]:
    return list(Message.objects.order_by("id"))


async def test_the_answer_is_told_in_pieces_and_then_whole(post, house):
    answer = await post({"content": "  Hello!\n"})
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-accel-buffering"] == "no"
    *tokens, (kind, done) = frames_in(answer.body)
    question, said = await stored()
    assert {name for name, _data in tokens} == {"token"}
    assert all(set(data) == {"content"} for _name, data in tokens)
    assert (kind, done) == ("done", {"message_id": str(said.pk), "full_content": said.content})
    assert "".join(data["content"] for _name, data in tokens) == said.content
    assert question.content == "Hello!"


async def test_who_asks_for_json_waits_for_both_messages(post, house):
    answer = await post({"content": "Hello!"}, **WHOLE)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    told = json.loads(answer.body)
    assert set(told) == {"user_message", "assistant_message"}
    question, said = await stored()
    assert (told["user_message"]["id"], told["user_message"]["content"]) == (str(question.pk), "Hello!")
    assert told["assistant_message"]["status"] == "completed"
    assert (told["assistant_message"]["id"], told["assistant_message"]["content"]) == (
        str(said.pk),
        said.content,
    )
    assert told["assistant_message"]["reply_to"] == str(question.pk)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/event-stream"),
        ("text/event-stream", "text/event-stream"),
        ("text/event-stream, application/json;q=0.5", "text/event-stream"),
        ("application/json, text/plain, */*", "application/json; charset=utf-8"),
        ("application/*", "application/json; charset=utf-8"),
        ("image/png", "text/event-stream"),
    ],
)
async def test_what_is_preferred_is_sent(post, house, accept, kind):
    answer = await post({"content": "Hello!"}, accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)


async def test_the_same_key_again_is_the_same_message_and_the_same_answer(post, house):
    key = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    first = frames_in((await post({"content": "Hello!"}, **key)).body)
    again = frames_in((await post({"content": "Hello!"}, **key)).body)
    assert again[-1] == first[-1]
    assert len(await stored()) == 2
    other = await post({"content": "Something else"}, **key)
    assert (other.status, json.loads(other.body)["error"]) == (409, "conflict")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": ""},
        {"content": " \n"},
        {"content": "x" * 10_001},
        {"content": "a\0b"},
        {"content": 1},
        {"content": None},
        {"content": ["Hello!"]},
        *({"content": "Hello!", field: "x"} for field in ("id", "role", "sender", "created_at", "status")),
    ],
    ids=lambda body: repr(body)[:40],
)
async def test_what_cannot_be_said_is_refused_and_not_stored(post, body):
    for accept in ({}, WHOLE):
        answer = await post(body, **accept)
        assert (answer.status, json.loads(answer.body)["error"]) == (422, "invalid")
        (field,) = body.keys() - {"content"} or {"content"}
        assert json.loads(answer.body)["detail"].startswith(f"{field}: ")
    assert await stored() == []


async def test_as_much_as_is_allowed_is_taken_after_trimming(post, house):
    answer = await post({"content": " " + "🐳" * 10_000 + "\n"}, **WHOLE)
    assert (answer.status, len((await stored())[0].content)) == (200, 10_000)


@pytest.fixture
def write_log(posted):
    """``await write_log(event, …)``: into the log of the run of ``posted``, which nobody carries out."""

    async def write(*events) -> None:
        await RunLog(posted.answer.run_id).append(*events)

    return write


async def test_a_failed_answer_is_an_error_with_its_fallback(post, write_log):
    await write_log(
        Content(md="Because"),
        Error(error="timeout", fallback_message="Too slow."),
        End(status="error", ms_total=1, tool_calls=0, answer_id="x"),
    )
    frames = frames_in((await post({"content": "Why?"}, **{"idempotency-key": "one"})).body)
    assert frames == [
        ("token", {"content": "Because"}),
        ("error", {"error": "timeout", "fallback_message": "Too slow."}),
    ]


async def test_a_stopped_answer_is_done_with_what_there_is(post, posted, write_log):
    await write_log(
        Content(md="Be"),
        Content(md="cause"),
        End(status="cancelled", ms_total=1, tool_calls=0, answer_id="x"),
    )
    frames = frames_in((await post({"content": "Why?"}, **{"idempotency-key": "one"})).body)
    done = {"message_id": str(posted.answer.pk), "full_content": "Because"}
    assert frames[-1] == ("done", done)


async def test_who_waits_is_told_that_a_person_has_to_decide(post, posted, write_log):
    asked = Approval(call_id="c1", name="write_file", args_summary="whales.md", state="asked")
    await write_log(Start(run_id="x", agent_id="x", agent_name="x"), Content(md="Soon. "), asked)
    answer = await post({"content": "Why?"}, **WHOLE, **{"idempotency-key": "one"})
    told = json.loads(answer.body)["assistant_message"]
    assert (answer.status, told["content"]) == (200, "Soon. ")
    assert told["status"] in ("pending", "processing")


async def test_so_is_who_reads_the_stream_and_it_goes_on_after_the_decision(post, posted, write_log):
    asked = Approval(call_id="c1", name="write_file", args_summary="whales.md", state="asked")
    decided = Approval(call_id="c1", name="write_file", args_summary="whales.md", state="allowed")
    end = End(status="completed", ms_total=1, tool_calls=0, answer_id="x")
    await write_log(asked, decided, Content(md="Done."), end)
    frames = frames_in((await post({"content": "Why?"}, **{"idempotency-key": "one"})).body)
    assert [kind for kind, _data in frames] == ["waiting", "token", "done"]
    assert frames[0][1] == {"call_id": "c1", "name": "write_file", "args_summary": "whales.md"}


async def test_an_answer_whose_run_is_gone_is_told_at_once(post, posted):
    await Message.objects.filter(pk=posted.answer.pk).aupdate(run=None, content="Because", status="completed")
    frames = frames_in((await post({"content": "Why?"}, **{"idempotency-key": "one"})).body)
    assert frames == [("done", {"message_id": str(posted.answer.pk), "full_content": "Because"})]
