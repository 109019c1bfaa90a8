"""The bytes of sounds, by path: in the default storage, ``MEDIA_ROOT`` or what the operator has chosen.

A path is of our making, so nothing that anybody sends ever names a file.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from uuid_utils.compat import uuid7

#: In which all of them lie.
FOLDER = "audio"


def new_path(ending: str) -> str:
    """A path that nothing has: ``2026/11/<32 hexadecimal digits>.<ending>``."""
    return f"{timezone.now():%Y/%m}/{uuid7().hex}.{ending}"


def write(path: str, content: "File[bytes]") -> None:
    """Raises OSError, or what else the storage has for a failure."""
    default_storage.save(_name(path), content)


def open_bytes(path: str) -> IO[bytes]:
    """For reading from any place in it. Raises FileNotFoundError, or what else the storage has for it."""
    return default_storage.open(_name(path), "rb")


def delete(path: str) -> None:
    """What is not there is no error."""
    default_storage.delete(_name(path))


def exists(path: str) -> bool:
    return default_storage.exists(_name(path))


def is_whole(path: str, size: int) -> bool:
    """Whether it is there, with as many bytes as it was stored with."""
    name = _name(path)
    try:
        return default_storage.exists(name) and default_storage.size(name) == size
    except FileNotFoundError:  # it went in between
        return False


def changed_at(path: str) -> datetime:
    return default_storage.get_modified_time(_name(path))


def all_paths() -> Iterator[str]:
    """The path of each sound that has bytes, in no order."""
    yield from _paths_in("")


def _paths_in(folder: str) -> Iterator[str]:
    with suppress(FileNotFoundError):  # nobody has ever spoken
        folders, names = default_storage.listdir(_name(folder))
        yield from (f"{folder}{name}" for name in names)
        for name in folders:
            yield from _paths_in(f"{folder}{name}/")


def _name(path: str) -> str:
    return f"{FOLDER}/{path}"
