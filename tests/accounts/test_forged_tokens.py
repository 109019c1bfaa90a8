"""Whatever is sent as a token that we have not signed for this, now, is a 401, and never an error of ours."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from accounts import access_tokens
from accounts.access_tokens import Claims, read_access_token, write_access_token
from accounts.bearer import let_in_by
from accounts.errors import InvalidToken
from accounts.models import TokenFamily
from accounts.services.tokens import begin_family

PLACE = f"/api/messages/{uuid7()}/events"
NOBODYS = "01a1fe92-c3ad-730f-9e9c-1ed152218d3f"

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(alice, team) -> str:
    return begin_family(user=alice).access


@pytest.fixture
def said(token) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def our_key(settings) -> bytes:
    return access_tokens._key(settings.SECRET_KEY)


def part(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def refused(token: str) -> None:
    answer = Client(HTTP_AUTHORIZATION=f"Bearer {token}").get(PLACE)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_what_it_says(said, alice, settings):
    assert said["sub"] == str(alice.pk)
    assert (said["iss"], said["aud"]) == ("parley", "parley-api")
    assert said["exp"] - said["iat"] == 15 * 60
    assert said["sid"] == str(TokenFamily.objects.get().pk)
    assert said["jti"]


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_unsigned(said, algorithm):
    for signature in ("", "x"):
        refused(f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(said)}.{signature}")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_with_the_right_key(said, settings, algorithm):
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        forged = jwt.encode(said, our_key(settings), algorithm)
    refused(forged)


def test_a_public_key_taken_for_ours(said):
    refused(jwt.encode(said, rsa.generate_private_key(65537, 2048), "RS256"))


@pytest.mark.parametrize("key", ["a guess" * 8, "a key for tests, long enough to be taken"])
def test_another_key_even_the_secret_key_itself(said, key):
    refused(jwt.encode(said, key, "HS256"))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another"},
        {"aud": ["another"]},
        {"iss": "another"},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"sub": "nobody"},
        {"sub": NOBODYS},
        {"sid": "none"},
        {"sid": NOBODYS},
        {"sid": ["x"]},
    ],
    ids=str,
)
def test_signed_by_us_for_something_else(said, settings, change):
    key = our_key(settings)
    forged = f"{part({'alg': 'HS256'})}.{part(said | change)}"
    signature = jwt.get_algorithm_by_name("HS256").sign(forged.encode(), key)
    refused(f"{forged}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


@pytest.mark.parametrize("claim", access_tokens.CLAIMS)
def test_a_claim_is_missing(said, settings, claim):
    del said[claim]
    refused(jwt.encode(said, our_key(settings), "HS256"))


def test_of_somebody_elses_family(said, settings, bob):
    refused(jwt.encode(said | {"sub": str(bob.pk)}, our_key(settings), "HS256"))


def test_it_is_over_after_a_quarter_of_an_hour(alice, team):
    begin_family(user=alice)
    claims = Claims(alice.pk, TokenFamily.objects.get().pk)
    now = datetime.now(UTC)
    assert read_access_token(write_access_token(claims, now - timedelta(minutes=14))) == claims
    refused(write_access_token(claims, now - timedelta(minutes=15, seconds=1)))


def test_a_former_secret_key_is_still_believed_until_it_is_dropped(token, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "y" * 40, ["x" * 40, settings.SECRET_KEY]
    assert let_in_by(token)[1].kind == "jwt"
    settings.SECRET_KEY_FALLBACKS = []
    refused(token)


@pytest.mark.parametrize(
    "garbage",
    [
        "x",
        ".",
        "..",
        "a.b.c",
        "\x00",
        "ü.ü.ü",
        "\u20ac" * 10,
        "a" * 5_000,
        "a." * 2_000,
        "a b c",
        f"{part([1])}.{part({})}.x",
        f"{part({'alg': ['HS256']})}.{part({})}.x",
        f"{part({'alg': 'HS256', 'kid': 5, 'crit': ['x']})}.{part({})}.x",
        base64.urlsafe_b64encode(b"[" * 2_900).decode() + ".e30.x",
        base64.urlsafe_b64encode(b'{"alg":' + b"9" * 2_900 + b"}").decode() + ".e30.x",
        base64.urlsafe_b64encode(b'{"alg": "\xff"}').decode() + ".e30.x",
        "parley_",
        "parley_0_0",
        "parley_000000000000_" + "0" * 64,
        "parley_00000000000\x00_" + "0" * 64,
        "parley_" + "\u0660" * 12 + "_" + "0" * 64,
    ],
    ids=lambda garbage: garbage[:20].encode("ascii", "backslashreplace").decode(),
)
def test_garbage(garbage, team):
    with pytest.raises(InvalidToken):
        let_in_by(garbage)
    if garbage.isascii() and garbage.isprintable():
        refused(garbage)


@given(head=st.binary(max_size=60), body=st.binary(max_size=60))
@bounds(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_at_all(db, head, body):
    parts = (base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in (head, body, b"x" * 32))
    for token in (".".join(parts), head.decode("latin1"), "parley_" + body.decode("latin1")):
        with pytest.raises(InvalidToken):
            let_in_by(token)
