"""A socket for programs that is opened by a token in its address or its header."""

import pytest
from asgiref.sync import sync_to_async

from accounts.admissions import Admission
from accounts.credentials import Credential
from accounts.models import ApiKey, TokenFamily
from accounts.services.api_keys import make_key
from accounts.services.socket_tickets import make_ticket
from accounts.services.tokens import begin_family
from chat.models import Message
from tests.chat.programs import Program

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds from a revocation to the last open door.
AT_MOST = 5.0
SOCKET = "/api/v1/chat/ws"


def key_of(user, *scopes: str) -> str:
    return make_key(user=user, name="A program", scopes=scopes or ("write",))[1]


def jwt_of(user) -> str:
    return begin_family(user=user).access


def ticket_of(user) -> str:
    key = make_key(user=user, name="A program", scopes=["write"])[0]
    admission = Admission(user.pk, user.password, api_key_id=key.pk)
    return make_ticket(user=user, credential=Credential("key", admission))


@pytest.fixture(params=[key_of, jwt_of, ticket_of], ids=lambda make: make.__name__)
def token(request, alice) -> str:
    return request.param(alice)


def program_with(token: str, path: str = SOCKET, origin: bytes | None = None) -> Program:
    return Program(None, f"{path}?token={token}", origin=origin)


async def code_of(program: Program) -> int:
    assert (await program.socket.connect())[0]
    return await program.is_closed(2)


@pytest.mark.parametrize("path", ["/ws", SOCKET])
async def test_it_is_its_persons(alice, conversation, house, token, path):
    async with program_with(token, path) as program:
        await program.says("message", conversation, content="Hello?", client_id="one")
        await program.hears_until("end")
    message = await Message.objects.select_related("sender").aget(client_id="one")
    assert message.sender.user_id == alice.pk


async def test_it_counts_before_a_cookie(bobs, alice, conversation, token):
    async with Program(bobs, f"/ws?token={token}") as program:
        await program.says("resume", conversation)
        await program.says("ping")
        assert (await program.hears())["type"] == "pong"


async def test_a_header_says_the_same(alice, token):
    program = Program(None, SOCKET, origin=None)
    program.socket.scope["headers"].append((b"authorization", f"Bearer {token}".encode()))
    async with program:
        await program.says("ping")
        assert (await program.hears())["type"] == "pong"


@pytest.mark.parametrize("scheme", ["Basic", "Token", "Bearer-ish"])
async def test_another_scheme_is_no_way_to_say_it(alice, alices, token, scheme):
    """It may be for a proxy on the way, and the cookie counts as without it."""
    program, of_page = Program(None, SOCKET, origin=None), Program(alices, "/ws")
    for one in (program, of_page):
        one.socket.scope["headers"].append((b"authorization", f"{scheme} {token}".encode()))
    assert await code_of(program) == 4401
    async with of_page:
        await of_page.says("ping")
        assert (await of_page.hears())["type"] == "pong"


async def test_a_page_elsewhere_may_not_use_it(token):
    assert await code_of(program_with(token, origin=b"http://evil.example")) == 4403


@pytest.mark.parametrize(
    "wrong", ["", "x", "ticket_x", "parley_0123456789ab_" + "0" * 64, "a.b.c", "%00", "é"]
)
async def test_a_wrong_one_lets_nobody_in_whatever_cookie_there_is(alices, wrong):
    assert await code_of(Program(alices, f"/ws?token={wrong}")) == 4401


async def test_a_ticket_opens_one_socket(alice):
    ticket = await sync_to_async(ticket_of)(alice)
    async with program_with(ticket):
        assert await code_of(program_with(ticket)) == 4401


@pytest.mark.parametrize("how", ["key", "jwt"])
async def test_a_revocation_closes_what_is_open(alice, conversation, house, how):
    token = await sync_to_async(key_of if how == "key" else jwt_of)(alice)
    async with program_with(token) as program:
        await program.says("resume", conversation)
        await (ApiKey if how == "key" else TokenFamily).objects.all().adelete()
        assert await program.is_closed(AT_MOST) == 4401


async def test_a_key_that_may_only_read_says_nothing(alice, conversation):
    token = await sync_to_async(key_of)(alice, "read")
    some = "019a0000-0000-7000-8000-000000000001"
    async with program_with(token) as program:
        for type, data in {
            "message": {"content": "Hello?"},
            "typing": {},
            "cancel": {},
            "decision": {"run_id": some, "call_id": "a", "decision": "allow"},
        }.items():
            await program.says(type, conversation, **data)
            heard = await program.hears()
            assert (heard["error"], heard["request"]) == ("missing_scope", type)
        await program.says("resume", conversation)
        await program.says("ping")
        assert (await program.hears())["type"] == "pong"
    assert not await Message.objects.aexists()


async def test_a_key_that_may_not_even_read_opens_nothing(alice):
    alice.is_superuser = True
    assert await code_of(program_with(await sync_to_async(key_of)(alice, "act-for-others"))) == 4401


@pytest.fixture
def personal(settings):
    settings.PERSONAL = True


@pytest.mark.parametrize(("peer", "code"), [("127.0.0.1", 0), ("192.168.1.5", 4401)])
async def test_in_personal_mode_it_is_of_use_at_this_machine_only(personal, token, peer, code):
    program = program_with(token)
    program.socket.scope["headers"] = [(b"host", b"localhost:8000")]
    program.socket.scope["client"] = [peer, 50_000]
    if code:
        assert await code_of(program) == code
    else:
        async with program:
            pass
