"""Collects static files at the start, when they are not the ones collected last."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from config import __version__


def collect_if_changed() -> None:
    """Runs ``collectstatic`` where a source came, went or changed; DEBUG serves the sources themselves."""
    if settings.DEBUG:
        return
    note = settings.DATA_DIR / "static.fingerprint"
    print_now = _fingerprint()
    with _one_at_a_time():
        if note.is_file() and note.read_text("utf-8") == print_now and settings.STATIC_ROOT.is_dir():
            return
        earlier = _named_files()
        call_command("collectstatic", interactive=False, verbosity=0)
        _remove_all_but(earlier | _named_files())
        note.write_text(print_now, "utf-8")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Of several servers with one data folder one collects, and the others wait."""
    with open(settings.DATA_DIR / "static.lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _named_files() -> set[str]:
    """The files that pages ask for, as the last collection has written them down."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.is_file():
        return set()
    return {manifest.name, *json.loads(manifest.read_text("utf-8"))["paths"].values()}


def _remove_all_but(names: set[str]) -> None:
    """The files before stay for the pages that are open, and for servers not yet started again."""
    for path in settings.STATIC_ROOT.rglob("*"):
        name = path.relative_to(settings.STATIC_ROOT).as_posix()
        if path.is_file() and name.removesuffix(".gz").removesuffix(".br") not in names:
            path.unlink()


def _fingerprint() -> str:
    """Names, sizes and times of all sources, and the versions of what works on them."""
    digest = hashlib.sha256(f"{__version__} {django.__version__} {settings.STORAGES['staticfiles']}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = (storage.path(path), storage.size(path), storage.get_modified_time(path).timestamp())
            digest.update(repr(state).encode())
    return digest.hexdigest()
