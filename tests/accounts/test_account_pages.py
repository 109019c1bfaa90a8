"""The pages of one's own account: the address and its confirmation, and what is said after signing in."""

import pytest
from django.core import mail

from tests.accounts.visitors import PASSWORD, link_in_mail, sign_in, visitor

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"


@pytest.fixture
def client(settings, django_user_model):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    django_user_model.objects.create_user("known", email="known@example.org", password=PASSWORD)
    client = visitor()
    sign_in(client, "known")
    return client


def test_signing_in_leaves_no_message_for_a_later_page(client):
    assert list(client.get("/accounts/password/change/").context["messages"]) == []


def test_an_address_is_changed_by_the_link_that_goes_there(client):
    client.post(PAGE, {"email": "new@example.org", "action_add": ""})
    page = client.get(PAGE).text
    assert "new@example.org is not confirmed." in page
    client.post(PAGE, {"email": "new@example.org", "action_send": ""})
    assert mail.outbox[-1].to == ["new@example.org"]
    client.post(link_in_mail())
    assert "Your address is new@example.org." in client.get(PAGE).text


def test_the_present_address_can_be_kept(client):
    client.post(PAGE, {"email": "first@example.org", "action_add": ""})
    client.post(link_in_mail())
    client.post(PAGE, {"email": "second@example.org", "action_add": ""})
    assert "Keep the present address" in client.get(PAGE).text
    client.post(PAGE, {"email": "second@example.org", "action_remove": ""})
    assert "second@example.org" in client.get(PAGE).text  # said once that it is gone
    page = client.get(PAGE).text
    assert "Your address is first@example.org." in page
    assert "second@example.org" not in page


@pytest.mark.parametrize("email", ["nonsense", "", "x" * 400 + "@example.org"])
def test_what_is_no_address_is_refused_beside_the_field(client, email):
    page = client.post(PAGE, {"email": email, "action_add": ""}).text
    assert 'aria-invalid="true"' in page
    assert "errorlist" in page
    assert mail.outbox == []


def test_nothing_on_the_page_has_a_style_of_its_own(client):
    client.post(PAGE, {"email": "new@example.org", "action_add": ""})
    assert " style=" not in client.get(PAGE).text


def test_the_page_of_a_new_password_begins_in_its_field():
    page = visitor().get("/accounts/password/reset/").text
    assert "autofocus" in page
    assert "placeholder" not in page
