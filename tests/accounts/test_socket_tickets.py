"""``POST /api/v1/auth/socket-ticket``, and who is behind the token in the address of a WebSocket."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts import admissions
from accounts.errors import InvalidToken
from accounts.models import ApiKey, SocketTicket, TokenFamily
from accounts.services.api_keys import make_key
from accounts.services.socket_tickets import take_ticket
from accounts.services.tokens import begin_family
from accounts.socket_tokens import person_by_token
from tests.callers import with_jwt, with_key

PLACE = "/api/v1/auth/socket-ticket"
HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}

pytestmark = pytest.mark.django_db(transaction=True)


def ticket_for(client) -> str:
    answer = client.post(PLACE)
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 30
    return answer.json()["ticket"]


def refused(ticket) -> None:
    with pytest.raises(InvalidToken):
        take_ticket(ticket=ticket)


def test_it_stands_once_for_the_session_of_a_page(team, alice, alices):
    ticket = ticket_for(alices)
    user, credential = take_ticket(ticket=ticket)
    assert (user, credential.kind) == (alice, "session")
    assert credential.admission.session_key == alices.cookies["sessionid"].value
    assert admissions.holds(credential.admission)
    refused(ticket)


def test_for_a_key_with_no_more_than_its_scopes(team, alice):
    user, credential = take_ticket(ticket=ticket_for(with_key(alice, "write")))
    assert (user, credential.kind, credential.scopes) == (alice, "key", {"write"})
    assert credential.admission.api_key_id == ApiKey.objects.get().pk


def test_for_the_sign_in_of_a_program(team, alice):
    user, credential = take_ticket(ticket=ticket_for(with_jwt(alice)))
    assert (user, credential.kind) == (alice, "jwt")
    assert credential.admission.family_id == TokenFamily.objects.get().pk


def test_for_the_owner_at_their_machine(personal):
    user, credential = take_ticket(ticket=ticket_for(Client(**HERE)))
    assert (user.is_superuser, credential.kind) == (True, "owner")


def test_of_many_who_take_it_at_once_one_gets_it(team, alice, alices):
    ticket = ticket_for(alices)

    def take(_number):
        try:
            return take_ticket(ticket=ticket)[0]
        except InvalidToken:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as threads:
        got = list(threads.map(take, range(20)))
    assert [user for user in got if user] == [alice]


def test_after_half_a_minute_it_is_over_and_forgotten(team, alices):
    ticket = ticket_for(alices)
    SocketTicket.objects.update(expires_at=timezone.now())
    refused(ticket)
    ticket_for(alices)
    assert SocketTicket.objects.count() == 1


@pytest.mark.parametrize("how", ["signed out", "disabled", "another password", "deleted"])
def test_it_ends_with_what_it_stands_for(team, alice, alices, how):
    ticket = ticket_for(alices)
    if how == "signed out":
        Session.objects.all().delete()
    elif how == "disabled":
        type(alice).objects.update(is_active=False)
    elif how == "another password":
        alice.set_password("another one entirely")
        alice.save()
    else:
        alice.delete()
    refused(ticket)


def test_it_ends_with_its_key(team, alice):
    ticket = ticket_for(with_key(alice))
    ApiKey.objects.update(revoked_at=timezone.now())
    refused(ticket)


def test_nobody_gets_one_without_signing_in(team, alice):
    assert Client().post(PLACE).status_code == 401
    assert with_key(alice, "read").post(PLACE).status_code == 403
    page_elsewhere = Client(enforce_csrf_checks=True)
    page_elsewhere.force_login(alice)
    assert page_elsewhere.post(PLACE).status_code == 403
    assert not SocketTicket.objects.exists()


def test_it_is_not_stored_as_it_is(team, alices):
    ticket = ticket_for(alices)
    assert ticket not in repr(SocketTicket.objects.values().get())


def test_no_ticket_lets_a_call_in(team, alices):
    ticket = ticket_for(alices)
    assert Client(HTTP_AUTHORIZATION=f"Bearer {ticket}").post(PLACE).status_code == 401
    assert take_ticket(ticket=ticket)


async def test_a_socket_is_told_who_is_behind_any_kind_of_token(team, alice, alices):
    tokens = {
        "key": (await sync_to_async(make_key)(user=alice, name="x", scopes=["read"]))[1],
        "jwt": (await sync_to_async(begin_family)(user=alice)).access,
        "session": await sync_to_async(ticket_for)(alices),
    }
    for kind, token in tokens.items():
        user, credential = await person_by_token(token)
        assert (user, credential.kind) == (alice, kind)
    ending = asyncio.create_task(admissions.ended(credential.admission))
    await sync_to_async(Session.objects.all().delete)()
    async with asyncio.timeout(5):
        await ending


@pytest.mark.parametrize(
    "token", ["", "x", "ticket_", "ticket_" + "0" * 64, "ticket_\x00", "ticket_\ud800", "a.b.c", "\ud800"]
)
async def test_a_socket_is_told_that_nobody_is(team, token):
    with pytest.raises(InvalidToken):
        await person_by_token(token)
