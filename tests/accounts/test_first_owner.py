"""Whoever signs up first owns the installation, and nobody else, however many try at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Ownership
from tests.accounts.visitors import sign_up, visitor

AT_ONCE = 50


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_the_first_is_told_and_becomes_the_owner(self, django_user_model):
        assert "own this installation" in visitor().get("/accounts/signup/").text
        sign_up(visitor(), "first@example.org")
        first = django_user_model.objects.get()
        assert (first.is_superuser, first.is_staff) == (True, True)
        assert "own this installation" not in visitor().get("/accounts/signup/").text

    def test_the_second_is_not(self, settings, django_user_model):
        settings.SIGN_UP = "open"
        sign_up(visitor(), "first@example.org")
        sign_up(visitor(), "second@example.org")
        assert not django_user_model.objects.get(email="second@example.org").is_staff

    def test_nobody_is_where_a_superuser_was_made_by_hand(self, settings, django_user_model):
        settings.SIGN_UP = "open"
        django_user_model.objects.create_superuser("root")
        sign_up(visitor(), "first@example.org")
        assert not django_user_model.objects.get(email="first@example.org").is_superuser

    def test_nobody_inherits(self, settings, django_user_model):
        settings.SIGN_UP = "open"
        sign_up(visitor(), "first@example.org")
        django_user_model.objects.all().delete()
        sign_up(visitor(), "second@example.org")
        assert not django_user_model.objects.get().is_superuser

    def test_nobody_where_all_is_closed(self, settings, django_user_model):
        settings.SIGN_UP = "closed"
        sign_up(visitor(), "first@example.org")
        assert not django_user_model.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("who_may", "members"), [("open", AT_ONCE), ("invitation", 1)])
def test_of_fifty_at_once_one_is_the_owner(settings, who_may, members, django_user_model):
    settings.SIGN_UP = who_may
    together = Barrier(AT_ONCE)

    def join(number: int) -> int:
        client = visitor()
        try:
            together.wait(30)
            return sign_up(client, f"same@host{number}.example").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(join, range(AT_ONCE)))
    assert set(statuses) <= {200, 302}
    assert django_user_model.objects.filter(is_superuser=True).count() == 1
    assert Ownership.objects.get().owner == django_user_model.objects.get(is_superuser=True)
    assert django_user_model.objects.count() == members
