"""Whose a call of the API is, in both modes."""

import pytest
from django.test import Client
from uuid_utils.compat import uuid7

PLACE = f"/api/messages/{uuid7()}/events"
HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}
#: Nobody has such a message, so who is let in is told that.
LET_IN = 404

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(personal) -> Client:
    return Client(enforce_csrf_checks=True, **HERE)


def test_a_program_at_the_owners_machine_is_the_owner(program):
    assert program.get(PLACE).status_code == LET_IN


@pytest.mark.parametrize(
    "says",
    [
        {"HTTP_ORIGIN": "http://localhost:8000"},
        {"HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "none"},
    ],
    ids=str,
)
def test_so_is_a_page_of_ours(program, says):
    assert program.get(PLACE, **says).status_code == LET_IN


@pytest.mark.parametrize(
    "says",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},  # another port of this machine
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "http://localhost:3000"},
        {"HTTP_ORIGIN": "null"},
        {"REMOTE_ADDR": "192.168.1.5"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_nobody_else_is_and_not_even_for_reading(program, says, verb):
    place = PLACE if verb == "get" else f"/api/chats/{uuid7()}/messages/{uuid7()}/cancel"
    answer = getattr(program, verb)(place, **says)
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_a_program_needs_no_token_there(program):
    assert program.post(f"/api/chats/{uuid7()}/messages/{uuid7()}/cancel").status_code == LET_IN


def test_in_team_mode_one_signs_in_first(team):
    answer = Client(**HERE).get(PLACE)
    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="parley"'


def test_a_session_is_let_in(team, alices):
    assert alices.get(PLACE).status_code == LET_IN


def test_a_session_that_is_over_or_of_a_disabled_person_is_not(team, alices, alice):
    alice.is_active = False
    alice.save()
    assert alices.get(PLACE).status_code == 401
    alices.cookies["sessionid"] = "forged"
    assert alices.get(PLACE).status_code == 401
