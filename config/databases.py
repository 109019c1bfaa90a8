"""From ``DATABASE_URL`` to Django's settings: SQLite for one process, PostgreSQL for more."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import environ

from config.env import WrongSetting

SQLITE = "config.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
MAY_BE = "postgres://user:password@host:5432/name, sqlite:////path, or empty"

#: What SQLite is told on each new connection. WAL is a property of the file: a migration sets it once.
PRAGMAS = """
PRAGMA synchronous=NORMAL;
PRAGMA cache_size=-8000;
PRAGMA temp_store=MEMORY;
PRAGMA mmap_size=134217728;
"""


def database_from(url: str, *, folder: Path) -> dict[str, Any]:
    """Django's database settings for ``url``; an empty one means SQLite in ``folder``."""
    if not url:
        return sqlite(folder / "parley.sqlite3")
    parsed = _parse(url)
    if parsed["NAME"] in {"", ":memory:"}:
        raise WrongSetting("DATABASE_URL", MAY_BE)  # the value is not shown: it may hold a password
    if parsed["ENGINE"].endswith("sqlite3") and not Path(parsed["NAME"]).parent.is_dir():
        raise WrongSetting("DATABASE_URL", "sqlite:////path in a folder that is there")
    return sqlite(Path(parsed["NAME"])) if parsed["ENGINE"].endswith("sqlite3") else postgresql(parsed)


def _parse(url: str) -> dict[str, Any]:
    """Without a name where the scheme is none of ours: environ would warn of it, password and all."""
    if url.partition("://")[0] in {"sqlite", "postgres", "postgresql"}:
        with suppress(ValueError):  # a port that is no number
            return dict(environ.Env.db_url_config(url))
    return {"NAME": ""}


def sqlite(path: Path) -> dict[str, Any]:
    """With ``IMMEDIATE`` a writer waits its turn at BEGIN, up to 20 s; it would fail half-way otherwise."""
    options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": PRAGMAS}
    return {"ENGINE": SQLITE, "NAME": str(path), "OPTIONS": options, "CONN_MAX_AGE": None}


def postgresql(parsed: dict[str, Any]) -> dict[str, Any]:
    """The server's threads live on (config/pages.py), so each keeps its connection for ten minutes."""
    return {**parsed, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
