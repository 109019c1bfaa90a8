"""A code besides the password: asked for, taken once, and stored so that the database alone makes none."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from accounts.second_factor import second_factor_needed, second_factor_proved
from tests.accounts.codes import code_of, set_up_app
from tests.accounts.visitors import PASSWORD, sign_in, visitor

pytestmark = pytest.mark.django_db
ASKED = "/accounts/second-factor/authenticate/"


@pytest.fixture(autouse=True)
def _unconfirmed(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = True
    settings.MFA_TOTP_TOLERANCE = 1  # a half minute may end between asking the app and sending


@pytest.fixture
def known(django_user_model):
    return django_user_model.objects.create_user("known", email="known@example.org", password=PASSWORD)


@pytest.fixture
def secret(known) -> str:
    return set_up_app(known)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_password_alone_is_not_enough(known, secret):
    client = visitor()
    assert sign_in(client, "known").url == ASKED
    assert not is_in(client)
    assert client.get("/").status_code == 302
    client.post(ASKED, {"code": code_of(secret)})
    assert is_in(client)


@pytest.mark.parametrize("code", ["000000", "", "12345", "x" * 1000, "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_a_wrong_code_is_refused(known, secret, code):
    client = visitor()
    sign_in(client, "known")
    assert "errorlist" in client.post(ASKED, {"code": code}).text
    assert not is_in(client)


def test_an_old_code_is_refused(known, secret):
    client = visitor()
    sign_in(client, "known")
    client.post(ASKED, {"code": code_of(secret, ahead=-10)})
    assert not is_in(client)


def test_a_code_is_good_once(known, secret):
    code = code_of(secret)
    for expected in (True, False):
        client = visitor()
        sign_in(client, "known")
        client.post(ASKED, {"code": code})
        assert is_in(client) is expected


def test_guessing_ends(known, secret):
    client = visitor()
    sign_in(client, "known")
    for _ in range(12):
        client.post(ASKED, {"code": "000000"})
    client.post(ASKED, {"code": code_of(secret)})
    assert not is_in(client)


def test_one_sets_it_up_and_gets_recovery_codes(known):
    client = visitor()
    sign_in(client, "known")
    assert client.get("/accounts/second-factor/app/activate/").url.startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/second-factor/app/activate/")
    shown = page.context["form"].secret
    client.post("/accounts/second-factor/app/activate/", {"code": code_of(shown)})
    assert second_factor_needed(known)
    page = client.get("/accounts/second-factor/recovery-codes/")
    codes = page.context["unused_codes"]
    other = visitor()
    sign_in(other, "known")
    other.post(ASKED, {"code": codes[0]})
    assert is_in(other)


def test_the_secret_is_stored_encrypted(known, secret):
    assert secret not in repr(list(Authenticator.objects.values_list("data", flat=True)))


def test_it_opens_with_a_former_key(known, secret, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as it has to be, and longer"
    assert second_factor_proved(known, code_of(secret))


def test_programs_prove_it_too(known, django_user_model):
    assert not second_factor_needed(known)
    assert not second_factor_proved(known, "000000")
    secret, other = set_up_app(known), set_up_app(django_user_model.objects.create_user("other"))
    assert second_factor_needed(known)
    assert not second_factor_proved(known, code_of(other))
    assert second_factor_proved(known, code_of(secret))
    assert not second_factor_proved(known, code_of(secret))
    code = RecoveryCodes.activate(known).get_unused_codes()[0]
    assert second_factor_proved(known, code)
    assert not second_factor_proved(known, code)


def test_nobody_turns_off_what_is_anothers(known, secret, bobs):
    page = bobs.post("/accounts/second-factor/app/deactivate/")
    assert page.status_code == 404
    assert Authenticator.objects.filter(user=known).exists()
