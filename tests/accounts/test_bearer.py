"""Programs are let in by an access token or an API key, in both modes, for as long as it holds."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.api_access import may_act_for_others, person_calling
from accounts.errors import Refused
from accounts.models import ApiKey, TokenFamily
from accounts.services.api_keys import MayNot, make_key, revoke_key
from accounts.services.tokens import begin_family
from tests.callers import with_jwt, with_key, with_token

PLACE = f"/api/messages/{uuid7()}/events"
TO_CHANGE = f"/api/chats/{uuid7()}/messages/{uuid7()}/cancel"
HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}
#: Nobody has such a message, so who is let in is told that.
LET_IN = 404

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["personal", "team"])
def mode(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=[with_key, with_jwt], ids=lambda make: make.__name__)
def program(request, mode, alice) -> Client:
    return request.param(alice, **HERE)


def refused_as(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


def test_it_reads_and_changes_without_cookie_or_token_of_a_page(program):
    assert program.get(PLACE).status_code == LET_IN
    assert program.post(TO_CHANGE, HTTP_SEC_FETCH_SITE="cross-site").status_code == LET_IN


def test_it_leaves_no_session(program):
    response = program.get(PLACE)
    assert response.cookies == {}
    assert not Session.objects.exists()


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_may_be_written_in_any_case(team, alice, scheme):
    token = make_key(user=alice, name="x", scopes=["read"])[1]
    assert Client(HTTP_AUTHORIZATION=f"{scheme} {token}").get(PLACE).status_code == LET_IN


def test_it_is_its_own_person_whatever_else_is_sent(team, alice, alices, bob):
    token = make_key(user=bob, name="x", scopes=["read"])[1]
    request = RequestFactory().get(PLACE, HTTP_AUTHORIZATION=f"Bearer {token}")
    request.user = alice
    assert person_calling(request) == request.user == bob
    assert (request.credential.kind, request.credential.scopes) == ("key", {"read"})
    alices.defaults["HTTP_AUTHORIZATION"] = "Bearer wrong"
    assert refused_as(alices.get(PLACE)) == (401, "invalid_token")


def test_what_is_somebody_elses_is_not_found(team, alice, bob):
    assert with_key(bob).get(PLACE).status_code == with_key(alice).get(PLACE).status_code == 404


@pytest.mark.parametrize(
    ("scopes", "reads", "changes"),
    [
        (["read"], LET_IN, 403),
        (["write"], LET_IN, LET_IN),
        (["read", "write"], LET_IN, LET_IN),
        (["act-for-others"], 403, 403),
    ],
)
def test_a_key_does_what_its_scopes_say(team, admin_user, scopes, reads, changes):
    program = with_key(admin_user, *scopes)
    for response, status in ((program.get(PLACE), reads), (program.post(TO_CHANGE), changes)):
        assert response.status_code == status
        if status == 403:
            assert response.json()["error"] == "missing_scope"


class TestActingForOthers:
    def caller(self, token):
        request = RequestFactory().get(PLACE, HTTP_AUTHORIZATION=f"Bearer {token}")
        person_calling(request)
        return request

    def test_a_superuser_may_by_session_and_token_and_by_a_key_with_the_scope(self, team, admin_user):
        scopes = ["read", "act-for-others"]
        for token, may in (
            (begin_family(user=admin_user).access, True),
            (make_key(user=admin_user, name="x", scopes=scopes)[1], True),
            (make_key(user=admin_user, name="x", scopes=["write"])[1], False),
        ):
            assert may_act_for_others(self.caller(token)) is may

    def test_others_may_not_and_can_make_no_such_key(self, team, alice):
        assert not may_act_for_others(self.caller(begin_family(user=alice).access))
        with pytest.raises(MayNot):
            make_key(user=alice, name="x", scopes=["read", "act-for-others"])
        assert not ApiKey.objects.exists()

    def test_a_key_may_no_longer_once_its_person_may_not(self, team, alice, django_user_model):
        alice.user_permissions.add(Permission.objects.get(codename="act_for_others"))
        trusted = django_user_model.objects.get(pk=alice.pk)
        token = make_key(user=trusted, name="x", scopes=["write", "act-for-others"])[1]
        assert may_act_for_others(self.caller(token))
        alice.user_permissions.clear()
        assert not may_act_for_others(self.caller(token))


class TestTheEnd:
    """After each of these the next call is refused."""

    def over(self, program) -> None:
        answer = program.get(PLACE)
        assert refused_as(answer) == (401, "invalid_token")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="parley", error="invalid_token"'

    def test_a_disabled_person(self, program, alice):
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
        self.over(program)

    def test_a_deleted_person(self, program, alice):
        alice.delete()
        self.over(program)

    def test_a_revoked_key(self, mode, alice):
        key, token = make_key(user=alice, name="x", scopes=["read"])
        program = with_token(token, **HERE)
        assert program.get(PLACE).status_code == LET_IN
        revoke_key(actor=alice, key_id=key.pk)
        self.over(program)

    def test_only_its_person_revokes_a_key(self, team, alice, bob):
        key, token = make_key(user=alice, name="x", scopes=["read"])
        assert revoke_key(actor=bob, key_id=key.pk) is None
        assert with_token(token).get(PLACE).status_code == LET_IN

    def test_a_key_that_has_expired(self, mode, alice):
        soon = timezone.now() + timedelta(minutes=5)
        key, token = make_key(user=alice, name="x", scopes=["read"], expires_at=soon)
        assert with_token(token, **HERE).get(PLACE).status_code == LET_IN
        ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
        self.over(with_token(token, **HERE))

    def test_a_revoked_family(self, mode, alice):
        program = with_jwt(alice, **HERE)
        assert program.get(PLACE).status_code == LET_IN
        TokenFamily.objects.update(revoked_at=timezone.now())
        self.over(program)

    def test_another_password_ends_tokens_and_leaves_keys(self, mode, alice):
        signed_in, keyed = with_jwt(alice, **HERE), with_key(alice, **HERE)
        alice.set_password("another one entirely")
        alice.save()
        self.over(signed_in)
        assert keyed.get(PLACE).status_code == LET_IN


def test_a_call_costs_one_query_and_one_more_a_minute(team, alice, django_assert_num_queries):
    token = make_key(user=alice, name="x", scopes=["read"])[1]

    def call():
        person_calling(RequestFactory().get(PLACE, HTTP_AUTHORIZATION=f"Bearer {token}"))

    with django_assert_num_queries(2):
        call()
    first_used = ApiKey.objects.get().last_used_at
    with django_assert_num_queries(1):
        call()
    assert ApiKey.objects.get().last_used_at == first_used
    ApiKey.objects.update(last_used_at=first_used - timedelta(seconds=61))
    call()
    assert ApiKey.objects.get().last_used_at > first_used


def test_a_token_costs_one_query(team, alice, django_assert_num_queries):
    token = begin_family(user=alice).access
    with django_assert_num_queries(1):
        person_calling(RequestFactory().get(PLACE, HTTP_AUTHORIZATION=f"Bearer {token}"))


def test_the_key_is_stored_nowhere(alice):
    key, token = make_key(user=alice, name="x", scopes=["read"])
    row = ApiKey.objects.values().get(pk=key.pk)
    assert token.rpartition("_")[2] not in repr(row)
    assert token.startswith(f"parley_{key.prefix}_")


@pytest.mark.parametrize("says", [{"REMOTE_ADDR": "192.168.1.5"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}])
def test_in_personal_mode_nothing_lets_anybody_in_from_elsewhere(personal, alice, says):
    assert with_key(alice, **(HERE | says)).get(PLACE).status_code == 403


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "Token x", "parley_x"])
def test_in_personal_mode_wrong_credentials_are_nobodys(personal, header):
    assert refused_as(Client(**HERE, HTTP_AUTHORIZATION=header).get(PLACE)) == (401, "invalid_token")


def test_a_sign_in_of_a_proxy_does_not_hide_the_session(team, alices):
    alices.defaults["HTTP_AUTHORIZATION"] = "Basic YTpi"
    assert alices.get(PLACE).status_code == LET_IN


def test_the_reason_is_one_for_all(team, alice):
    for token in ("", "parley_000000000000_" + "0" * 64, begin_family(user=alice).access + "x"):
        with pytest.raises(Refused) as refusal:
            person_calling(RequestFactory().get(PLACE, HTTP_AUTHORIZATION=f"Bearer {token}"))
        assert refusal.value.key == "invalid_token"
