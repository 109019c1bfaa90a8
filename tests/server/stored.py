"""What lies in the data folder of a server, looked at from outside; and a store that takes nothing more."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

DATABASE = "parley.sqlite3"


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


@contextmanager
def nothing_is_written(folder: Path) -> Iterator[None]:
    """Whoever writes has to wait while the block lasts. What is not stored by then a kill loses."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
