"""The JSON schemas of other people's tools, made fit for a model: plain, bounded, without references.

Servers of models differ in what they make of ``$ref``, so local ones are written out where they stand, and a
schema that contains itself ends there as "anything". References to other documents are not followed.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from agents.engine.text import WholeCharacters, visible

MAX_DEPTH = 12
#: Schemas inside one schema, all references written out.
MAX_PARTS = 1_000
#: Characters of one schema as JSON; a model reads each with every question.
MAX_CHARS = 20_000

#: Keywords by what they hold: schemas by name, a list of schemas, one schema (or true and false).
BY_NAME = {"properties", "patternProperties", "dependentSchemas"}
LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
SINGLE = {"items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"}
#: Words for whoever reads it.
TOLD = {"title", "description"}
#: Kept as they are; what is in no list tells a model nothing.
PLAIN = {
    "type", "title", "description", "enum", "const", "default", "format", "pattern", "nullable", "required",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "examples", "example",
    "deprecated", "readOnly", "writeOnly",
}  # fmt: skip


def arguments_schema(schema: object, root: object = None) -> dict[str, Any]:
    """The schema of a tool's arguments. Raises ValueError with the reason, as the end of a sentence.

    `root` is the document that local references point into, by default the schema itself.
    """
    plain = plain_schema(schema, root)
    if plain.setdefault("type", "object") != "object":
        raise ValueError(_("its arguments are no object"))
    plain.setdefault("properties", {})
    return bounded(plain)


def bounded(plain: dict[str, Any]) -> dict[str, Any]:
    """The schema itself. Raises ValueError where it is longer than a model should read each time."""
    try:
        long = len(json.dumps(plain, allow_nan=False)) > MAX_CHARS
    except (ValueError, RecursionError):
        raise ValueError(_("its schema holds what is no JSON")) from None
    if long:
        raise ValueError(_("its schema is longer than %(limit)d characters") % {"limit": MAX_CHARS})
    return plain


class Allowance:
    """The characters that several schemas may have together before anybody writes them out."""

    def __init__(self, chars: int = MAX_CHARS) -> None:
        self._left = chars

    def spend(self, chars: int) -> None:
        self._left -= chars
        if self._left < 0:
            raise ValueError(_("its schema is longer than %(limit)d characters") % {"limit": MAX_CHARS})


def plain_schema(schema: object, root: object = None, allowance: Allowance | None = None) -> dict[str, Any]:
    """Any schema, written out. Raises ValueError."""
    writer = _Writer(schema if root is None else root, allowance or Allowance())
    written = writer.written(schema, (), 0)
    if not isinstance(written, dict):
        raise ValueError(_("its schema is no object"))
    return written


def resolved(pointer: str, root: object) -> object:
    """What a local reference such as ``#/components/x`` points to. Raises ValueError."""
    if not pointer.startswith("#"):
        raise ValueError(_("it refers to another document, %(place)s") % {"place": pointer[:100]})
    found = root
    for step in pointer.removeprefix("#").split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            raise ValueError(_("it refers to %(place)s, which is not there") % {"place": pointer[:100]})
    return found


def clean(text: str, most: int) -> str:
    """Text that every store and model takes, of at most so many characters."""
    characters = WholeCharacters()
    text = characters.feed(text[: most + 1]) + characters.flush()
    return text if len(text) <= most else text[: most - 1] + "…"


def described(text: str, most: int) -> str:
    """One line of a stranger's words, in which a model reads no more than a person sees."""
    return clean(" ".join(visible(text[: 2 * most]).split()), most)


class _Writer:
    def __init__(self, root: object, allowance: Allowance) -> None:
        self._root = root
        self._spend = allowance.spend
        self._parts = 0

    def written(self, schema: object, inside: tuple[str, ...], depth: int) -> Any:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise ValueError(_("its schema is too large"))
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, Mapping):
            raise ValueError(_("its schema is no object"))
        if depth > MAX_DEPTH:
            return {}
        pointer = schema.get("$ref")
        if isinstance(pointer, str):
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            if pointer in inside:
                return {"description": "the same again"}
            target = self.written(resolved(pointer, self._root), (*inside, pointer), depth + 1)
            more = self.written(beside, inside, depth + 1)
            return {**target, **more} if isinstance(target, dict) else target
        return {
            clean(str(key), 100): value
            for key, part in schema.items()
            if (value := self._keyword(key, part, inside, depth + 1)) is not None
        }

    def _keyword(self, key: object, part: object, inside: tuple[str, ...], depth: int) -> Any:
        """None for a keyword that is left out."""
        if key in BY_NAME:
            if not isinstance(part, Mapping):
                raise ValueError(_("“%(part)s” in its schema is no object") % {"part": key})
            return {
                self._seen(str(name), 100): self.written(one, inside, depth) for name, one in part.items()
            }
        if key in LISTS or (key == "items" and isinstance(part, list)):
            if not isinstance(part, list):
                raise ValueError(_("“%(part)s” in its schema is no list") % {"part": key})
            return [self.written(one, inside, depth) for one in part]
        if key in SINGLE:
            return self.written(part, inside, depth)
        if key in TOLD and isinstance(part, str):
            self._spend(len(part))
            return clean(visible(part), MAX_CHARS)
        return self._stored(part, MAX_DEPTH) if key in PLAIN else None

    def _stored(self, value: object, depth: int) -> Any:
        """A plain value that a database takes; None for one that is nested beyond reason."""
        self._spend(2)  # in JSON nothing is shorter, with what stands between
        if isinstance(value, Mapping):
            items = ((self._seen(str(key), 100), one) for key, one in value.items())
            return {key: self._stored(one, depth - 1) for key, one in items} if depth else None
        if isinstance(value, list):
            return [self._stored(item, depth - 1) for item in value] if depth else None
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._seen(str(value), MAX_CHARS)

    def _seen(self, text: str, most: int) -> str:
        """What has to stay as it is to mean something; a model must not read there what no person sees."""
        self._spend(len(text))
        if visible(text[:most]) != text[:most]:
            raise ValueError(_("its schema holds characters that cannot be seen"))
        return clean(text, most)
