"""Two who change the same thing in the same moment, each with the tag they have read: one of them wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from chat.services.conversations import start_conversation
from tests.programs import Program

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4


@pytest.fixture
def places(alice, agent) -> dict[str, str]:
    session = start_conversation(actor=alice, agent=agent)
    return {"agent": f"/api/agents/{agent.pk}", "session": f"/api/sessions/{session.pk}"}


@pytest.fixture
def programs(alice) -> list[Program]:
    browsers = [Client() for _ in range(AT_ONCE)]
    for browser in browsers:
        browser.force_login(alice)
    return [Program(browser) for browser in browsers]


def at_once(programs: list[Program], call: Callable[[int, Program], HttpResponse]) -> list[int]:
    together = Barrier(len(programs))

    def one(number: int) -> int:
        try:
            together.wait(10)
            return call(number, programs[number]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(programs)) as threads:
        return sorted(threads.map(one, range(len(programs))))


@pytest.mark.parametrize(("thing", "field"), [("agent", "name"), ("session", "title")])
def test_one_changes_it_and_the_others_are_told(programs, places, thing, field):
    place = places[thing]
    tag = {"If-Match": programs[0].get(place).headers["ETag"]}
    statuses = at_once(
        programs, lambda number, program: program.say("patch", place, {field: f"Take {number}"}, **tag)
    )
    assert statuses == [200, *[409] * (AT_ONCE - 1)]


@pytest.mark.parametrize("thing", ["agent", "session"])
def test_it_is_changed_or_deleted_and_never_both(programs, places, thing):
    place = places[thing]
    field = {"agent": "name", "session": "title"}[thing]
    tag = {"If-Match": programs[0].get(place).headers["ETag"]}

    def call(number: int, program: Program) -> HttpResponse:
        if number == 0:
            return program.say("delete", place, **tag)
        return program.say("patch", place, {field: f"Take {number}"}, **tag)

    statuses = at_once(programs, call)
    assert statuses in ([204, *[404] * (AT_ONCE - 1)], [200, *[409] * (AT_ONCE - 1)])
