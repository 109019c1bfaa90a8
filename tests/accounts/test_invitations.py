"""Invitations: who makes and withdraws them, what they are good for, and how often."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation
from accounts.services.invitations import MayNotInvite, invite
from tests.accounts.visitors import sign_up, visitor

PAGE = reverse("invitations")


@pytest.fixture
def people(django_user_model):
    make = django_user_model.objects
    return {
        "owner": make.create_superuser("owner"),
        "staff": make.create_user("staff", is_staff=True),
        "member": make.create_user("member"),
    }


@pytest.fixture
def browser(people):
    def of(who: str) -> Client:
        client = Client()
        client.force_login(people[who])
        return client

    return of


def guest(token: str) -> Client:
    client = visitor()
    assert client.get(reverse("invitation", args=[token])).url == "/accounts/signup/"
    return client


@pytest.fixture(autouse=True)
def _unconfirmed(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    settings.ACCOUNT_PREVENT_ENUMERATION = "strict"


@pytest.mark.django_db
class TestAccepting:
    @pytest.mark.parametrize(
        ("role", "is_staff", "is_superuser"),
        [("member", False, False), ("staff", True, False), ("owner", True, True)],
    )
    def test_one_becomes_what_it_says(self, people, role, is_staff, is_superuser, django_user_model):
        writers = Group.objects.create(name="writers")
        invited = invite(actor=people["owner"], role=role, groups=[writers])
        client = guest(invited.token)
        assert "owner has invited you" in client.get("/accounts/signup/").text
        assert sign_up(client, "new@example.org").url == "/"
        person = django_user_model.objects.get(email="new@example.org")
        assert (person.is_staff, person.is_superuser) == (is_staff, is_superuser)
        assert list(person.groups.all()) == [writers]
        invited.invitation.refresh_from_db()
        assert invited.invitation.accepted_by == person

    def test_it_is_good_once(self, people, django_user_model):
        invited = invite(actor=people["owner"])
        early, late = guest(invited.token), guest(invited.token)
        sign_up(early, "one@example.org")
        assert "Nobody can sign up here" in sign_up(late, "two@example.org").text
        assert visitor().get(reverse("invitation", args=[invited.token])).status_code == 404
        assert not django_user_model.objects.filter(email="two@example.org").exists()

    @pytest.mark.parametrize("end", ["old", "withdrawn", "inviter disabled", "inviter no owner any more"])
    def test_it_can_end_while_the_form_is_filled_in(self, people, end, browser, django_user_model):
        owner = people["owner"]
        invited = invite(actor=owner, role="staff")
        client = guest(invited.token)
        if end == "old":
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        elif end == "withdrawn":
            browser("owner").post(reverse("revoke_invitation", args=[invited.invitation.pk]))
        elif end == "inviter disabled":
            django_user_model.objects.filter(pk=owner.pk).update(is_active=False)
        else:
            django_user_model.objects.create_superuser("another")
            django_user_model.objects.filter(pk=owner.pk).update(is_superuser=False)
        sign_up(client, "new@example.org")
        assert not django_user_model.objects.filter(email="new@example.org").exists()

    def test_one_for_an_address_is_for_that_address(self, people, django_user_model):
        client = guest(invite(actor=people["owner"], email="Her@Example.org").token)
        assert 'value="her@example.org"' in client.get("/accounts/signup/").text
        assert "for another address" in sign_up(client, "his@example.org").text
        sign_up(client, "HER@example.org")
        assert django_user_model.objects.filter(email="her@example.org").exists()

    @pytest.mark.parametrize("token", ["guess", "x" * 43, "%00", "ü"])
    def test_a_guess_is_good_for_nothing(self, people, token):
        client = visitor()
        assert client.get(reverse("invitation", args=[token])).status_code == 404
        assert "Nobody can sign up here" in client.get("/accounts/signup/").text

    def test_nobody_comes_in_where_all_is_closed(self, people, settings, browser, django_user_model):
        client = guest(invite(actor=people["owner"]).token)
        settings.SIGN_UP = "closed"
        sign_up(client, "new@example.org")
        assert not django_user_model.objects.filter(email="new@example.org").exists()
        assert browser("owner").get(PAGE).status_code == 404

    def test_the_token_itself_is_not_stored(self, people):
        invited = invite(actor=people["owner"])
        assert invited.token not in repr(Invitation.objects.values().get())


@pytest.mark.django_db
class TestInviting:
    def test_the_link_is_shown_once(self, browser):
        client = browser("owner")
        page = client.post(PAGE, {"role": "staff", "days": "3"})
        link = re.search(r">http://testserver(/accounts/invitation/\S+/)<", page.text)
        assert link is not None
        assert link[1] not in client.get(PAGE).text
        assert visitor().get(link[1]).url == "/accounts/signup/"
        assert mail.outbox == []

    def test_it_goes_out_by_mail_to_the_address(self, browser):
        browser("staff").post(PAGE, {"role": "member", "email": "new@example.org", "days": "7"})
        assert mail.outbox[0].to == ["new@example.org"]
        assert "http://testserver/accounts/invitation/" in mail.outbox[0].body

    def test_a_mail_server_that_is_away_is_said(self, browser, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        page = browser("owner").post(PAGE, {"role": "member", "email": "new@example.org", "days": "7"})
        assert "Pass this link on" in page.text
        assert "could not be sent" in caplog.text

    @pytest.mark.parametrize(("who", "status"), [("owner", 200), ("staff", 200), ("member", 404)])
    def test_who_may(self, browser, who, status):
        assert browser(who).get(PAGE).status_code == status
        assert browser(who).post(PAGE, {"role": "member", "days": "7"}).status_code == status
        assert Invitation.objects.count() == (status == 200)

    @pytest.mark.parametrize(("who", "role"), [("staff", "staff"), ("staff", "owner"), ("member", "member")])
    def test_nobody_makes_more_of_somebody_than_they_may(self, people, browser, who, role):
        with pytest.raises(MayNotInvite):
            invite(actor=people[who], role=role)
        browser(who).post(PAGE, {"role": role, "days": "7"})
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [{"days": "0"}, {"days": "91"}, {"days": "x"}, {"email": "none"}, {"role": "god"}, {"role": ""}],
        ids=str,
    )
    def test_what_is_wrong_is_said(self, browser, wrong):
        page = browser("owner").post(PAGE, {"role": "member", "days": "7"} | wrong)
        assert (page.status_code, "errorlist" in page.text) == (422, True)
        assert not Invitation.objects.exists()

    def test_staff_see_and_withdraw_their_own_owners_all(self, people, browser):
        owners = invite(actor=people["owner"], email="a@example.org").invitation
        mine = invite(actor=people["staff"], email="b@example.org").invitation
        staff, owner = browser("staff"), browser("owner")
        assert "a@example.org" not in staff.get(PAGE).text
        assert "b@example.org" in owner.get(PAGE).text
        for client, one, status in [
            (staff, owners, 404),
            (browser("member"), mine, 404),
            (owner, mine, 302),
            (owner, mine, 404),
        ]:
            assert client.post(reverse("revoke_invitation", args=[one.pk])).status_code == status
        assert list(Invitation.objects.all()) == [owners]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_accept_it_at_once_one_gets_in(people, django_user_model):
    token = invite(actor=people["owner"]).token
    clients = [guest(token) for _ in range(8)]
    together = Barrier(len(clients))

    def join(number: int) -> None:
        try:
            together.wait(30)
            sign_up(clients[number], f"new{number}@example.org")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(join, range(len(clients))))
    assert django_user_model.objects.filter(email__startswith="new").count() == 1
