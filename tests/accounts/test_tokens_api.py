"""``/api/v1/auth/token``: a pair for a password, the next pair for a refresh token, and the end of both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts import second_factor
from accounts.models import RefreshToken, TokenFamily
from accounts.services import sign_in, tokens
from tests.callers import with_token

TOKEN, REFRESH, REVOKE = (f"/api/v1/auth/token{end}" for end in ("", "/refresh", "/revoke"))
PLACE = f"/api/messages/{uuid7()}/events"
PASSWORD = "correct horse battery"
LET_IN = 404

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db, django_user_model, team):
    alice = django_user_model.objects.create_user(username="alice", password=PASSWORD)
    EmailAddress.objects.create(user=alice, email="alice@example.org", verified=True)
    return alice


@pytest.fixture
def program() -> Client:
    return Client(enforce_csrf_checks=True, headers={"User-Agent": "notes/1.0"})


def post(client, place, **body):
    return client.post(place, body, content_type="application/json")


def pair_of(client, **more):
    answer = post(client, TOKEN, username="alice", password=PASSWORD, **more)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def refused(answer, error="invalid_token") -> None:
    assert (answer.status_code, answer.json()["error"]) == (401, error)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def let_in(pair) -> bool:
    status = with_token(pair["access_token"]).get(PLACE).status_code
    assert status in (LET_IN, 401)
    return status == LET_IN


def test_a_password_gets_a_pair(alice, program):
    pair = pair_of(program)
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 15 * 60)
    assert pair["refresh_expires_in"] == 14 * 24 * 3600
    assert let_in(pair)
    family = TokenFamily.objects.get()
    assert (family.user, family.client) == (alice, "notes/1.0")
    assert not Session.objects.exists()


def test_nothing_of_it_is_stored_as_it_is_or_kept_by_a_cache(alice, program):
    answer = post(program, TOKEN, username="alice", password=PASSWORD)
    assert answer.json()["refresh_token"] not in repr(RefreshToken.objects.values().get())
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies == {}


class TestWrong:
    def test_the_answer_is_one_for_all(self, alice, program, django_user_model):
        django_user_model.objects.create_user(username="gone", password=PASSWORD, is_active=False)
        django_user_model.objects.create_user(username="owner")
        answers = [
            post(program, TOKEN, username=name, password=password)
            for name, password in (
                ("alice", "wrong"),
                ("nobody", PASSWORD),
                ("gone", PASSWORD),
                ("owner", PASSWORD),
                ("alice", PASSWORD.upper()),
            )
        ]
        for answer in answers:
            refused(answer, "wrong_credentials")
        assert len({answer.content for answer in answers}) == 1
        assert not TokenFamily.objects.exists()

    def test_each_of_them_costs_one_hash(self, alice, program, monkeypatch):
        from django.contrib.auth.hashers import MD5PasswordHasher

        hashed = []
        encode = MD5PasswordHasher.encode
        monkeypatch.setattr(
            MD5PasswordHasher, "encode", lambda self, *args: hashed.append(1) or encode(self, *args)
        )
        costs = []
        for name in ("alice", "nobody"):
            post(program, TOKEN, username=name, password="wrong")
            costs.append(len(hashed))
            hashed.clear()
        assert costs[0] == costs[1] == 1

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"username": "alice"},
            {"username": "", "password": "x"},
            {"username": "alice", "password": ""},
            {"username": "alice", "password": "x" * 4097},
            {"username": "a" * 255, "password": "x"},
            {"username": "a\x00", "password": "x"},
            {"username": ["alice"], "password": "x"},
            {"username": "alice", "password": None},
            {"username": "alice", "password": PASSWORD, "code": 5},
            {"username": "alice", "password": PASSWORD, "is_superuser": True},
        ],
        ids=str,
    )
    def test_what_cannot_be_is_refused(self, alice, program, body):
        answer = post(program, TOKEN, **body)
        assert answer.status_code == 422
        assert set(answer.json()) == {"error", "detail"}
        assert PASSWORD not in answer.text

    @pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"username": NaN}', "\ud800", "[" * 5000])
    @pytest.mark.parametrize("place", [TOKEN, REFRESH, REVOKE])
    def test_what_is_no_json_is_refused(self, program, place, body):
        answer = program.post(place, body.encode("utf-8", "surrogatepass"), content_type="application/json")
        assert answer.status_code in (400, 422)
        assert set(answer.json()) == {"error", "detail"}

    @pytest.mark.parametrize("verb", ["get", "put", "patch", "delete", "head"])
    @pytest.mark.parametrize("place", [TOKEN, REFRESH, REVOKE])
    def test_other_verbs_are_refused(self, program, place, verb):
        assert getattr(program, verb)(place).status_code == 405


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _alice_has_one(self, alice, monkeypatch):
        monkeypatch.setattr(sign_in, "second_factor_needed", lambda user: user == alice)
        monkeypatch.setattr(sign_in, "second_factor_proved", lambda user, code: code == "123456")

    def test_the_password_alone_is_not_enough(self, program):
        refused(post(program, TOKEN, username="alice", password=PASSWORD), "second_factor_needed")

    def test_nor_is_a_wrong_code_or_the_code_without_the_password(self, program):
        refused(post(program, TOKEN, username="alice", password=PASSWORD, code="000000"), "wrong_credentials")
        refused(post(program, TOKEN, username="alice", password="wrong", code="123456"), "wrong_credentials")
        refused(post(program, TOKEN, username="alice", password="wrong"), "wrong_credentials")
        assert not TokenFamily.objects.exists()

    def test_both_are(self, program):
        assert let_in(pair_of(program, code="123456"))


def test_an_address_is_confirmed_first_where_the_installation_asks_for_it(alice, program, settings):
    settings.EMAIL_CONFIRMATION = True
    EmailAddress.objects.update(verified=False)
    refused(post(program, TOKEN, username="alice", password="wrong"), "wrong_credentials")
    refused(post(program, TOKEN, username="alice", password=PASSWORD), "email_not_confirmed")
    EmailAddress.objects.update(verified=True)
    assert let_in(pair_of(program))
    EmailAddress.objects.all().delete()
    refused(post(program, TOKEN, username="alice", password=PASSWORD), "email_not_confirmed")
    settings.EMAIL_CONFIRMATION = False
    assert let_in(pair_of(program))


def test_who_guesses_is_told_to_wait(alice, program, settings):
    settings.SIGN_IN_RATE = 3
    for _ in range(3):
        refused(post(program, TOKEN, username="alice", password="wrong"), "wrong_credentials")
    answer = post(program, TOKEN, username="alice", password=PASSWORD)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


class TestRefresh:
    def test_it_gives_the_next_pair_and_the_old_access_token_goes_on(self, alice, program):
        first = pair_of(program)
        second = post(program, REFRESH, refresh_token=first["refresh_token"]).json()
        assert second["refresh_token"] != first["refresh_token"]
        assert let_in(first)
        assert let_in(second)
        assert post(program, REFRESH, refresh_token=second["refresh_token"]).status_code == 200
        assert TokenFamily.objects.count() == 1

    def test_a_used_token_ends_its_whole_family_and_no_other(self, alice, program):
        first, other = pair_of(program), pair_of(program)
        second = post(program, REFRESH, refresh_token=first["refresh_token"]).json()
        refused(post(program, REFRESH, refresh_token=first["refresh_token"]))
        refused(post(program, REFRESH, refresh_token=second["refresh_token"]))
        assert (let_in(first), let_in(second), let_in(other)) == (False, False, True)

    @pytest.mark.parametrize(
        "token", ["", "x", "refresh_" + "0" * 64, "ü\u20ac", "x" * 4096, "a.b.c", "refresh_*"]
    )
    def test_a_guess_is_refused(self, alice, program, token):
        refused(post(program, REFRESH, refresh_token=token))

    def test_an_access_token_is_none(self, alice, program):
        refused(post(program, REFRESH, refresh_token=pair_of(program)["access_token"]))

    def test_a_refresh_token_is_no_access_token(self, alice, program):
        assert not let_in({"access_token": pair_of(program)["refresh_token"]})

    def test_after_a_fortnight_it_is_over_and_cleared_away(self, alice, program):
        pair = pair_of(program)
        RefreshToken.objects.update(expires_at=timezone.now())
        refused(post(program, REFRESH, refresh_token=pair["refresh_token"]))
        TokenFamily.objects.update(expires_at=timezone.now() - timedelta(days=1))
        pair_of(program)
        assert (TokenFamily.objects.count(), RefreshToken.objects.count()) == (1, 1)

    def test_another_password_and_a_disabled_account_end_it(self, alice, program):
        first = pair_of(program)
        alice.set_password("another one entirely")
        alice.save()
        refused(post(program, REFRESH, refresh_token=first["refresh_token"]))
        alice.set_password(PASSWORD)
        alice.save()
        second = pair_of(program)
        alice.is_active = False
        alice.save()
        refused(post(program, REFRESH, refresh_token=second["refresh_token"]))
        alice.is_active = True
        alice.save()
        refused(post(program, REFRESH, refresh_token=second["refresh_token"]))  # it has been used

    def test_a_former_secret_key_does_not_sign_it_out(self, alice, program, settings):
        pair = pair_of(program)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "y" * 40, [settings.SECRET_KEY]
        assert post(program, REFRESH, refresh_token=pair["refresh_token"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_twenty_refreshes_at_once_one_wins_and_then_all_is_over(alice, program):
    token = pair_of(program)["refresh_token"]

    def refresh(_number):
        try:
            return post(Client(), REFRESH, refresh_token=token)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(refresh, range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert TokenFamily.objects.get().revoked_at
    assert not let_in(winner)
    refused(post(program, REFRESH, refresh_token=winner["refresh_token"]))


class TestRevoke:
    def test_it_signs_the_program_out(self, alice, program):
        pair, other = pair_of(program), pair_of(program)
        answer = post(program, REVOKE, refresh_token=pair["refresh_token"])
        assert (answer.status_code, answer.content) == (204, b"")
        assert (let_in(pair), let_in(other)) == (False, True)
        refused(post(program, REFRESH, refresh_token=pair["refresh_token"]))
        assert post(program, REVOKE, refresh_token=pair["refresh_token"]).status_code == 204

    def test_a_used_token_does_too(self, alice, program):
        first = pair_of(program)
        second = post(program, REFRESH, refresh_token=first["refresh_token"]).json()
        post(program, REVOKE, refresh_token=first["refresh_token"])
        assert not let_in(second)

    def test_a_token_that_nobody_knows_changes_nothing(self, alice, program):
        pair = pair_of(program)
        assert post(program, REVOKE, refresh_token="refresh_" + "0" * 64).status_code == 204
        assert let_in(pair)


def test_one_person_has_a_bounded_number_of_sign_ins(alice, program, monkeypatch, settings):
    monkeypatch.setattr(tokens, "MOST_FAMILIES", 2)
    pairs = [pair_of(program) for _ in range(3)]
    assert [let_in(pair) for pair in pairs] == [False, True, True]
    assert TokenFamily.objects.count() == 2


@pytest.mark.parametrize(
    "says",
    [
        {"REMOTE_ADDR": "192.168.1.5"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", [TOKEN, REFRESH, REVOKE])
def test_in_personal_mode_it_answers_only_here(personal, program, place, says):
    personal.ALLOWED_HOSTS = ["*"]
    here = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"} | says
    body = {"username": "owner", "password": "x"} if place == TOKEN else {"refresh_token": "x"}
    answer = program.post(place, body, content_type="application/json", **here)
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_nobody_has_a_second_factor_yet(alice):
    assert not second_factor.second_factor_needed(alice)
    assert not second_factor.second_factor_proved(alice, "123456")
