"""OpenAPI documents, 3.0 and 3.1: their operations as tools. Written by strangers, so read with suspicion.

Source: https://spec.openapis.org/oas/v3.1.1. What is not done: cookies, bodies of several parts or of bytes,
servers of single operations.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from agents.engine.text import visible
from agents.tools.json_schemas import (
    MAX_DEPTH,
    Allowance,
    bounded,
    clean,
    described,
    plain_schema,
    resolved,
)
from agents.tools.remote_names import remote_name

MAX_DOCUMENT = 1_000_000
MAX_OPERATIONS = 200
#: Operations that are looked at: those that are left out cost time as well.
MAX_LOOKS = 400
MAX_NESTING = 100
MAX_DESCRIPTION = 1_000
MAX_PROBLEMS = 20
METHODS = ("get", "head", "post", "put", "patch", "delete")
READING = {"get", "head"}
#: Arguments of one operation.
MAX_ARGUMENTS = 60
BODY = "body"
FORM = "application/x-www-form-urlencoded"
#: The transport's, or the credential's.
NOT_OURS = {
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "cookie",
    "host", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as a tool. `places` says of each argument where it goes: place, name there, style.

    `body` is the media type of the argument `body`, empty for none.
    """

    name: str
    remote: str
    description: str
    schema: dict[str, Any]
    reads_only: bool
    method: str
    path: str
    places: dict[str, tuple[str, str, str]]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a document offers. `base` is its first server's address, if it names one in full."""

    title: str
    base: str
    operations: tuple[Operation, ...]
    problems: tuple[str, ...]


def read_document(text: str, server: str) -> Document:
    """The operations, named for the server. Raises ValueError where there are none to be had."""
    document = _parsed(text)
    version = document.get("openapi")
    if "swagger" in document:
        raise ValueError(_("This is Swagger 2; OpenAPI 3.0 or 3.1 is needed."))
    if not isinstance(version, str) or not version.startswith(("3.0", "3.1")):
        raise ValueError(_("The document does not say “openapi: 3.0” or “openapi: 3.1”."))
    if not isinstance(document.get("paths"), Mapping) or not document["paths"]:
        raise ValueError(_("The document has no paths."))
    operations: dict[str, Operation] = {}
    problems: list[str] = []
    for looks, (method, path, item, operation) in enumerate(_operations(document, problems)):
        if len(operations) == MAX_OPERATIONS or looks == MAX_LOOKS:
            problems.append(_("Only the first %(limit)d operations are taken.") % {"limit": len(operations)})
            break
        try:
            found = _Reader(document, item, operation).operation(method, path, server, operations)
        except ValueError as reason:
            shown = clean(f"{method.upper()} {path}", 100)
            problems.append(_("“%(tool)s” is left out: %(reason)s.") % {"tool": shown, "reason": reason})
        else:
            operations[found.name] = found
    info = document.get("info")
    title = clean(str(info.get("title", "")), 100) if isinstance(info, Mapping) else ""
    return Document(title, _base(document), tuple(operations.values()), tuple(problems[:MAX_PROBLEMS]))


def _parsed(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_DOCUMENT:
        raise ValueError(_("The document is longer than %(limit)d characters.") % {"limit": MAX_DOCUMENT})
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        problem = clean(str(error.problem or error.context), 200)
        raise ValueError(_("Line %(line)d: %(problem)s") % {"line": line, "problem": problem}) from None
    except json.JSONDecodeError as error:
        raise ValueError(
            _("Line %(line)d: %(problem)s") % {"line": error.lineno, "problem": error.msg}
        ) from None
    except (ValueError, RecursionError, yaml.YAMLError):
        raise ValueError(_("The document is neither JSON nor YAML.")) from None
    if not isinstance(document, Mapping):
        raise ValueError(_("The document is neither JSON nor YAML."))
    return document


def _yaml(text: str) -> Any:
    """Plain values; without aliases, which can make gigabytes. By libyaml: Python's takes many seconds."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_NESTING:  # libyaml's time grows with its square
            raise ValueError("nested too deeply")
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem=_("aliases are not taken")) from None
    return yaml.load(text, Loader=loader)  # noqa: S506 (either is a safe one)


def _operations(
    document: Mapping[str, Any], problems: list[str]
) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        if not isinstance(path, str) or not path.startswith("/") or not isinstance(item, Mapping):
            problems.append(_("“%(path)s” is no path.") % {"path": clean(str(path), 100)})
            continue
        for method in METHODS:
            if isinstance(operation := item.get(method), Mapping):
                yield method, path, item, operation


def _base(document: Mapping[str, Any]) -> str:
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    if not isinstance(first, Mapping) or not isinstance(url := first.get("url"), str):
        return ""
    variables = first.get("variables")
    for name, variable in variables.items() if isinstance(variables, Mapping) else ():
        if isinstance(variable, Mapping):
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return url[:500] if url.startswith(("http://", "https://")) else ""


class _Reader:
    """Reads one operation. Raises ValueError with the reason why it cannot be a tool."""

    def __init__(
        self, document: Mapping[str, Any], item: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> None:
        self._document = document
        self._item = item
        self._operation = operation
        self._properties: dict[str, Any] = {}
        self._required: list[str] = []
        self._places: dict[str, tuple[str, str, str]] = {}
        self._allowance = Allowance()

    def operation(self, method: str, path: str, server: str, taken: Mapping[str, Operation]) -> Operation:
        for parameter in self._parameters():
            self._take(parameter)
        body = self._take_body() if method not in READING else ""
        missing = [part for part in _in_braces(path) if ("path", part) not in self._taken()]
        if missing:
            raise ValueError(_("its path has “%(name)s”, which it does not describe") % {"name": missing[0]})
        remote = self._remote_name(f"{method}_{path}", taken)
        return Operation(
            name=remote_name(server, remote, taken),
            remote=remote,
            description=self._description() or f"{method.upper()} {clean(path, 200)}",
            schema=bounded(
                {
                    "type": "object",
                    "properties": self._properties,
                    "required": self._required,
                    "additionalProperties": False,
                }
            ),
            reads_only=method in READING,
            method=method.upper(),
            path=path,
            places=self._places,
            body=body,
        )

    def _remote_name(self, otherwise: str, taken: Mapping[str, Operation]) -> str:
        """The document's own name for it, if it has one and no operation before has the same."""
        said = self._operation.get("operationId")
        name = clean(said, 200) if isinstance(said, str) else ""
        used = {operation.remote for operation in taken.values()}
        return name if name.strip() and name not in used else clean(otherwise, 200)

    def _taken(self) -> set[tuple[str, str]]:
        return {(place, name) for place, name, _style in self._places.values()}

    def _parameters(self) -> Iterator[Mapping[str, Any]]:
        """Those of the path, then those of the operation, which win."""
        found: dict[tuple[Any, Any], Mapping[str, Any]] = {}
        for where in (self._item, self._operation):
            given = where.get("parameters") or []
            if not isinstance(given, list):
                raise ValueError(_("its parameters are no list"))
            for one in given:
                parameter = self._there(one)
                found[(str(parameter.get("in")), str(parameter.get("name")))] = parameter
        yield from found.values()

    def _there(self, part: object) -> Mapping[str, Any]:
        """The part itself, or what it refers to."""
        for _step in range(MAX_DEPTH):
            if not isinstance(part, Mapping):
                break
            pointer = part.get("$ref")
            if not isinstance(pointer, str):
                return part
            part = resolved(pointer, self._document)
        raise ValueError(_("a part of it is no object"))

    def _take(self, parameter: Mapping[str, Any]) -> None:
        name, place = parameter.get("name"), parameter.get("in")
        if not isinstance(name, str) or not name or len(name) > 100:  # noqa: PLR2004 (beyond any real one)
            raise ValueError(_("a parameter has no name"))
        required = place == "path" or parameter.get("required") is True
        if place not in ("path", "query", "header") or (place == "header" and name.lower() in NOT_OURS):
            if required and place == "cookie":
                raise ValueError(_("it needs a cookie"))
            return
        content = parameter.get("content")
        if isinstance(content, Mapping) and content:
            schema, style = self._there(next(iter(content.values()))).get("schema", {}), "json"
        else:
            schema, style = parameter.get("schema", {}), _style(parameter)
        self._add(name, place, style, schema, parameter.get("description"), required)

    def _take_body(self) -> str:
        if self._operation.get("requestBody") is None:
            return ""
        body = self._there(self._operation["requestBody"])
        content = body.get("content")
        kinds = content if isinstance(content, Mapping) else {}
        for kind in kinds:
            bare = str(kind).partition(";")[0].strip().lower()
            if bare in (FORM, "text/plain", "*/*") or bare.endswith(("/json", "+json", "application/*")):
                described = self._there(kinds[kind])
                sent = "application/json" if "*" in bare else bare
                required = body.get("required") is True
                self._add(BODY, BODY, "", described.get("schema", {}), body.get("description"), required)
                return sent
        if body.get("required") is True:
            shown = clean(", ".join(map(str, kinds)), 100) or "?"
            raise ValueError(_("its body is %(kinds)s, which is not supported") % {"kinds": shown})
        return ""

    def _add(
        self, name: str, place: str, style: str, schema: object, description: object, required: bool
    ) -> None:
        if len(self._properties) == MAX_ARGUMENTS:
            raise ValueError(_("it has more than %(limit)d parameters") % {"limit": MAX_ARGUMENTS})
        if visible(name) != name:
            raise ValueError(_("its schema holds characters that cannot be seen"))
        plain = plain_schema(schema, self._document, self._allowance)
        if isinstance(description, str) and description:
            plain = {**plain, "description": described(description, 300)}
        argument = clean(name, 64)
        if argument in self._properties or (argument == BODY and place != BODY):
            argument = clean(f"{place}_{name}", 64)
        if argument in self._properties:
            raise ValueError(_("two of its parameters have one name"))
        self._properties[argument] = plain
        self._places[argument] = (place, name, style)
        if required:
            self._required.append(argument)

    def _description(self) -> str:
        parts = [self._operation.get("summary"), self._operation.get("description")]
        text = " ".join(part[:MAX_DESCRIPTION].strip() for part in parts if isinstance(part, str))
        return described(text, MAX_DESCRIPTION)


def _style(parameter: Mapping[str, Any]) -> str:
    """How a list or an object is written: `repeat`, `comma`, `deep`."""
    if parameter.get("style") == "deepObject":
        return "deep"
    explode = parameter.get("explode", parameter.get("in") == "query")
    return "repeat" if explode is True and parameter.get("in") == "query" else "comma"


def _in_braces(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]
