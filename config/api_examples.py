"""An example of what a schema describes: its own where it has one, else the plainest value that fits."""

from typing import Any

Schema = dict[str, Any]

#: Levels that are filled in; what contains itself would have no end.
DEEPEST = 6
#: By type, and by format.
PLAINEST: dict[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.0,
    "boolean": False,
    "null": None,
    "uuid": "019a0000-0000-7000-8000-000000000001",
    "date-time": "2026-11-21T14:05:00Z",
    "email": "alice@example.org",
    "uri": "https://example.org/",
    "binary": "",
}


def resolved(schema: Schema, whole: Schema) -> Schema:
    """The schema itself, or that of the whole description which it refers to."""
    while "$ref" in schema:
        found = whole
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def example_of(schema: Schema, whole: Schema, depth: int = 0) -> Any:
    """A value that the schema allows; nothing more is filled in below ``DEEPEST`` levels."""
    schema = resolved(schema, whole)
    for said in (
        [schema.get("example")],
        schema.get("examples"),
        schema.get("enum"),
        [schema.get("const")],
        [schema.get("default")],
    ):
        if said and said[0] is not None:
            return said[0]
    for choices in ("anyOf", "oneOf", "allOf"):
        if choices in schema:
            return example_of(schema[choices][0], whole, depth + 1)
    if "properties" in schema or schema.get("type") == "object":
        properties = schema.get("properties", {}) if depth < DEEPEST else {}
        return {name: example_of(one, whole, depth + 1) for name, one in properties.items()}
    if schema.get("type") == "array":
        items = schema.get("items") if depth < DEEPEST else None
        return [example_of(items, whole, depth + 1)] if items else []
    kind = schema.get("type", "string")
    return PLAINEST.get(schema.get("format", ""), PLAINEST.get(kind, "text"))


def body_of(operation: Schema, whole: Schema) -> tuple[str, Schema] | None:
    """The media type of what is sent, and its schema; JSON where there are several."""
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return None
    kind = "application/json" if "application/json" in content else next(iter(content))
    return kind, content[kind].get("schema", {})
