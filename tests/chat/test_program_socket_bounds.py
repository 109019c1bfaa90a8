"""What closes a socket for programs, and with which code."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from chat import program_socket
from chat.services.conversations import start_conversation
from tests.chat.programs import Program
from tests.chat.sockets import socket_of

pytestmark = pytest.mark.django_db(transaction=True)


async def code_of(client: Client | None, **handshake) -> int:
    program = Program(client, **handshake)
    assert (await program.socket.connect())[0]
    return await program.is_closed(2)


@pytest.mark.parametrize("path", ["/ws", "/api/v1/chat/ws"])
async def test_nobody_is_let_in_without_a_session(db, path):
    assert await code_of(None, path=path) == 4401
    assert await code_of(None, path=path, origin=None) == 4401


@pytest.mark.parametrize("origin", [b"http://evil.example", b"null", b"http://testserver:81", None])
async def test_a_cookie_counts_only_on_our_own_pages(alices, origin):
    assert await code_of(alices, origin=origin) == 4403


@pytest.fixture
def personal(settings):
    settings.PERSONAL = True


async def knock(origin: bytes | None, **scope) -> int:
    """The close code of a handshake at the owner's machine; 0 where it is let in."""
    socket = socket_of(None, "/ws", origin=origin)
    socket.scope["headers"] = [(b"host", b"localhost:8000"), *((b"origin", one) for one in (origin,) if one)]
    socket.scope.update({"client": ["127.0.0.1", 50_000], **scope})
    assert (await socket.connect())[0]
    sent = await socket.receive_output(2)
    if sent["type"] == "websocket.close":
        return sent["code"]
    await socket.disconnect()
    return 0


@pytest.mark.parametrize("origin", [None, b"http://localhost:8000"])
async def test_the_owners_programs_and_pages_need_no_credentials(personal, db, origin):
    assert await knock(origin) == 0


@pytest.mark.parametrize("origin", [b"http://evil.example", b"null", b"http://localhost:3000"])
async def test_pages_of_others_do_not_drive_the_owners_server(personal, db, origin):
    assert await knock(origin) == 4403


async def test_the_owner_is_only_at_this_machine(personal, db):
    assert await knock(None, client=["192.168.1.5", 50_000]) == 4401


async def test_who_says_too_much_at_once_is_sent_away(alices, settings):
    settings.SOCKET_BURST, settings.SOCKET_RATE = 3, 0.01
    async with Program(alices) as program:
        for _ in range(4):
            await program.says("ping")
        assert await program.is_closed() == 4429


async def test_what_is_no_command_counts_as_well(alices, settings):
    settings.SOCKET_BURST, settings.SOCKET_RATE = 3, 0.01
    async with Program(alices) as program:
        for _ in range(4):
            await program.socket.send_to(text_data="?")
        assert await program.is_closed() == 4429


async def test_an_allowance_fills_again(alices, settings):
    settings.SOCKET_BURST, settings.SOCKET_RATE = 1, 1_000_000
    async with Program(alices) as program:
        for _ in range(5):
            await program.says("ping")
            assert (await program.hears())["type"] == "pong"


async def test_who_says_nothing_is_sent_away(alices, settings):
    settings.SOCKET_IDLE = 0.2
    async with Program(alices) as program:
        assert await program.is_closed() == 4408


async def test_without_a_bound_silence_is_no_reason(alices, settings):
    settings.SOCKET_IDLE = 0
    async with Program(alices) as program:
        assert await program.socket.receive_nothing(0.3)


async def test_one_socket_takes_part_in_so_many_conversations(alice, alices, agent, monkeypatch):
    monkeypatch.setattr(program_socket, "MOST_CONVERSATIONS", 2)
    made = [await sync_to_async(start_conversation)(actor=alice, agent=agent) for _ in range(3)]
    async with Program(alices) as program:
        for one in (made[0], made[1], made[0]):
            await program.says("resume", one)
        await program.says("resume", made[2])
        assert (await program.hears())["error"] == "conflict"
