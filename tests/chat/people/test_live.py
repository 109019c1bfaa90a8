"""What sockets are told of people's conversations as it happens."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from chat.models import Membership
from chat.services.messages import post_message
from tests.chat.programs import Program
from tests.chat.pushes import intercept

pytestmark = pytest.mark.django_db(transaction=True)


def listening(caller, events: str = "people") -> Program:
    return Program(caller.browser, events=events)


@pytest.fixture
def direct(as_alice, as_bob):
    return as_alice.opens("DirectMessage", as_bob)


@pytest.fixture
def room(as_alice, as_bob, agent):
    return as_alice.opens("Room", as_bob, agent, title="Whales")


async def test_what_is_said_reaches_both_and_nobody_else(as_alice, as_bob, as_charlie, direct):
    async with listening(as_alice) as alice, listening(as_bob) as bob, listening(as_charlie) as charlie:
        said = await sync_to_async(as_alice.says)(direct, "Hello Bob")
        for program in (alice, bob):
            heard = await program.hears_of("MessageReceived")
            assert heard["conversation_id"] == direct["id"]
            del said["answer_id"]
            assert {**heard["message"], "created_at": ""} == {**said, "created_at": ""}
            said["answer_id"] = None
        assert await charlie.socket.receive_nothing(0.2)


async def test_a_direct_message_that_is_opened_appears(as_alice, as_bob):
    async with listening(as_bob) as bob:
        opened = await sync_to_async(as_alice.opens)("DirectMessage", as_bob)
        heard = await bob.hears_of("ConversationUpdated")
        assert heard["conversation"]["id"] == opened["id"]
        assert {one["name"] for one in heard["conversation"]["participants"]} == {"alice", "bob"}


async def test_typing_reaches_the_others(as_alice, as_bob, direct):
    async with listening(as_alice) as alice, listening(as_bob) as bob, listening(as_bob, "runs") as plain:
        await alice.says("typing", direct["id"])
        heard = await bob.hears_of("TypingStarted")
        assert heard["participant"] == {"id": as_alice.id, "participant_type": "User", "name": "alice"}
        told = await plain.hears_of("typing")
        assert (told["typing"], told["conversation_id"]) == (True, direct["id"])
        await sync_to_async(as_alice.post)(f"/conversations/{direct['id']}/typing", typing=False)
        assert (await bob.hears_of("TypingStop"))["participant"]["name"] == "alice"
        await alice.says("ping")
        kinds = [one["type"] for one in await alice.hears_until("pong")]
        assert "TypingStarted" not in kinds


async def test_coming_and_leaving(as_alice, as_bob, as_charlie, room):
    path = f"/conversations/{room['id']}/participants"
    async with listening(as_bob) as bob, listening(as_charlie) as charlie:
        await sync_to_async(as_alice.post)(path, participants=[as_charlie.id])
        assert (await bob.hears_of("ParticipantJoined"))["participant"]["name"] == "charlie"
        assert (await charlie.hears_of("ConversationUpdated"))["conversation"]["title"] == "Whales"
        await sync_to_async(as_alice.delete)(f"{path}/{as_charlie.id}")
        assert (await bob.hears_of("ParticipantLeft"))["participant"]["id"] == as_charlie.id
        assert (await charlie.hears_of("ParticipantLeft"))["participant"]["id"] == as_charlie.id
        assert (await charlie.hears_of("ConversationUpdated"))["conversation"] is None
        await sync_to_async(as_alice.says)(room, "Charlie is gone")
        assert (await bob.hears_of("MessageReceived"))["message"]["content"] == "Charlie is gone"
        assert await charlie.socket.receive_nothing(0.2)


async def test_an_agents_answer_streams_to_everybody_in_the_room(as_alice, as_bob, room, house, settings):
    settings.OFFLINE_DELAY = 0.02
    async with listening(as_alice) as alice, listening(as_bob) as bob:
        said = await sync_to_async(as_bob.says)(room, "@Librarian, why do whales sing?")
        for program in (alice, bob):
            heard: list[dict] = []
            async with asyncio.timeout(20):
                while not any(
                    one["type"] == "MessageReceived" and one["message"]["id"] == said["answer_id"]
                    for one in heard
                ) or not any(one.get("is_complete") for one in heard):
                    heard.append(await program.hears())
            chunks = [one for one in heard if one["type"] == "MessageStream"]
            assert [one["chunk_index"] for one in chunks] == list(range(len(chunks)))
            assert {one["message_id"] for one in chunks} == {said["answer_id"]}
            (answer,) = [one["message"] for one in heard if one.get("message", {}).get("role") == "assistant"]
            assert "".join(one["chunk"] for one in chunks) == answer["content"]
            assert answer["sender"]["name"] == "Librarian"


async def test_who_speaks_no_dialect_in_particular_hears_both(as_alice, agent, house):
    async with listening(as_alice, "") as alice:
        await alice.says("message", content="Why?", agent_id=str(agent.pk), client_id="one")
        heard = await alice.hears_until("end")
    text = "".join(one["md"] for one in heard if one["type"] == "content")
    assert text == "".join(one["chunk"] for one in heard if one["type"] == "MessageStream")


async def test_numbers_go_on_where_somebody_comes_back(as_alice, agent, house, settings):
    settings.OFFLINE_DELAY = 0.01
    async with listening(as_alice, "") as alice:
        await alice.says("message", content="Tell me about whales.", agent_id=str(agent.pk), client_id="one")
        heard = await alice.hears_until("end")
    contents = [one for one in heard if one["type"] == "content"]
    async with listening(as_alice) as alice:
        await alice.says("resume", contents[1]["chat_id"], since=contents[1]["id"])
        again = await alice.hears_of("MessageStream")
    assert (again["chunk_index"], again["chunk"]) == (2, contents[2]["md"] if len(contents) > 2 else "")


async def test_a_socket_that_names_a_chat_is_told_of_that_one(alice, as_alice, agent, house, settings):
    settings.OFFLINE_DELAY = 0.02  # what is over before anybody looks comes whole
    one, other = [await sync_to_async(as_alice.opens)("AgentChat", agent) for _ in range(2)]

    def say(told):
        return sync_to_async(post_message)(
            actor=alice, conversation_id=told["id"], content="Why?", client_id="one"
        )

    async with listening(as_alice) as all_of_them, listening(as_alice) as named:
        await named.says("resume", one["id"])
        await named.says("ping")
        await named.hears_of("pong")
        await say(other)
        assert (await all_of_them.hears_of("MessageStream"))["conversation_id"] == other["id"]
        await say(one)
        while (heard := await named.hears())["type"] != "MessageStream":
            assert heard["type"] == "ConversationUpdated" or heard["conversation_id"] == one["id"]
        assert heard["conversation_id"] == one["id"]


async def test_losing_every_push_makes_it_late_and_never_wrong(as_alice, as_bob, direct, monkeypatch):
    async def lose(send, group, message):
        pass

    intercept(monkeypatch, lose)
    async with listening(as_bob) as bob:
        await sync_to_async(as_alice.says)(direct, "Hello Bob")
        heard = (await bob.hears_until("MessageReceived", seconds=10))[-1]
        assert heard["message"]["content"] == "Hello Bob"


async def test_who_is_in_it_no_longer_is_told_nothing_even_where_nobody_said_so(as_alice, as_bob, direct):
    async with listening(as_bob) as bob:
        await Membership.objects.filter(participant__user=as_bob.id).adelete()
        await sync_to_async(as_alice.says)(direct, "Are you there?")
        assert await bob.socket.receive_nothing(0.3)
