"""An operation of somebody's HTTP interface as a tool: the request is built, sent to its host, and read."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from agents.engine.messages import ToolSpec
from agents.sealing import without
from agents.tools.addresses import is_public
from agents.tools.base import CallContext, Told, ToolProblem
from agents.tools.openapi import BODY, FORM, Operation

TIMEOUT_S = 40.0
MAX_ARGUMENT = 200_000


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """Where an interface is, and what may be sent to it. `problem` is why it cannot be used."""

    base: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    problem: str = ""
    allowed: Callable[[str], bool] = is_public
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class HttpTool:
    """A tool as a box takes it."""

    operation: Operation
    address: HttpAddress
    timeout_s: float = TIMEOUT_S

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def about(self) -> str:
        return self.operation.description

    @property
    def has_effects(self) -> bool:
        return not self.operation.reads_only

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(self.name, self.operation.description, self.operation.schema)

    async def call(self, arguments: Mapping[str, Any], context: CallContext) -> Told:
        if self.address.problem:
            raise ToolProblem(self.address.problem)
        from agents.tools.http_answers import told
        from agents.tools.net import call_service

        request = request_of(self.operation, self.address, arguments)
        secrets = dict(self.address.secrets)
        try:
            page = await call_service(
                request.method,
                request.url,
                headers=request.headers,
                body=request.body,
                allowed=self.address.allowed,
            )
            return await told(page, secrets)
        except ToolProblem as problem:
            raise ToolProblem(without(secrets, str(problem))) from None


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What goes on the wire."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


def request_of(operation: Operation, address: HttpAddress, arguments: Mapping[str, Any]) -> HttpRequest:
    """Raises ToolProblem for arguments that do not fit the operation."""
    unknown = [name for name in arguments if name not in operation.places]
    missing = [name for name in operation.schema.get("required", []) if name not in arguments]
    if unknown or missing:
        words = [f"there is no argument {name[:100]!r}" for name in unknown[:5]]
        words += [f"{name!r} is missing" for name in missing[:5]]
        raise ToolProblem(f"Wrong arguments: {', '.join(words)}.")
    path, query, headers, body = operation.path, list(address.query.items()), dict(address.headers), None
    ours = {name.lower() for name in headers}
    for argument, value in arguments.items():
        place, name, style = operation.places[argument]
        if value is None and place != BODY:
            continue
        if place == "path":
            path = path.replace(f"{{{name}}}", _segment(argument, value))
        elif place == "query":
            # What a person has set is not a model's to add to.
            query += [pair for pair in _pairs(name, value, style) if pair[0] not in address.query]
        elif place == "header":
            if name.lower() not in ours:  # servers tell no case apart, and some take the last of two
                headers[name] = _header(argument, value)
        else:
            body = _body(operation.body, value)
            headers["Content-Type"] = operation.body
    url = address.base.rstrip("/") + path
    return HttpRequest(operation.method, f"{url}?{urlencode(query)}" if query else url, headers, body)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _joined(value: object) -> str:
    match value:
        case list():
            return ",".join(map(_text, value))
        case dict():
            return ",".join(f"{key},{_text(one)}" for key, one in value.items())
        case _:
            return _text(value)


def _segment(argument: str, value: object) -> str:
    """One part of a path; nothing that would lead out of it."""
    text = _joined(value)
    if text in ("", ".", ".."):
        raise ToolProblem(f"Wrong arguments: {argument!r} cannot be {text!r}.")
    return quote(text, safe="", errors="replace")


def _pairs(name: str, value: object, style: str) -> Iterator[tuple[str, str]]:
    match value, style:
        case _, "json":
            yield name, json.dumps(value, ensure_ascii=False)
        case list(), "repeat":
            yield from ((name, _text(one)) for one in value)
        case dict(), "repeat":
            yield from ((str(key), _text(one)) for key, one in value.items())
        case dict(), "deep":
            yield from ((f"{name}[{key}]", _text(one)) for key, one in value.items())
        case _:
            yield name, _joined(value)


def _header(argument: str, value: object) -> str:
    text = _joined(value)
    if not text.isascii() or not text.isprintable():
        raise ToolProblem(f"Wrong arguments: {argument!r} may have printable ASCII characters only.")
    return text


def _body(kind: str, value: object) -> bytes:
    try:
        if kind == FORM and isinstance(value, dict):
            text = urlencode([pair for name, one in value.items() for pair in _pairs(name, one, "repeat")])
        elif kind == "text/plain":
            text = _text(value)
        else:
            text = json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        raise ToolProblem("Wrong arguments: the body is no JSON.") from None
    if len(text) > MAX_ARGUMENT:
        raise ToolProblem(f"Wrong arguments: the body is longer than {MAX_ARGUMENT:,} characters.")
    return text.encode("utf-8", "replace")


def basic(user: str, password: str) -> str:
    """The value of an Authorization header (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")
