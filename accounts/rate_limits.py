"""How often one may: calls, sends and sign-ins in a minute, by person or account and by address.

Counted in this process, and in Redis too where there is one, so that several processes count together. Redis
is never asked twice, nor waited for: while it is away each process counts for itself. No count costs a query.
"""

import hashlib
import ipaddress
import time
from dataclasses import dataclass
from math import ceil
from threading import Lock

from django.conf import settings

from accounts import shared_counts
from accounts.errors import TooMany

#: Seconds of a window; what one may is counted anew in each.
WINDOW = 60
#: An address is a household or an office: so many times what one person may.
PEOPLE_AT_AN_ADDRESS = 5
#: Counts that are kept; where more come in one window, the oldest are forgotten.
MOST_COUNTS = 100_000


@dataclass(frozen=True)
class Standing:
    """What is left of a limit; ``reset`` is the whole seconds until it is counted anew, at least 1."""

    limit: int
    remaining: int
    reset: int
    allowed: bool


class _Counts:
    """How often each has come in the present window."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._window = 0
        self._counts: dict[str, int] = {}

    def add(self, who: str, window: int) -> int:
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            if who not in self._counts and len(self._counts) >= MOST_COUNTS:
                self._counts.pop(next(iter(self._counts)))
            self._counts[who] = count = self._counts.get(who, 0) + 1
            return count


_counts = _Counts()


def api_call_by(person: object) -> Standing | None:
    """Counts a call of the API; None where the settings have no limit."""
    return _count(f"api:{person}", settings.API_RATE)


def api_call_from(address: str) -> Standing | None:
    """The same by address, counted before anybody is known: guesses of keys as well."""
    return _count(f"api-from:{_network(address)}", settings.API_RATE * PEOPLE_AT_AN_ADDRESS)


def check_send(person: object) -> None:
    """Counts a message that asks for an answer, through whatever door. Raises TooMany."""
    _check(_count(f"send:{person}", settings.SEND_RATE))


def check_sign_in(*, account: str, address: str) -> None:
    """Counts an attempt to sign in, also one that will succeed. Raises TooMany.

    By the account that is named, whether it exists or not, so that nobody can guess its password from many
    addresses; and by address, so that nobody can try one password on many accounts.
    """
    name = hashlib.sha256(account.strip().casefold().encode()).hexdigest()[:32]
    by_address = _count(f"sign-in-from:{_network(address)}", settings.SIGN_IN_RATE * PEOPLE_AT_AN_ADDRESS)
    _check(by_address)
    _check(_count(f"sign-in:{name}", settings.SIGN_IN_RATE))


def _check(standing: Standing | None) -> None:
    if standing is not None and not standing.allowed:
        raise TooMany(standing.reset)


def _count(who: str, limit: int) -> Standing | None:
    if limit == 0:
        return None
    now = time.time()
    window = int(now // WINDOW)
    count = max(_counts.add(who, window), shared_counts.add(f"{who}:{window}", keep=2 * WINDOW))
    reset = max(1, ceil((window + 1) * WINDOW - now))
    return Standing(limit, max(0, limit - count), reset, allowed=count <= limit)


def _network(address: str) -> str:
    """Of IPv6 the network that a house is given: each of its machines has as many addresses as it likes."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4 or parsed.ipv4_mapped:  # noqa: PLR2004
        return str(getattr(parsed, "ipv4_mapped", None) or parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
