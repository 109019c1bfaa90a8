"""A copy of everything, taken while the server runs: a folder that another server can be started on."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings

DATABASE = "parley.sqlite3"


class CannotBackUp(Exception):
    """Nothing was copied; the text says why."""


def back_up(folder: Path) -> None:
    """Makes ``folder`` with the database, the secret key and the media in it, whole or not at all.

    Raises CannotBackUp.
    """
    if not settings.EMBEDDED:
        raise CannotBackUp("The database is PostgreSQL: use pg_dump, as docs/operations.md says.")
    if folder.exists():
        raise CannotBackUp(f"{folder} is there already: name a folder that is not.")
    partial = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    try:
        partial.mkdir(mode=0o700, parents=True)
        _copy_database(partial / DATABASE)
        _copy_files(partial)
        partial.rename(folder)
    except (OSError, sqlite3.Error) as problem:
        raise CannotBackUp(f"The backup failed: {problem}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _copy_database(target: Path) -> None:
    """In one read transaction: the copy is of one moment, and writers do not wait for it (WAL)."""
    source = Path(str(settings.DATABASES["default"]["NAME"])).resolve().as_uri()
    with (
        closing(sqlite3.connect(f"{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        (said,) = copy.execute("PRAGMA quick_check").fetchone()
    if said != "ok":
        raise CannotBackUp(f"The copy is damaged: {said}")


def _copy_files(target: Path) -> None:
    key = settings.DATA_DIR / "secret_key"
    if key.exists():
        shutil.copy2(key, target / key.name)  # with its mode
    if Path(settings.MEDIA_ROOT).is_dir():
        shutil.copytree(settings.MEDIA_ROOT, target / "media")
