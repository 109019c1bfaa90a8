"""Reads settings from the environment and ``.env``, and says in one line what is wrong with a value.

``django-environ`` reads the file and finds the variables; the readers here know what each value may be.
"""

import ipaddress
import os
import re
import shlex
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

YES = {"true", "yes", "on", "1"}
#: A line of ``.env`` that means something: a comment, or a name with a value.
LINE = re.compile(r"\s*(?:#|(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=)")
NO = {"false", "no", "off", "0"}


#: The names of all variables read so far; the documentation is tested against them.
asked: set[str] = set()


class WrongSetting(Exception):
    """A variable holds what it may not. The text is one line: its name, what it may be, what it is."""

    def __init__(self, name: str, may_be: str, value: str | None = None) -> None:
        given = "" if value is None else f", not {value[:80]!r}"
        super().__init__(f"{name} must be {may_be}{given}.")


def read_file(path: Path) -> None:
    """Takes the variables of ``path`` that the environment does not set itself; a missing file is fine."""
    if path.is_file():
        check_file(path)
        environ.Env.read_env(path, encoding="utf-8")


def check_file(path: Path) -> None:
    """Raises WrongSetting for bytes that are no text and for a line that is neither comment nor variable.

    What the line says is not repeated: it may hold a key.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise WrongSetting(path.name, "a text file in UTF-8") from None
    for number, line in enumerate(lines, start=1):
        if line.strip() and not LINE.match(line):
            raise WrongSetting(f"Line {number} of {path.name}", "NAME=value, or begin with #")


def text(name: str, default: str = "") -> str:
    """The value, or the default where it is missing or empty.

    Read past ``environ.Env``, which would take a key that begins with ``$`` for the name of another variable.
    """
    asked.add(name)
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise WrongSetting(name, "true or false", value)


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    try:
        result = int(value)
    except ValueError:
        result = least - 1
    if not least <= result <= most:
        raise WrongSetting(name, f"a whole number from {least} to {most}", value)
    return result


def seconds(name: str, default: float, *, least: float, most: float) -> float:
    """A length of time in seconds; fractions are allowed."""
    value = text(name, str(default))
    try:
        result = float(value)
    except ValueError:
        result = float("nan")
    if not least <= result <= most:  # also refuses nan, which compares false with everything
        raise WrongSetting(name, f"a number of seconds from {least:g} to {most:g}", value)
    return result


def amount(name: str) -> Decimal | None:
    """An amount of money, at most four digits behind the point; None where nothing is said."""
    value = text(name)
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,4})?", value, re.ASCII):
        raise WrongSetting(name, "an amount such as 0.50, or empty", value)
    return Decimal(value)


def choice(name: str, default: str, among: Sequence[str]) -> str:
    value = text(name, default)
    if value not in among:
        raise WrongSetting(name, f"one of {', '.join(among)}", value)
    return value


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origins(name: str, *, anybody: bool = False) -> list[str]:
    """Origins such as ``https://chat.example.org``: a scheme and a host, and nothing behind them.

    With ``anybody``, ``*`` alone is taken too.
    """
    values = words(name)
    if anybody and values == ["*"]:
        return values
    for origin in values:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
            raise WrongSetting(name, "origins such as https://chat.example.org, divided by commas", origin)
    return values


def networks(name: str, default: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(word, strict=False) for word in words(name, default))
    except ValueError:
        may_be = "addresses or networks such as 127.0.0.0/8, divided by commas"
        raise WrongSetting(name, may_be, text(name, default)) from None


def commands(name: str) -> dict[str, list[str]]:
    """Programs with their words by name, written ``notes=/usr/bin/notes --all; git=…``."""
    found: dict[str, list[str]] = {}
    for entry in filter(None, map(str.strip, text(name).split(";"))):
        called, _, line = entry.partition("=")
        try:
            split = shlex.split(line)
        except ValueError:  # a quotation mark that is not closed
            split = []
        if not re.fullmatch(r"[\w.-]{1,100}", called.strip()) or not split:
            raise WrongSetting(
                name, "programs such as notes=/usr/bin/notes --all, divided by semicolons", entry
            )
        found[called.strip()] = split
    return found


def web_address(name: str) -> str:
    """An http or https address, or empty; a closing slash is dropped."""
    value = text(name)
    if value:
        try:
            parts = urlsplit(value)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            good = False
        if not good:
            raise WrongSetting(name, "an address such as http://127.0.0.1:11434/v1, or empty", value)
    return value.rstrip("/")


def folder(name: str, default: Path, *, below: Path) -> Path:
    """A folder; a relative path is taken from ``below``."""
    value = text(name)
    return (below / Path(value).expanduser()) if value else default


def writable_folder(name: str, path: Path) -> Path:
    """``path``, made with mode 0700 where it is missing. Raises WrongSetting where it cannot be written."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        good = os.access(path, os.W_OK | os.X_OK)
    except OSError:
        good = False
    if not good:
        raise WrongSetting(name, "a folder that can be written", str(path))
    return path


def key(name: str) -> str:
    """A key as a header can carry it: printable ASCII without spaces. It is never part of an error."""
    value = text(name)
    if not re.fullmatch(r"[!-~]*", value):
        raise WrongSetting(name, "printable ASCII characters without spaces")
    return value


def redis_address(name: str) -> str:
    value = text(name)
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise WrongSetting(name, "an address such as redis://127.0.0.1:6379/0, or empty", value)
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # also "../x" and the name of a folder
        raise WrongSetting(name, "a time zone such as Europe/Berlin", value) from None
    return value
