"""``/api/docs``: the description of the API as a page, from which each call can be tried.

Drawn here and not by one of the viewers there are: those weigh a megabyte and write styles into the page,
which our Content-Security-Policy forbids. Its script sends calls; without one it can still be read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from chat.markdown import render as as_html
from config.api import schema
from config.api_examples import body_of, example_of, resolved
from config.api_schema import Schema, operations
from config.postman import is_file


@dataclass(frozen=True)
class Field:
    """``link`` names the schema in the page that ``kind`` speaks of, where there is one."""

    name: str
    kind: str
    link: str
    required: bool
    place: str = ""
    text: str = ""
    example: str = ""


@dataclass(frozen=True)
class Body:
    """``fields`` are those of a form; JSON is written as a whole, beginning with ``example``."""

    media_type: str
    example: str
    kind: str
    link: str
    fields: list[Field] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    status: str
    text: str
    kind: str
    link: str


@dataclass(frozen=True)
class Call:
    id: str
    verb: str
    path: str
    title: str
    html: SafeString
    open_to_all: bool
    parameters: list[Field]
    body: Body | None
    answers: list[Answer]


@dataclass(frozen=True)
class Part:
    name: str
    text: str
    calls: list[Call]


@dataclass(frozen=True)
class Kind:
    """A schema: an object with its fields."""

    name: str
    html: SafeString
    fields: list[Field]


@login_not_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    parts, kinds = _drawn()
    return render(request, "api_reference.html", {"about": schema()["info"], "parts": parts, "kinds": kinds})


@cache
def _drawn() -> tuple[list[Part], list[Kind]]:
    """Routes do not change while a server runs, and neither does this."""
    whole = schema()
    texts = {tag["name"]: tag["description"] for tag in whole["tags"]}
    order = [*texts]
    tagged = sorted(
        operations(whole), key=lambda one: order.index(_tag(one[2]))
    )  # stable: in order of routes
    parts = [
        Part(name, texts[name], [_call(*one, whole) for one in of_tag])
        for name, of_tag in groupby(tagged, key=lambda one: _tag(one[2]))
    ]
    return parts, [*_kinds(whole)]


def _tag(operation: Schema) -> str:
    return str(operation["tags"][0])


def _call(path: str, verb: str, operation: Schema, whole: Schema) -> Call:
    parameters = [
        _field(one["name"], one["schema"], whole, one.get("required", False), place=one["in"], parameter=one)
        for one in operation.get("parameters", ())
    ]
    return Call(
        id=operation["operationId"],
        verb=verb.upper(),
        path=path,
        title=operation["summary"],
        html=as_html(operation.get("description", "")),
        open_to_all=operation.get("security") == [],
        parameters=parameters,
        body=_body(operation, whole),
        answers=[*_answers(operation, whole)],
    )


def _field(
    name: str, of: Schema, whole: Schema, required: bool, place: str = "", parameter: Schema | None = None
) -> Field:
    """An example stands in a field only where something has to: what may be left out is left out at first."""
    kind, link = _kind(of, whole)
    text = (parameter or {}).get("description") or of.get("description", "")
    example = (parameter or {}).get("example", example_of(of, whole) if required else "")
    return Field(
        name, kind, link, required, place, text, example if isinstance(example, str) else _json(example)
    )


def _body(operation: Schema, whole: Schema) -> Body | None:
    sent = body_of(operation, whole)
    if sent is None:
        return None
    media_type, of = sent
    kind, link = _kind(of, whole)
    if media_type == "application/json":
        return Body(media_type, _json(example_of(of, whole)), kind, link)
    plain = resolved(of, whole)
    required = plain.get("required", ())
    fields = [
        _field(name, one, whole, name in required, place="file" if is_file(one, whole) else "form")
        for name, one in plain.get("properties", {}).items()
    ]
    return Body(media_type, "", kind, link, fields)


def _answers(operation: Schema, whole: Schema) -> Iterator[Answer]:
    for status, answer in operation["responses"].items():
        plain = resolved(answer, whole)
        content = plain.get("content", {})
        media_type = next(iter(content), "")
        kind, link = _kind(content[media_type].get("schema", {}), whole) if media_type else ("", "")
        yield Answer(
            status,
            plain["description"].replace("`", ""),
            kind if media_type == "application/json" else media_type,
            link,
        )


def _kinds(whole: Schema) -> Iterator[Kind]:
    for name, of in sorted(whole["components"]["schemas"].items()):
        required = of.get("required", ())
        fields = [_field(one, its, whole, one in required) for one, its in of.get("properties", {}).items()]
        yield Kind(name, as_html(of.get("description", "")), fields)


def _kind(of: Schema, whole: Schema) -> tuple[str, str]:
    """What a value is, in a word or two, and the schema in the page that says more."""
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return name, name
    if "enum" in of:
        return " | ".join(map(str, of["enum"])), ""
    for choices in ("anyOf", "oneOf"):
        if choices in of:
            kinds = [_kind(one, whole) for one in of[choices]]
            return " | ".join(kind for kind, _link in kinds), next(
                (link for _kind, link in kinds if link), ""
            )
    if of.get("type") == "array":
        kind, link = _kind(of.get("items", {}), whole)
        return f"{kind}[]", link
    return str(of.get("format") or of.get("type") or "any"), ""


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
