"""What differs between two descriptions of the API, one sentence for each, its operation first."""

from collections.abc import Iterator
from typing import Any

from config.api_schema import operations


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Empty where nothing differs."""
    return [
        *_between(_operations(before), _operations(after)),
        *_between(_rest(before), _rest(after)),
    ]


def _operations(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{verb.upper()} {path}": {
            "parameters": _by_name(one),
            **{k: v for k, v in one.items() if k != "parameters"},
        }
        for path, verb, one in operations(schema)
    }


def _by_name(operation: dict[str, Any]) -> dict[str, Any]:
    """A parameter that comes first or last is the same parameter."""
    return {f"{one['in']} {one['name']}": one for one in operation.get("parameters", ())}


def _rest(schema: dict[str, Any]) -> dict[str, Any]:
    """All but the operations; the version of the program is none of the API."""
    info = {key: value for key, value in schema["info"].items() if key != "version"}
    return {key: value for key, value in schema.items() if key != "paths"} | {"info": info}


def _between(before: Any, after: Any, place: str = "") -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(new for new in after if new not in before)]:
            here = f"{place}: {name}" if place else name
            if name not in after:
                yield f"{here} is gone"
            elif name not in before:
                yield f"{here} is new"
            else:
                yield from _between(before[name], after[name], here)
    elif before != after:
        yield f"{place} was {before!r}, is {after!r}"
