"""``manage.py create_api_key`` prints a key that works, and nothing else on its line."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import ApiKey
from tests.callers import with_token

PLACE = f"/api/messages/{uuid7()}/events"

pytestmark = pytest.mark.django_db


def made(*words: str) -> str:
    out = StringIO()
    call_command("create_api_key", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_may_read_and_nothing_more(team, alice):
    program = with_token(made("alice", "--name", "Backup").strip())
    assert program.get(PLACE).status_code == 404
    assert program.post("/api/v1/auth/socket-ticket").status_code == 403
    key = ApiKey.objects.get()
    assert (key.user, key.name, key.scopes, key.expires_at) == (alice, "Backup", ["read"], None)


def test_scopes_and_an_end(alice):
    made("alice", "--name", "x", "--scope", "write", "--scope", "read", "--days", "7")
    key = ApiKey.objects.get()
    assert key.scopes == ["read", "write"]
    assert timedelta(days=6) < key.expires_at - timezone.now() < timedelta(days=8)


def test_acting_for_others_gives_the_permission_too(alice):
    made("alice", "--name", "x", "--scope", "write", "--scope", "act-for-others")
    assert ApiKey.objects.get().scopes == ["write", "act-for-others"]
    assert type(alice).objects.get(pk=alice.pk).has_perm("accounts.act_for_others")


@pytest.mark.parametrize(
    "words",
    [
        ("nobody", "--name", "x"),
        ("alice",),
        ("alice", "--name", "x", "--scope", "all"),
        ("alice", "--name", "x", "--days", "0"),
        ("alice", "--name", "x", "--days", "soon"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused(alice, words):
    with pytest.raises(CommandError):
        made(*words)
    assert not ApiKey.objects.exists()
