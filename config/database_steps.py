"""Migrations at the start of a server."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

#: The number of the advisory lock in PostgreSQL; ours alone, and the same in every version.
LOCK = 7_275_391


def bring_up_to_date() -> None:
    """Applies what is missing. Of several servers that start together one does it, and the others wait."""
    with _one_at_a_time():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)


def is_behind(error: Exception) -> bool:
    """Whether the error is that of a database that lacks migrations: tables or columns are missing."""
    if not isinstance(error, OperationalError | ProgrammingError):
        return False
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
