"""Signing in with an account elsewhere: a provider of our own on a socket, honest and lying."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.services.invitations import invite
from config.env import WrongSetting
from config.oidc import providers_from
from tests.accounts.provider import CLIENT_ID, SECRET, Provider, challenge_of
from tests.accounts.visitors import visitor

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/providers/acme/login/"
CALLBACK = "/accounts/providers/acme/login/callback/"


@pytest.fixture
def provider(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    with Provider() as provider:
        configure(settings, provider.url, sign_up=True)
        yield provider


@pytest.fixture(autouse=True)
def owner(django_user_model):
    return django_user_model.objects.create_superuser("owner")


def configure(settings, url: str, *, sign_up: bool) -> None:
    flag = "true" if sign_up else "false"
    apps = providers_from(
        f'[{{"id": "acme", "name": "Acme", "server_url": "{url}", "client_id": "{CLIENT_ID}",'
        f' "secret": "{SECRET}", "sign_up": {flag}}}]'
    )
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}


def go(client) -> dict[str, str]:
    """What the provider is asked in the address that the page leads to."""
    page = client.post(LOGIN)
    found = re.search(r'content="0; url=([^"]+)"', page.text)
    assert found is not None, page.text
    address = found[1].replace("&amp;", "&")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def come_back(client, **given):
    return client.get(CALLBACK, {"code": "a-code"} | given)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_who_has_an_account_there_is_in(provider, django_user_model):
    client = visitor()
    asked = go(client)
    assert (asked["client_id"], asked["response_type"]) == (CLIENT_ID, "code")
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert come_back(client, state=asked["state"]).url == "/"
    person = django_user_model.objects.get(email="carol@acme.example")
    assert (person.display_name, person.is_staff, person.has_usable_password()) == ("Carol", False, False)
    assert challenge_of(provider.asked[0]["code_verifier"]) == asked["code_challenge"]
    again = visitor()
    come_back(again, state=go(again)["state"])
    assert again.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("state", ["", "wrong", None])
def test_a_wrong_state_lets_nobody_in(provider, state):
    client = visitor()
    go(client)
    given = {} if state is None else {"state": state}
    assert come_back(client, **given).status_code == 401
    assert not is_in(client)
    assert provider.asked == []


def test_the_state_of_another_browser_lets_nobody_in(provider):
    client, other = visitor(), visitor()
    state = go(other)["state"]
    go(client)
    come_back(client, state=state)
    assert not is_in(client)
    assert not provider.asked


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"exp": 1_000_000_000},
        {"iss": None},
    ],
    ids=str,
)
def test_a_token_of_another_issuer_or_for_another_client_lets_nobody_in(provider, lie, django_user_model):
    provider.claims = lie
    client = visitor()
    page = come_back(client, state=go(client)["state"])
    assert page.status_code == 401
    assert not is_in(client)
    assert django_user_model.objects.count() == 1


def test_the_provider_can_refuse(provider):
    client = visitor()
    state = go(client)["state"]
    client.get(CALLBACK, {"error": "access_denied", "state": state})
    assert not is_in(client)


@pytest.mark.parametrize("who_may", ["invitation", "closed"])
def test_nobody_joins_by_one_that_only_signs_in(provider, settings, who_may, django_user_model):
    configure(settings, provider.url, sign_up=False)
    settings.SIGN_UP = who_may
    client = visitor()
    come_back(client, state=go(client)["state"])
    assert not is_in(client)
    assert django_user_model.objects.count() == 1


def test_with_an_invitation_one_joins_by_it(provider, settings, owner, django_user_model):
    configure(settings, provider.url, sign_up=False)
    client = visitor()
    client.get(f"/accounts/invitation/{invite(actor=owner, role='staff').token}/")
    come_back(client, state=go(client)["state"])
    assert django_user_model.objects.get(email="carol@acme.example").is_staff


def test_an_address_of_somebody_here_does_not_make_one_them(provider, django_user_model):
    victim = django_user_model.objects.create_user("carol", email="carol@acme.example")
    provider.info = {"email_verified": False}
    client = visitor()
    come_back(client, state=go(client)["state"])
    assert client.session.get("_auth_user_id") != str(victim.pk)


def test_one_that_is_away_is_said(settings):
    configure(settings, "http://127.0.0.1:9", sign_up=True)
    page = visitor().post(LOGIN)
    assert page.status_code == 401


def test_looking_at_the_page_asks_nobody(provider):
    assert "Acme" in visitor().get(LOGIN).text
    assert visitor().post(LOGIN.replace("acme", "nobody")).status_code == 404


GOOD = '{"id": "a", "name": "A", "server_url": "https://a.example", "client_id": "x"'


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "{}",
        "[1]",
        "[{}]",
        f'[{GOOD}, "secret": 7}}]',
        f'[{GOOD}, "sign_up": "yes"}}]',
        f'[{GOOD}, "more": "secret"}}]',
        f"[{GOOD}}}, {GOOD}}}]",
        "[" + GOOD.replace("https:", "file:") + "}]",
        "[" + GOOD.replace('"a"', '"A/b"') + "}]",
    ],
)
def test_a_wrong_setting_is_refused(text):
    with pytest.raises(WrongSetting, match="OIDC_PROVIDERS"):
        providers_from(text)
