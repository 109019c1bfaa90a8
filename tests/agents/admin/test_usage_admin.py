"""The page of usage: four tables of all runs, for staff, in as many queries; and budgets."""

import csv
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agents.engine.events import Usage
from agents.models import Budget, UsageTotal
from agents.services.agents import remove_agent
from agents.usage_totals import add, spent
from config.prices import Prices

PAGE = reverse("admin:agents_usagetotal_changelist")
DAYS = {"first": "2026-03-01", "last": "2026-03-31"}


@pytest.fixture(autouse=True)
def dollars(settings):
    settings.PRICES = Prices("USD", {})


@pytest.fixture
def staff(db) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_user("staff", is_staff=True))
    return client


@pytest.fixture
def count(monkeypatch):
    """Counts one answer of 12 and 345 tokens, half an hour before midnight in UTC."""

    def count(owner, agent, day="2026-03-02", cost=None) -> None:
        then = datetime.fromisoformat(f"{day}T23:30").replace(tzinfo=UTC)
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda: then)
            add([spent(owner, agent, None, Usage(12, 345, "fake", Decimal(cost) if cost else None))])

    return count


@pytest.fixture
def used(alice, agent, count):
    """Two answers on one day in March, one of them without a price, and one in April."""
    for day, cost in (("2026-03-02", "0.25"), ("2026-03-02", None), ("2026-04-01", "8")):
        count(alice, agent, day, cost)


def rows_of(answer):
    return list(csv.reader(answer.content.decode().splitlines()))


def test_staff_see_what_everybody_used_in_the_days_asked_for(staff, used):
    page = staff.get(PAGE, DAYS).content.decode()
    for seen in (
        "alice",
        "Librarian",
        "fake",
        "$0.2500",
        "690",
        "1 answer came from a model without a price",
    ):
        assert seen in page
    assert "$8" not in page


@pytest.mark.parametrize("who", ["anonymous", "alices", "bobs"])
def test_nobody_else_does(request, db, who, used):
    client = Client() if who == "anonymous" else request.getfixturevalue(who)
    for query in ({}, {**DAYS, "csv": "person"}):
        assert client.get(PAGE, query).status_code == 302


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_there_is_nothing_to_change(staff, used, verb):
    before = list(UsageTotal.objects.values())
    getattr(staff, verb)(PAGE)
    assert list(UsageTotal.objects.values()) == before
    assert staff.get(reverse("admin:agents_usagetotal_add")).status_code == 403


@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_the_rows_themselves_are_not_there(staff, used, name):
    url = reverse(f"admin:agents_usagetotal_{name}", args=[UsageTotal.objects.first().pk])
    assert staff.get(url).status_code in (302, 403)


def test_a_table_is_one_query_whatever_its_length(
    staff, alice, agent, used, count, django_assert_max_num_queries
):
    def queries():
        # At most three for the session, its last use and the person, two for rights, and one a table.
        with django_assert_max_num_queries(9) as captured:
            assert staff.get(PAGE, {"first": "2026-01-01"}).status_code == 200
        return sum("agents_usagetotal" in query["sql"] for query in captured.captured_queries)

    assert queries() == 4
    for day in range(10, 20):
        count(alice, agent, f"2026-02-{day}")
    assert queries() == 4


@pytest.mark.parametrize(
    ("by", "key"), [("day", "2026-03-02"), ("person", "alice"), ("agent", "Librarian"), ("model", "fake")]
)
def test_each_table_is_a_file(staff, used, by, key):
    answer = staff.get(PAGE, {**DAYS, "csv": by})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="usage-by-{by}-2026-03-01-2026-03-31.csv"'
    )
    head, *rows = rows_of(answer)
    assert head[0] == by
    assert rows == [[key, "2", "24", "690", "0.25", "USD", "1"]]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_name_is_never_a_formula(staff, agent, used, name):
    agent.name = name
    agent.save()
    assert rows_of(staff.get(PAGE, {**DAYS, "csv": "agent"}))[1][0].startswith("'")


def test_names_are_never_markup(staff, agent, used):
    agent.name = "<b>Bold"
    agent.save()
    assert "<b>Bold" not in staff.get(PAGE, DAYS).content.decode()


def test_a_day_is_a_day_of_the_house(staff, alice, agent, count, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    count(alice, agent)
    assert rows_of(staff.get(PAGE, {**DAYS, "csv": "day"}))[1][0] == "2026-03-03"


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-03-31", "last": "2026-03-01"},
        {"first": "yesterday"},
        {"last": "0001-01-01"},
        {"first": "9999-12-31"},
        {"last": "9999-12-31"},
        {"first": "\x00", "csv": "day"},
        {"csv": "secret"},
        {"first": "2026-02-30", "last": "x" * 3000},
    ],
    ids=str,
)
def test_no_days_break_the_page(staff, used, query):
    assert staff.get(PAGE, query).status_code == 200


def test_what_nobody_asked_for_has_a_row(staff, count):
    count(None, None)
    assert rows_of(staff.get(PAGE, {**DAYS, "csv": "person"}))[1][0] == ""
    assert "(none)" in staff.get(PAGE, DAYS).content.decode()


def test_who_is_renamed_has_one_row_with_the_new_name_and_who_is_gone_the_last(
    staff, alice, bob, agent, count
):
    for who, day in ((alice, "2026-03-02"), (bob, "2026-03-02")):
        count(who, agent, day)
    alice.username = "alicia"
    alice.save()
    count(alice, agent, "2026-03-03")
    by_person = {row[0]: row[1] for row in rows_of(staff.get(PAGE, {**DAYS, "csv": "person"}))[1:]}
    assert by_person == {"alicia": "2", "bob": "1"}
    remove_agent(agent=agent)
    alice.delete()
    by_person = {row[0]: row[1] for row in rows_of(staff.get(PAGE, {**DAYS, "csv": "person"}))[1:]}
    assert by_person == {"alicia": "2", "bob": "1"}
    assert rows_of(staff.get(PAGE, {**DAYS, "csv": "agent"}))[1][:2] == ["Librarian", "3"]


def test_a_budget_is_set_and_a_wrong_one_refused(roots, alice, agent):
    url = reverse("admin:agents_budget_add")
    fields = {"user": alice.pk, "period": "day", "max_tokens": "1000", "max_cost": "0.5"}
    assert roots.post(url, {**fields, "agent": agent.pk}).status_code == 200
    assert roots.post(url, {**fields, "max_tokens": "", "max_cost": ""}).status_code == 200
    assert roots.post(url, {**fields, "max_cost": "-1"}).status_code == 200
    assert not Budget.objects.exists()
    assert roots.post(url, fields).status_code == 302
    assert Budget.objects.get().max_cost == Decimal("0.5")
    again = roots.post(url, fields)
    assert "has a budget for this period already" in again.content.decode()
    assert "alice" in roots.get(reverse("admin:agents_budget_changelist")).content.decode()


def test_staff_without_the_right_set_no_budget(staff, alice):
    assert staff.get(reverse("admin:agents_budget_add")).status_code == 403
    fields = {"user": alice.pk, "period": "day", "max_tokens": "1000"}
    assert staff.post(reverse("admin:agents_budget_add"), fields).status_code == 403
    assert not Budget.objects.exists()
