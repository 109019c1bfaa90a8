"""Joining by oneself: who may, and what strangers learn from it."""

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from tests.accounts.visitors import link_in_mail, sign_in, sign_up, visitor

pytestmark = pytest.mark.django_db
SENT = "/accounts/confirm-email/"


@pytest.fixture
def people(django_user_model):
    return django_user_model.objects


@pytest.fixture
def owner(people):
    return people.create_superuser("owner", email="owner@example.org")


@pytest.fixture
def open_to_all(settings):
    settings.SIGN_UP = "open"


@pytest.fixture
def unconfirmed(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    settings.ACCOUNT_PREVENT_ENUMERATION = "strict"


def test_who_signs_up_confirms_the_address_and_signs_in(owner, open_to_all, people):
    client = visitor()
    assert sign_up(client, "New@Example.org", name="New One").url == SENT
    person = people.get(email="new@example.org")
    assert (person.display_name, person.is_staff, person.is_superuser) == ("New One", False, False)
    assert "_auth_user_id" not in client.session
    other = visitor()
    assert sign_in(other, "new@example.org").url == SENT
    path = link_in_mail()
    assert other.get(path).status_code == 200
    other.post(path)
    sign_in(other, "new@example.org")
    assert other.session["_auth_user_id"] == str(person.pk)


def test_without_confirmation_one_is_in_at_once(owner, open_to_all, unconfirmed, people):
    client = visitor()
    assert sign_up(client, "new@example.org").url == "/"
    assert client.session["_auth_user_id"] == str(people.get(email="new@example.org").pk)
    assert mail.outbox == []


@pytest.mark.parametrize("confirmation", ["mandatory", "none"])
def test_an_address_that_is_known_gets_the_same_answer(owner, open_to_all, confirmation, settings, people):
    settings.ACCOUNT_EMAIL_VERIFICATION = confirmation
    settings.ACCOUNT_PREVENT_ENUMERATION = True if confirmation == "mandatory" else "strict"
    new, known = (sign_up(visitor(), email) for email in ("new@example.org", "owner@example.org"))
    assert (known.status_code, known.url) == (new.status_code, new.url)
    assert people.get(pk=owner.pk).check_password("correct horse battery") is False


def test_two_people_of_one_name_at_two_hosts(owner, open_to_all, people):
    for email in ("sam@one.example", "sam@two.example"):
        sign_up(visitor(), email)
    assert people.filter(email__startswith="sam@").values("username").distinct().count() == 2


@pytest.mark.parametrize("who_may", ["invitation", "closed"])
def test_nobody_joins_where_it_is_not_open(owner, who_may, settings, people):
    settings.SIGN_UP = who_may
    page = sign_up(visitor(), "new@example.org")
    assert "Nobody can sign up here" in page.text
    assert not people.filter(email="new@example.org").exists()
    assert "Sign up" not in visitor().get("/accounts/login/").text


def test_the_way_to_it_is_shown_where_it_is_open(owner, open_to_all):
    assert 'href="/accounts/signup/"' in visitor().get("/accounts/login/").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"email": ""},
        {"password1": "12345678"},
        {"password1": ""},
        {"display_name": ""},
        {"display_name": "x" * 101},
        {"email": "a\x00b@example.org"},
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nobody_made(owner, open_to_all, people, wrong):
    given = {"display_name": "New", "email": "new@example.org", "password1": "correct horse battery"} | wrong
    page = visitor().post("/accounts/signup/", given)
    assert "errorlist" in page.text
    assert people.count() == 1


def test_what_nobody_is_asked_for_changes_nothing(owner, open_to_all, people):
    extra = {"is_staff": "1", "is_superuser": "1", "username": "admin", "role": "owner", "groups": "1"}
    given = {"display_name": "New", "email": "new@example.org", "password1": "correct horse battery"}
    visitor().post("/accounts/signup/", given | extra)
    person = get_user_model().objects.get(email="new@example.org")
    assert (person.is_staff, person.is_superuser, person.username) == (False, False, "new")


def test_too_many_are_told_to_wait(owner, open_to_all):
    client = visitor()
    statuses = [client.get("/accounts/signup/").status_code for _ in range(2)]
    statuses += [sign_up(client, "no address").status_code for _ in range(25)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_who_has_not_confirmed_gets_no_token_either(owner, open_to_all):
    client = visitor()
    sign_up(client, "new@example.org")
    given = {"username": "new", "password": "correct horse battery"}
    asked = client.post("/api/v1/auth/token", given, content_type="application/json")
    assert asked.status_code == 401
