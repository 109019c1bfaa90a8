"""SQLite's writers in one process: each has its turn, and a turn never outlives its transaction."""

import threading

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, transaction

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.EMBEDDED, reason="SQLite's"),
]


def in_a_thread(work) -> list[Exception]:
    """Runs it on a connection of its own; what it raised."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            work()
        except (OperationalError, threading.BrokenBarrierError) as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return errors


@transaction.atomic
def write() -> None:
    get_user_model().objects.update(first_name="Alice")


def test_many_threads_that_write_all_get_their_turn(alice):
    begin = threading.Barrier(20)
    errors: list[list[Exception]] = []

    def all_at_once() -> None:
        begin.wait(10)
        for _ in range(10):
            write()

    threads = [threading.Thread(target=lambda: errors.append(in_a_thread(all_at_once))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == [[]] * 20


def test_a_transaction_that_fails_gives_its_turn_back(alice):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        get_user_model().objects.update(first_name=str(1 // 0))
    assert in_a_thread(write) == []


def test_a_connection_that_is_closed_gives_its_turn_back(alice):
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    connection.close()
    assert in_a_thread(write) == []


def test_who_waits_too_long_is_told_as_sqlite_tells(alice, monkeypatch):
    def impatient() -> None:
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
        write()

    with transaction.atomic():
        (error,) = in_a_thread(impatient)
    assert isinstance(error, OperationalError)
    assert str(error) == "database is locked"
