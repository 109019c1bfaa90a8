"""Collects static files at the start, when they are not the ones collected last."""

import hashlib

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
    if note.is_file() and note.read_text("utf-8") == print_now and settings.STATIC_ROOT.is_dir():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note.write_text(print_now, "utf-8")


def _fingerprint() -> str:
    """Names, sizes and times of all sources, and the versions of what works on them."""
    digest = hashlib.sha256(f"{__version__} {django.__version__} {settings.STORAGES['staticfiles']}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = (storage.path(path), storage.size(path), storage.get_modified_time(path).timestamp())
            digest.update(repr(state).encode())
    return digest.hexdigest()
