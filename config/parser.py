"""JSON as the API takes it: one reading of every body, and none of what parsers read differently."""

from collections.abc import Iterable, Iterator
from itertools import islice
from math import isfinite
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from jiter import from_json
from ninja.parser import Parser

#: How deep lists and objects may lie in each other.
MAX_DEPTH = 64
#: How many values there may be in all, names not counted: far more than any call needs, and few enough to be
#: looked at in a moment. A million of them, each wrong, would keep a thread busy for half a minute.
MAX_VALUES = 50_000

Place = tuple[str | int, ...]


class Unreadable(Exception):
    """A body that is no JSON, or none that can be stored. ``status`` and ``key`` are those of the answer."""

    def __init__(self, detail: str, *, status: int = 400, key: str = "bad_json") -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.key = key


class StrictParser(Parser):
    """One object in UTF-8. Refuses NaN and numbers beyond a float, a name twice in an object, half surrogate
    pairs, the character NUL, which PostgreSQL does not store, what lies deeper than ``MAX_DEPTH``, and more
    than ``MAX_VALUES``.
    """

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises Unreadable."""
        try:
            value = from_json(request.body, allow_inf_nan=False, catch_duplicate_keys=True)
        except ValueError as error:
            # The parser's own words: what it expected, or the name that is there twice, and where.
            raise Unreadable(_("This is not JSON: %(reason)s") % {"reason": error}) from None
        if not isinstance(value, dict):
            raise Unreadable(_("Send one JSON object."))
        _check(value)
        return {name: _whole(one) for name, one in value.items()}


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 8.0 is the integer 8, whoever writes it with a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check(value: dict[str, Any]) -> None:
    level: list[tuple[Place, Any]] = [((), value)]
    left = MAX_VALUES
    for _depth in range(MAX_DEPTH):
        below = (child for place, parent in level for child in _children(place, parent))
        level = list(islice(below, left + 1))
        left -= len(level)
        if left < 0:
            raise Unreadable(_("At most %(limit)d values can be sent at once.") % {"limit": MAX_VALUES})
        _check_level(level)
    if any(isinstance(value, dict | list) for _place, value in level):
        raise Unreadable(_("At most %(limit)d levels can lie in each other.") % {"limit": MAX_DEPTH})


def _children(place: Place, parent: Any) -> Iterator[tuple[Place, Any]]:
    if isinstance(parent, dict):
        for name, child in parent.items():
            if "\0" in name:
                raise _not_storable(place)
            yield (*place, name), child
    elif isinstance(parent, list):
        for index, child in enumerate(parent):
            yield (*place, index), child


def _check_level(level: Iterable[tuple[Place, Any]]) -> None:
    for place, value in level:
        if isinstance(value, str) and "\0" in value:
            raise _not_storable(place)
        if isinstance(value, float) and not isfinite(value):
            raise Unreadable(_("A number in it is too large."))


def _not_storable(place: Place) -> Unreadable:
    text = _("This text contains characters that cannot be stored.")
    return Unreadable(f"{'.'.join(map(str, place))}: {text}" if place else text, status=422, key="invalid")
