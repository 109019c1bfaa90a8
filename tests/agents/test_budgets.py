"""Budgets: whose they are, what counts, when they begin anew, and one query to know."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from agents.budgets import refusal
from agents.engine.events import Usage
from agents.models import Agent, Budget
from agents.usage_totals import add, spent

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(agent, monkeypatch):
    """Counts for somebody 100 tokens and half a unit of money, used some time ago."""

    def count(owner, ago=timedelta(), agent=agent, cost=Decimal("0.5")) -> None:
        then = timezone.now() - ago
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda: then)
            add([spent(owner, agent, None, Usage(60, 40, "m", cost))])

    return count


@pytest.fixture
def noon(monkeypatch):
    """The middle of a month at noon, so that an hour and a day ago are what they are called."""
    now = timezone.now().replace(day=15, hour=12)
    monkeypatch.setattr(timezone, "now", lambda: now)


def asks(owner, agent, **more):
    return refusal(owner_id=owner.pk if owner else None, agent_id=agent.pk if agent else None, **more)


def test_without_a_budget_everything_is_allowed(alice, agent, used):
    used(alice)
    assert asks(alice, agent) is None


@pytest.mark.parametrize("limit", [{"max_tokens": 100}, {"max_cost": Decimal("0.5")}], ids=str)
@pytest.mark.parametrize("period", ["day", "month"])
def test_a_budget_that_is_reached_refuses_its_person_and_nobody_else(
    alice, bob, agent, used, noon, limit, period
):
    Budget.objects.create(user=alice, period=period, **limit)
    assert asks(alice, agent) is None
    used(alice, timedelta(hours=1))
    assert asks(alice, agent) == f"{period}_budget"
    assert asks(bob, agent) is None
    assert asks(None, agent) is None


@pytest.mark.parametrize("limit", [{"max_tokens": 101}, {"max_cost": Decimal("0.5001")}], ids=str)
def test_below_its_limit_a_budget_allows(alice, agent, used, limit):
    Budget.objects.create(user=alice, period="day", **limit)
    used(alice)
    assert asks(alice, agent) is None


def test_a_day_and_a_month_begin_anew(alice, agent, used, noon):
    Budget.objects.create(user=alice, period="day", max_tokens=100)
    Budget.objects.create(user=alice, period="month", max_tokens=200)
    used(alice, timedelta(days=1))
    used(alice, timedelta(days=20))
    assert asks(alice, agent) is None
    used(alice, timedelta(days=2))
    assert asks(alice, agent) == "month_budget"


def test_a_day_begins_where_the_house_is(alice, agent, used, monkeypatch, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    now = timezone.now().replace(month=7, day=15, hour=22, minute=30)  # half an hour past midnight there
    monkeypatch.setattr(timezone, "now", lambda: now)
    Budget.objects.create(user=alice, period="day", max_tokens=100)
    used(alice, timedelta(hours=1))
    assert asks(alice, agent) is None
    used(alice, timedelta(minutes=10))
    assert asks(alice, agent) == "day_budget"


def test_an_agents_budget_counts_everybodys_runs_with_it(alice, bob, agent, used):
    Budget.objects.create(agent=agent, period="day", max_tokens=200)
    other = Agent.objects.create(owner=alice, name="Other", system_prompt="x")
    used(alice)
    used(bob, agent=other)
    assert asks(bob, agent) is None
    used(bob)
    assert asks(alice, agent) == asks(None, agent) == "day_budget"
    assert asks(alice, other) is None


def test_the_budget_of_each_person_is_for_those_without_their_own(alice, bob, agent, used):
    Budget.objects.create(period="day", max_tokens=100)
    Budget.objects.create(user=alice, period="day", max_tokens=1000)
    used(alice)
    assert asks(alice, agent) is None
    assert asks(bob, agent) is None
    used(bob)
    assert asks(bob, agent) == "day_budget"


def test_one_answer_has_its_own_budget(alice, agent, used):
    Budget.objects.create(agent=agent, period="run", max_tokens=100)
    used(alice)
    assert asks(alice, agent) is None
    assert asks(alice, agent, used=Usage(99, 0, "m")) is None
    assert asks(alice, agent, used=Usage(99, 1, "m")) == "run_limit"


def test_what_the_run_itself_has_used_is_in_the_totals_and_counts_once(alice, agent, used):
    Budget.objects.create(user=alice, period="day", max_tokens=150)
    used(alice)
    assert asks(alice, agent, used=Usage(60, 40, "m")) is None


def test_a_cost_that_is_not_known_uses_up_no_money(alice, agent, used):
    Budget.objects.create(user=alice, period="day", max_cost=Decimal("0.1"))
    used(alice, cost=None)
    assert asks(alice, agent, used=Usage(1, 1, "m")) is None


def test_a_budget_of_nothing_allows_nothing(alice, agent):
    Budget.objects.create(user=alice, period="day", max_tokens=0)
    assert asks(alice, agent) == "day_budget"


@pytest.mark.parametrize("runs", [0, 30])
def test_it_is_two_queries_whatever_there_is(alice, agent, used, runs, django_assert_num_queries):
    for period in ("run", "day", "month"):
        for whose in ({"user": alice}, {"agent": agent}, {}):
            Budget.objects.create(period=period, max_tokens=10**6, max_cost=10**6, **whose)
    for _ in range(runs):
        used(alice)
    with django_assert_num_queries(2):
        assert asks(alice, agent) is None


def test_it_is_one_query_where_nobody_has_a_budget(alice, agent, used, django_assert_num_queries):
    used(alice)
    with django_assert_num_queries(1):
        assert asks(alice, agent) is None


@pytest.mark.parametrize("wrong", [{}, {"max_tokens": 1, "both": True}, {"max_cost": Decimal(-1)}], ids=str)
def test_a_budget_limits_one_of_them_and_something(alice, agent, wrong):
    both = {"agent": agent} if wrong.pop("both", False) else {}
    with pytest.raises(ValidationError):
        Budget(user=alice, period="day", **both, **wrong).full_clean()


def test_there_is_one_budget_of_a_kind(alice):
    for whose in ({"user": alice}, {}):
        Budget.objects.create(period="day", max_tokens=1, **whose)
        with pytest.raises(ValidationError):
            Budget(period="day", max_tokens=1, **whose).full_clean()
    with pytest.raises(IntegrityError):
        Budget.objects.create(period="day", max_tokens=1)
