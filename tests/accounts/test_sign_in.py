"""Signing in, and a new password by mail: strangers learn from neither who is here."""

import pytest
from django.core import mail

from tests.accounts.visitors import PASSWORD, link_in_mail, sign_in, visitor

pytestmark = pytest.mark.django_db
RESET = "/accounts/password/reset/"


@pytest.fixture
def known(django_user_model):
    return django_user_model.objects.create_user("known", email="known@example.org", password=PASSWORD)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture(autouse=True)
def _unconfirmed(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"


@pytest.mark.parametrize("login", ["known", "known@example.org", "Known@Example.org"])
def test_by_name_and_by_address(known, login):
    client = visitor()
    assert sign_in(client, login).url == "/"
    assert is_in(client)


def test_it_leads_to_where_one_wanted_to_go_and_nowhere_else(known):
    given = {"login": "known", "password": PASSWORD}
    assert visitor().post("/accounts/login/?next=/agents/", given).url == "/agents/"
    assert visitor().post("/accounts/login/?next=https://evil.example/", given).url == "/"


def test_a_wrong_password_and_a_wrong_name_get_the_same_page(known):
    wrong, unknown = (sign_in(visitor(), login, "not it") for login in ("known", "other"))
    assert wrong.status_code == unknown.status_code == 200
    strip = [page.text.replace("known", "").replace("other", "") for page in (wrong, unknown)]
    tokens = [page.context["csrf_token"] for page in (wrong, unknown)]
    assert strip[0].replace(str(tokens[0]), "") == strip[1].replace(str(tokens[1]), "")


def test_a_disabled_account_stays_outside(known):
    known.is_active = False
    known.save()
    client = visitor()
    sign_in(client, "known")
    assert not is_in(client)


def test_guessing_ends_for_an_account_whatever_address_it_comes_from(known):
    for _ in range(6):
        sign_in(visitor(), "known", "a guess")
    client = visitor()
    page = sign_in(client, "known")
    assert (page.status_code, is_in(client)) == (200, False)
    assert "Too many" in page.text


def test_signing_out_needs_a_post(known):
    client = visitor()
    sign_in(client, "known")
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_the_admin_has_no_door_of_its_own(known):
    assert visitor().get("/admin/login/").url.startswith("/accounts/login/")
    page = visitor().post("/admin/login/", {"username": "known", "password": PASSWORD})
    assert page.url.startswith("/accounts/login/")


def test_a_new_password_by_mail(known):
    client = visitor()
    client.post(RESET, {"email": "known@example.org"})
    assert [message.to for message in mail.outbox] == [["known@example.org"]]
    form = client.get(link_in_mail(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "another good one", "password2": "another good one"})
    assert sign_in(visitor(), "known", "another good one").status_code == 302
    assert "no longer good" in visitor().get(link_in_mail(), follow=True).text


def test_a_stranger_gets_the_same_answer_and_no_mail(known):
    answers = [visitor().post(RESET, {"email": email}) for email in ("known@example.org", "no@example.org")]
    assert {(page.status_code, page.url) for page in answers} == {(302, "/accounts/password/reset/done/")}
    assert len(mail.outbox) == 1


def test_the_mail_leads_here_whoever_asks(known):
    page = visitor().post(RESET, {"email": "known@example.org"}, headers={"Host": "evil.example"})
    assert page.status_code == 400
    assert mail.outbox == []


def test_an_account_made_by_hand_has_nothing_to_confirm(settings, django_user_model):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    django_user_model.objects.create_superuser("root", password=PASSWORD)
    client = visitor()
    assert sign_in(client, "root").url == "/"
    assert is_in(client)
