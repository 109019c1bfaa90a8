"""The socket for programs: what it takes, what it says to it, and what it says of runs."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from agents.envelopes import enveloped
from agents.eventlog import read
from agents.models import Run
from chat import program_socket
from chat.models import Conversation, Message
from chat.services.conversations import delete_conversation, start_conversation
from chat.services.messages import post_message
from tests.chat.programs import Program
from tests.chat.waiting import ended, until
from tests.upstream import HANG, FakeUpstream
from tests.upstream.wire import chunk

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def log_of(run_id) -> list[dict]:
    run = Run.objects.get(pk=run_id)
    logged = (enveloped(one, chat_id=run.chat_id, message_id=run.message_id) for one in read(run.pk))
    return json.loads(json.dumps(list(logged)))


@pytest.fixture
async def hanging(alice, conversation, settings):
    """An upstream that says two words and then nothing."""
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        upstream.script([chunk("First words"), HANG])
        await sync_to_async(type(conversation.agent).objects.update)(model="any")
        yield upstream


async def test_a_message_is_acknowledged_as_it_is_stored_and_then_every_event_comes(
    alices, conversation, house
):
    async with Program(alices) as program:
        await program.says("message", conversation, content=" Hello? ", client_id="one")
        ack, *events = await program.hears_until("end")
    message = await Message.objects.aget(client_id="one")
    assert (ack["type"], ack["client_id"], ack["created"]) == ("ack", "one", True)
    assert ack["conversation_id"] == str(conversation.pk)
    assert ack["message"]["id"] == str(message.pk)
    assert (ack["message"]["content"], ack["message"]["role"]) == ("Hello?", "user")
    answer = await Message.objects.aget(parent=message)
    assert ack["answer_id"] == str(answer.pk)
    assert events == await log_of(answer.run_id)
    assert "".join(one["md"] for one in events if one["type"] == "content") == answer.content


@pytest.mark.parametrize("path", ["/ws", "/api/v1/chat/ws"])
async def test_a_message_without_a_conversation_begins_one(alice, alices, agent, house, path):
    async with Program(alices, path) as program:
        await program.says("message", content="Hello?", client_id="one", agent_id=str(agent.pk))
        ack, *events = await program.hears_until("end")
        await program.says("message", content="Hello?", client_id="one", agent_id=str(agent.pk))
        again = await program.hears()
    conversation = await Conversation.objects.aget()
    assert {ack["conversation_id"], *(one["chat_id"] for one in events)} == {str(conversation.pk)}
    assert (again["type"], again["created"], again["message"]) == ("ack", False, ack["message"])


async def test_without_an_agent_it_is_the_one_talked_with_last(alices, agent, house):
    async with Program(alices) as program:
        await program.says("message", content="Hello?")
        await program.hears_until("end")
    assert (await Conversation.objects.aget()).agent_id == agent.pk


async def test_without_any_agent_it_says_so(alices):
    async with Program(alices) as program:
        await program.says("message", content="Hello?", client_id="one")
        heard = await program.hears()
    assert (heard["type"], heard["error"], heard["client_id"]) == ("error", "not_found", "one")


async def test_fifty_at_once_with_one_client_id_are_one_message_and_one_run(alices, conversation, house):
    async with Program(alices) as first, Program(alices) as second:
        for _ in range(25):
            for program in (first, second):
                await program.says("message", conversation, content="Hello?", client_id="one")
        for program in (first, second):
            acks = [await program.hears_of("ack") for _ in range(25)]
            assert len({ack["message"]["id"] for ack in acks}) == 1
    assert await Message.objects.filter(client_id="one").acount() == 1
    assert await Run.objects.acount() == 1


async def test_a_client_id_with_other_words_is_a_conflict(alices, conversation):
    async with Program(alices) as program:
        await program.says("message", conversation, content="Hello?", client_id="one")
        await program.hears_of("ack")
        await program.says("message", conversation, content="Goodbye?", client_id="one")
        heard = await program.hears_of("error")
    assert (heard["error"], heard["client_id"], heard["request"]) == ("conflict", "one", "message")


async def test_messages_are_stored_in_the_order_in_which_they_were_sent(alices, conversation):
    async with Program(alices) as program:
        for number in range(20):
            await program.says("message", conversation, content=f"{number}", client_id=f"c{number}")
        for number in range(20):
            assert (await program.hears_of("ack"))["client_id"] == f"c{number}"
    said = Message.objects.filter(role="user").order_by("id").values_list("content", flat=True)
    assert [one async for one in said] == [str(number) for number in range(20)]


async def test_cancel_stops_what_is_being_written(alices, conversation, house, hanging):
    async with Program(alices) as program:
        await program.says("message", conversation, content="Why?", client_id="one")
        await program.hears_until("content")
        await program.says("cancel", conversation)
        assert (await program.hears_of("end"))["status"] == "cancelled"
    assert (await Message.objects.aget(role="assistant")).content == "First words"


async def test_cancel_of_one_message_leaves_the_others(alices, conversation, house, hanging):
    async with Program(alices) as program:
        for name in ("one", "two"):
            await program.says("message", conversation, content="Why?", client_id=name)
            last = await program.hears_of("ack")
        await program.says("cancel", conversation, message_id=last["message"]["id"])
        await until(lambda: Message.objects.filter(pk=last["answer_id"], status="cancelled").exists())
        assert (await Message.objects.aget(parent__client_id="one")).status == "processing"


async def test_a_cancel_does_not_wait_for_a_slow_handler(
    alice, alices, conversation, house, hanging, monkeypatch
):
    """The thread of a message is held up, and the cancel that came after it gets through."""
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(work, *args, **kwargs):
        if work.__name__ == "_store":
            began.set()
            await go_on.wait()
        return await program_socket_act(work, *args, **kwargs)

    posted = await sync_to_async(post_message)(
        actor=alice, conversation_id=conversation.pk, content="Why?", client_id="zero"
    )
    program_socket_act = program_socket.act
    monkeypatch.setattr(program_socket, "act", slow)
    async with Program(alices) as program:
        await program.says("message", conversation, content="Why?", client_id="one")
        await began.wait()
        await program.says("cancel", conversation)
        await until(lambda: Message.objects.filter(pk=posted.answer.pk, status="cancelled").exists())
        go_on.set()
        assert (await program.hears_of("ack"))["client_id"] == "one"


async def test_ping_is_answered(alices):
    async with Program(alices) as program:
        await program.says("ping")
        assert await program.hears() == {"type": "pong"}


BAD = {
    "no JSON": ("hello", "invalid_json"),
    "cut": ('{"type": "ping"', "invalid_json"),
    "a list": ("[]", "invalid_json"),
    "a field twice": ('{"type": "ping", "type": "ping"}', "invalid_json"),
    "NaN": ('{"type": "ping", "data": NaN}', "invalid_json"),
    "10,000 levels": ("[" * 10_000 + "]" * 10_000, "invalid_json"),
    "10,000 levels of an object": ('{"data":' * 10_000 + "1" + "}" * 10_000, "invalid_json"),
    "too large": (json.dumps({"type": "ping", "data": "x" * 140_000}), "too_large"),
    "no type": ("{}", "unknown_type"),
    "another type": ('{"type": "subscribe"}', "unknown_type"),
    "a type that is none": ('{"type": ["ping"]}', "unknown_type"),
    "no data": ('{"type": "message"}', "invalid"),
    "data of another kind": ('{"type": "message", "data": []}', "invalid"),
    "content of another kind": ('{"type": "message", "data": {"content": 1}}', "invalid"),
    "no words": ('{"type": "message", "data": {"content": " "}}', "not_found"),
    "a lone surrogate": (
        '{"type": "message", "data": {"content": "\\ud800", "client_id": "\\ud800"}}',
        "not_found",
    ),
    "no conversation": ('{"type": "cancel"}', "invalid"),
    "an id that is none": ('{"type": "cancel", "conversation_id": "\\ud800"}', "invalid"),
    "a huge number": ('{"type": "ping", "data": ' + "9" * 5000 + "}", "invalid_json"),
    "a decision that is none": (
        '{"type": "decision", "conversation_id": "019a0000-0000-7000-8000-000000000001", "data": '
        '{"run_id": "019a0000-0000-7000-8000-000000000001", "call_id": "a", "decision": "perhaps"}}',
        "invalid",
    ),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_cannot_be_is_an_error_and_the_socket_stays_open(alices, what):
    text, error = BAD[what]
    async with Program(alices) as program:
        await program.socket.send_to(text_data=text)
        heard = await program.hears()
        assert (heard["type"], heard["error"], bool(heard["detail"])) == ("error", error, True)
        await program.says("ping")
        assert await program.hears() == {"type": "pong"}


async def test_bytes_are_an_error_too(alices):
    async with Program(alices) as program:
        await program.socket.send_to(bytes_data=b'{"type": "ping"}')
        assert (await program.hears())["error"] == "binary"
        await program.says("ping")
        assert await program.hears() == {"type": "pong"}


async def test_a_database_that_is_away_is_an_error_of_its_own(alices, conversation, monkeypatch):
    async def away(*_args, **_kwargs):
        raise OperationalError("away")

    async with Program(alices) as program:
        monkeypatch.setattr(program_socket, "act", away)
        await program.says("message", conversation, content="Hello?", client_id="one")
        heard = await program.hears()
    assert (heard["error"], heard["client_id"]) == ("unavailable", "one")


NAMING = {
    "message": {"content": "Hello?"},
    "typing": {},
    "cancel": {},
    "resume": {"since": "1795230000123_0001_3f2a9c10"},
    "decision": {
        "run_id": "019a0000-0000-7000-8000-000000000001",
        "call_id": "a",
        "decision": "allow",
    },
}


@pytest.mark.parametrize("type", NAMING)
@pytest.mark.parametrize("nobodys", [True, False])
async def test_what_is_anothers_does_not_exist(bobs, conversation, type, nobodys):
    before = await Message.objects.acount()
    wanted = "019a0000-0000-7000-8000-000000000009" if nobodys else conversation
    async with Program(bobs) as program:
        await program.says(type, wanted, **NAMING[type])
        heard = await program.hears()
        assert (heard["type"], heard["error"], heard["request"]) == ("error", "not_found", type)
        assert await program.socket.receive_nothing(0.2)
    assert await Message.objects.acount() == before


async def test_a_message_to_somebody_elses_agent_is_refused(bobs, agent):
    async with Program(bobs) as program:
        await program.says("message", content="Hello?", agent_id=str(agent.pk))
        assert (await program.hears())["error"] == "not_found"
    assert not await Conversation.objects.aexists()


async def test_a_deleted_conversation_is_said_to_be_gone(alice, alices, conversation, agent):
    other = await sync_to_async(start_conversation)(actor=alice, agent=agent)
    async with Program(alices) as program:
        for one in (conversation, other):
            await program.says("resume", one)
        await program.says("ping")
        await program.hears_of("pong")
        await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
        heard = await program.hears_of("error")
        assert (heard["error"], heard["conversation_id"]) == ("not_found", str(conversation.pk))
        await program.says("message", other, content="Hello?", client_id="one")
        assert (await program.hears_of("ack"))["client_id"] == "one"


async def test_runs_of_other_doors_come_too_once_a_conversation_is_named(alice, alices, conversation, house):
    async with Program(alices) as program:
        await program.says("resume", conversation)
        await program.says("ping")
        await program.hears_of("pong")
        posted = await sync_to_async(post_message)(
            actor=alice, conversation_id=conversation.pk, content="Hello?", client_id="one"
        )
        heard = await program.hears_until("end")
        assert heard == await log_of(posted.answer.run_id)
        await ended(await Run.objects.aget())
