"""Totals of usage: one statement, added to and never read first, and right whoever writes beside."""

import threading
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from agents.engine.events import Usage
from agents.models import Run, UsageTotal
from agents.models.usage_total import NOBODY
from agents.services.runs import queue_run
from agents.usage_totals import add, spent

FIRST = Usage(60, 40, "m", Decimal("0.5"))


def figures(**of):
    names = ("runs", "prompt_tokens", "completion_tokens", "cost", "unpriced")
    return list(UsageTotal.objects.filter(**of).order_by("model").values_list(*names))


@pytest.mark.django_db
def test_what_is_added_is_one_statement_and_one_row_for_each_of_day_person_agent_and_model(
    alice, bob, agent, django_assert_num_queries
):
    amounts = [spent(who, agent, None, FIRST) for who in (alice, bob, alice, None)]
    with django_assert_num_queries(1):
        add([*amounts, spent(alice, None, None, FIRST), spent(alice, agent, None, Usage(1, 2, "n"))])
    with django_assert_num_queries(0):
        add([])
    assert figures(user_id=alice.pk, agent_id=agent.pk) == [(2, 120, 80, Decimal(1), 0), (1, 1, 2, 0, 1)]
    assert figures(user_id=bob.pk) == figures(user_id=NOBODY) == [(1, 60, 40, Decimal("0.5"), 0)]
    add([amounts[0]])
    assert figures(user_id=alice.pk, agent_id=agent.pk, model="m") == [(3, 180, 120, Decimal("1.5"), 0)]


@pytest.mark.django_db
def test_a_run_is_counted_with_its_first_call_and_once_without_a_price(alice, agent):
    story = [
        FIRST,
        Usage(70, 50, "m", Decimal("0.75")),
        Usage(80, 60, "m", None),
        Usage(90, 70, "m", None),
    ]
    for before, after in zip([None, *story], story, strict=False):
        add([spent(alice, agent, before, after)])
    assert figures() == [(1, 90, 70, Decimal("0.75"), 1)]


@pytest.mark.django_db
def test_the_smallest_cost_is_not_lost_and_the_largest_fits(alice, agent):
    least, most = Decimal("0.0000000001"), Decimal(2**32)
    add([spent(alice, agent, None, Usage(1, 0, "small", least))] * 3)
    add([spent(alice, agent, None, Usage(2**31 - 1, 2**31 - 1, "vast", most))] * 1000)
    assert figures(model="small")[0][3] == 3 * least
    assert figures(model="vast")[0][1:4] == (1000 * (2**31 - 1), 1000 * (2**31 - 1), 1000 * most)


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_lose_nothing(alice, bob, agent):
    def write(people) -> None:
        for _ in range(10):
            with transaction.atomic():
                add([spent(who, agent, None, FIRST) for who in people])
        connection.close()

    threads = [threading.Thread(target=write, args=[two]) for two in ((alice, bob), (bob, alice)) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert figures(user_id=alice.pk) == figures(user_id=bob.pk) == [(60, 3600, 2400, Decimal(30), 0)]


@pytest.mark.django_db
def test_the_migration_fills_them_from_the_runs_there_are(alice, agent):
    def run(owner, **columns) -> None:
        made = queue_run(agent=agent, owner=owner, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
        Run.objects.filter(pk=made.pk).update(model="m", **columns)

    run(alice, prompt_tokens=60, completion_tokens=40, cost=Decimal("0.5"))
    run(alice, prompt_tokens=1, completion_tokens=2)
    run(alice)
    run(None, prompt_tokens=3, completion_tokens=4, cost=0)
    import_module("agents.migrations.0008_usage_totals").fill(apps, None)
    assert figures(user_id=alice.pk) == [(2, 61, 42, Decimal("0.5"), 1)]
    assert figures(user_id=NOBODY) == [(1, 3, 4, 0, 0)]
    total = UsageTotal.objects.get(user_id=alice.pk)
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    assert (total.day, total.user_name, total.agent_name) == (today, "alice", "Librarian")
    add([spent(alice, agent, None, FIRST)])
    assert figures(user_id=alice.pk) == [(3, 121, 82, Decimal(1), 1)]
