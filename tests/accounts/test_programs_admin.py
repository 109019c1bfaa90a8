"""Keys and sign-ins of programs in the admin: seen and revoked, never made, and never their secret."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, RefreshToken, TokenFamily
from accounts.services.api_keys import make_key
from accounts.services.tokens import begin_family

pytestmark = pytest.mark.django_db

NAMES = ("apikey", "tokenfamily")


@pytest.fixture
def rows(alice):
    key, text = make_key(user=alice, name="My notes", scopes=["read"])
    tokens = begin_family(user=alice, client="notes/1.0")
    family = TokenFamily.objects.get()
    secrets = {
        text.rpartition("_")[2],
        key.secret_hash,
        tokens.refresh,
        family.session_hash,
        RefreshToken.objects.get().token_hash,
    }
    return {"apikey": key, "tokenfamily": family}, secrets


@pytest.mark.parametrize("name", NAMES)
def test_no_page_shows_a_secret(rows, admin_client, name):
    of_name, secrets = rows
    places = [
        reverse(f"admin:accounts_{name}_changelist"),
        reverse(f"admin:accounts_{name}_change", args=[of_name[name].pk]),
    ]
    for place in places:
        page = admin_client.get(place)
        assert page.status_code == 200
        assert "alice" in page.text
        assert not [secret for secret in secrets if secret in page.text]


@pytest.mark.parametrize("name", NAMES)
def test_they_are_revoked_and_nothing_else(rows, admin_client, name):
    row = rows[0][name]
    place = reverse(f"admin:accounts_{name}_changelist")
    admin_client.post(place, {"action": "revoke", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert row.revoked_at
    change = reverse(f"admin:accounts_{name}_change", args=[row.pk])
    assert admin_client.post(change, {"name": "Another"}).status_code == 403
    assert admin_client.get(reverse(f"admin:accounts_{name}_add")).status_code == 403


@pytest.mark.parametrize("name", NAMES)
def test_staff_without_the_permission_see_none(rows, django_user_model, name):
    staff = Client()
    staff.force_login(django_user_model.objects.create_user("staff", is_staff=True))
    place = reverse(f"admin:accounts_{name}_changelist")
    assert staff.get(place).status_code == 403
    staff.post(place, {"action": "revoke", "_selected_action": [str(rows[0][name].pk)]})
    assert not ApiKey.objects.exclude(revoked_at=None).exists()


def test_a_person_with_keys_can_be_deleted(rows, alice, admin_client):
    place = reverse("admin:accounts_user_delete", args=[alice.pk])
    assert admin_client.post(place, {"post": "yes"}).status_code == 302
    assert not ApiKey.objects.exists()
