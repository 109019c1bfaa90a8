"""Personal mode: whoever sits at this machine is the owner, and nobody else is let in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from accounts import personal as rules

PAGE = "/settings/"
HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(personal) -> Client:
    return Client(enforce_csrf_checks=True, **HERE)


def change(browser: Client, **environ: str):
    """Saves settings from a page of ours, token and all; ``environ`` changes what the browser says."""
    browser.get(PAGE)
    token = browser.cookies["csrftoken"].value
    data = {"theme": "dark", "language": "", "time_zone": "", "csrfmiddlewaretoken": token}
    return browser.post(PAGE, data, **environ)


def test_the_owner_is_made_and_signed_in_by_the_first_request(browser):
    assert browser.get(PAGE).status_code == 200
    owner = get_user_model().objects.get()
    assert owner.is_superuser
    assert not owner.has_usable_password()


def test_the_owner_may_open_the_admin(browser):
    assert browser.get("/admin/").status_code == 200


def test_no_session_is_made(browser):
    browser.get(PAGE)
    assert "sessionid" not in browser.cookies


def test_somebody_who_was_superuser_before_is_the_owner(browser):
    mary = get_user_model().objects.create_superuser("mary")
    browser.get(PAGE)
    assert rules.owner() == mary
    assert get_user_model().objects.count() == 1


@pytest.mark.parametrize("host", ["localhost", "parley.localhost:8000", "127.0.0.1:9", "[::1]:8000"])
def test_names_of_this_machine_are_let_in(browser, host):
    assert browser.get(PAGE, HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize("peer", ["127.0.0.2", "::1", "::ffff:127.0.0.1"])
def test_addresses_of_this_machine_are_let_in(browser, peer):
    assert browser.get(PAGE, REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "localhost.evil.example"},
        {"HTTP_HOST": "192.168.1.5:8000"},
        {"REMOTE_ADDR": "192.168.1.5"},
        {"REMOTE_ADDR": "::ffff:192.168.1.5"},
        {"REMOTE_ADDR": ""},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_HOST": "localhost"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("page", [PAGE, "/admin/", "/"])
def test_everybody_else_gets_a_page_that_explains(browser, personal, elsewhere, page):
    personal.ALLOWED_HOSTS = ["*"]  # so that it is not Django that refuses
    response = browser.get(page, **elsewhere)
    assert response.status_code == 403
    assert b"personal Parley" in response.content
    assert not get_user_model().objects.exists()


def test_a_foreign_host_is_refused_by_default(browser):
    assert browser.get(PAGE, HTTP_HOST="evil.example").status_code == 400


def test_a_session_of_somebody_else_does_not_help_elsewhere(browser, alice):
    browser.force_login(alice)
    assert browser.get(PAGE, REMOTE_ADDR="192.168.1.5").status_code == 403


def test_clients_can_be_named(browser, personal):
    personal.PERSONAL_CLIENTS = rules.ipaddress.ip_network("172.30.77.1/32"), *personal.PERSONAL_CLIENTS
    assert browser.get(PAGE, REMOTE_ADDR="172.30.77.1").status_code == 200
    assert browser.get(PAGE, REMOTE_ADDR="172.30.77.2").status_code == 403


def test_our_own_page_may_change_things(browser):
    response = change(browser, HTTP_ORIGIN="http://localhost:8000", HTTP_SEC_FETCH_SITE="same-origin")
    assert response.status_code == 302
    assert rules.owner().theme == "dark"


@pytest.mark.parametrize(
    "says",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},  # another port of this machine
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "http://localhost:3000"},
        {"HTTP_ORIGIN": "null"},
    ],
    ids=str,
)
def test_a_page_of_another_origin_may_change_nothing(browser, says):
    assert change(browser, **says).status_code == 403
    assert rules.owner().theme == "system"


def test_a_form_without_a_token_changes_nothing(browser):
    assert browser.post(PAGE, {"theme": "dark"}).status_code == 403
    assert rules.owner().theme == "system"


@pytest.mark.django_db(transaction=True)
def test_fifty_first_requests_at_once_make_one_owner():
    def ask(_number: int):
        try:
            return rules.owner().pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as threads:
        owners = set(threads.map(ask, range(50)))
    assert len(owners) == 1
    assert get_user_model().objects.count() == 1


def test_in_team_mode_nobody_is_signed_in(team):
    response = Client(**HERE).get(PAGE)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_a_refusal_names_the_address_this_server_has(client, personal):
    personal.PORT, personal.ALLOWED_HOSTS = 9123, ["*"]
    page = client.get("/", headers={"host": "192.168.1.5:8000"}).content.decode()
    assert "http://localhost:9123" in page
