"""The part of the settings about programs: keys are made and shown once, and revoked; sign-ins are ended."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import ApiKey, TokenFamily
from accounts.services.api_keys import MOST_KEYS, make_key
from accounts.services.tokens import MOST_FAMILIES, begin_family
from tests.callers import with_jwt, with_key, with_token

PAGE = "/settings/"
KEYS = "/settings/keys/"
GOOD = {"name": "My notes", "scope": "read", "lasts": "30"}
PLACE = f"/api/messages/{uuid7()}/events"
HTMX = {"HX-Request": "true"}
WRITTEN = re.compile(r"parley_[0-9a-f]{12}_[0-9a-f]{64}")

pytestmark = pytest.mark.django_db


def revoke_of(key) -> str:
    return reverse("accounts:revoke_key", args=[key.pk])


def sign_out_of(family) -> str:
    return reverse("accounts:sign_out_program", args=[family.pk])


class TestMaking:
    @pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "no scripts"])
    def test_the_key_is_shown_once_and_works(self, alice, alices, headers):
        answer = alices.post(KEYS, GOOD, headers=headers)
        assert answer.status_code == 200
        assert ("<html" in answer.text) is not bool(headers)
        (written,) = WRITTEN.findall(answer.text)
        assert with_token(written).get(PLACE).status_code == 404
        key = ApiKey.objects.get()
        assert (key.user, key.name, key.scopes) == (alice, "My notes", ["read"])
        assert timedelta(days=29) < key.expires_at - timezone.now() < timedelta(days=31)
        page = alices.get(PAGE).text
        assert not WRITTEN.search(page)
        assert f"parley_{key.prefix}_…" in page

    def test_it_is_not_kept_by_a_cache(self, alices):
        assert "no-store" in alices.post(KEYS, GOOD).headers["Cache-Control"]

    def test_one_may_last_for_ever(self, alices):
        alices.post(KEYS, GOOD | {"lasts": "", "scope": "write"})
        key = ApiKey.objects.get()
        assert (key.expires_at, key.scopes) == (None, ["write"])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": ""},
            {"name": "x" * 101},
            {"name": "a\x00b"},
            {"scope": "everything"},
            {"scope": "act-for-others"},
            {"scope": ""},
            {"lasts": "36500"},
            {"lasts": "-1"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "no scripts"])
    def test_what_cannot_be_is_refused(self, alices, wrong, headers):
        answer = alices.post(KEYS, GOOD | wrong, headers=headers)
        assert answer.status_code == 422
        assert "errorlist" in answer.text
        assert not ApiKey.objects.exists()

    def test_its_name_is_text(self, alices):
        page = alices.post(KEYS, GOOD | {"name": "<b onclick=x>"}).text
        assert "<b onclick" not in page
        assert "&lt;b onclick" in page

    def test_only_who_may_act_for_others_is_offered_it(self, alice, alices):
        assert "for_others" not in alices.get(PAGE).text
        alices.post(KEYS, GOOD | {"for_others": "on"})
        assert ApiKey.objects.get().scopes == ["read"]
        alice.user_permissions.add(Permission.objects.get(codename="act_for_others"))
        assert "for_others" in alices.get(PAGE).text
        alices.post(KEYS, GOOD | {"for_others": "on"})
        assert ApiKey.objects.latest("created_at").scopes == ["read", "act-for-others"]

    def test_nobody_has_keys_without_end(self, alice, alices, monkeypatch):
        monkeypatch.setattr("accounts.services.api_keys.MOST_KEYS", 1)
        alices.post(KEYS, GOOD)
        assert alices.post(KEYS, GOOD).status_code == 422
        key = ApiKey.objects.get()
        alices.post(revoke_of(key))
        assert alices.post(KEYS, GOOD).status_code == 200


class TestRevoking:
    def test_what_used_it_is_refused_at_once(self, alice, alices):
        program = with_key(alice)
        answer = alices.post(revoke_of(ApiKey.objects.get()), headers=HTMX)
        assert answer.status_code == 200
        assert "A program" in answer.text  # which one it was
        assert ApiKey.objects.get().prefix not in answer.text
        assert program.get(PLACE).status_code == 401

    def test_without_scripts_one_is_led_back(self, alice, alices):
        key, _text = make_key(user=alice, name="x", scopes=["read"])
        answer = alices.post(revoke_of(key))
        assert (answer.status_code, answer.url) == (302, "/settings/#programs")

    def test_twice_is_no_error(self, alice, alices):
        key, _text = make_key(user=alice, name="x", scopes=["read"])
        alices.post(revoke_of(key))
        revoked_at = ApiKey.objects.get().revoked_at
        assert alices.post(revoke_of(key), headers=HTMX).status_code == 200
        assert ApiKey.objects.get().revoked_at == revoked_at

    def test_a_program_is_signed_out(self, alice, alices):
        program = with_jwt(alice)
        assert alices.post(sign_out_of(TokenFamily.objects.get()), headers=HTMX).status_code == 200
        assert program.get(PLACE).status_code == 401


class TestOthers:
    @pytest.fixture
    def of_alice(self, alice):
        key, _text = make_key(user=alice, name="Alice's notes", scopes=["read"])
        begin_family(user=alice, client="alices-program/1.0")
        return [revoke_of(key), sign_out_of(TokenFamily.objects.get())]

    def test_bob_sees_and_ends_nothing_of_alices(self, of_alice, bobs):
        page = bobs.get(PAGE).text
        assert "Alice&#x27;s notes" not in page
        assert "alices-program" not in page
        for place in of_alice:
            assert bobs.post(place).status_code == 404
        assert ApiKey.objects.get().revoked_at is TokenFamily.objects.get().revoked_at is None

    def test_alice_sees_them(self, of_alice, alices):
        page = alices.get(PAGE).text
        assert "Alice&#x27;s notes" in page
        assert "alices-program/1.0" in page

    def test_other_verbs_are_refused(self, of_alice, alices):
        for place in (KEYS, *of_alice):
            for verb in ("get", "put", "patch", "delete"):
                assert getattr(alices, verb)(place).status_code == 405

    def test_a_program_cannot_make_itself_a_key(self, alice):
        assert with_key(alice).post(KEYS, GOOD).status_code in (302, 403)
        assert ApiKey.objects.count() == 1


def test_an_expired_key_is_said_to_be(alice, alices):
    make_key(user=alice, name="Old", scopes=["read"], expires_at=timezone.now() - timedelta(days=1))
    assert "expired" in alices.get(PAGE).text


def test_the_page_stays_small(alice, alices):
    for number in range(MOST_KEYS):
        make_key(user=alice, name=f"{number}" * 50, scopes=["write"])
    for _ in range(MOST_FAMILIES + 5):
        begin_family(user=alice, client="x" * 200)
    assert len(alices.get(PAGE).content) < 100_000
