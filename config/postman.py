"""The API as a collection for Postman, in the format 2.1: folders of requests.

https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
import re
from typing import Any

from config.api_examples import body_of, example_of, resolved
from config.api_schema import Schema, operations

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
PART_OF_ADDRESS = re.compile(r"{(\w+)}")


def collection_of(schema: Schema, address: str) -> Schema:
    """``address`` is where the server is, without a slash at the end. The key is asked for in a variable."""
    folders: dict[str, list[Schema]] = {tag["name"]: [] for tag in schema["tags"]}
    for path, verb, operation in operations(schema):
        tag = next(iter(operation.get("tags", ())), "other")
        folders.setdefault(tag, []).append(_item(path, verb, operation, schema))
    said = {tag["name"]: tag["description"] for tag in schema["tags"]}
    return {
        "info": {
            "name": schema["info"]["title"],
            "description": schema["info"]["description"],
            "version": schema["info"]["version"],
            "schema": FORMAT,
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [
            {"key": "address", "value": address, "type": "string"},
            {"key": "token", "value": "", "type": "string", "description": "An API key, or an access token"},
        ],
        "item": [
            {"name": name, "description": said.get(name, ""), "item": items}
            for name, items in folders.items()
            if items
        ],
    }


def _item(path: str, verb: str, operation: Schema, whole: Schema) -> Schema:
    request: Schema = {
        "method": verb.upper(),
        "description": operation.get("description", ""),
        "header": [_named(one, whole) for one in _parameters(operation, "header")],
        "url": _url(path, operation, whole),
    }
    if operation.get("security") == []:
        request["auth"] = {"type": "noauth"}
    if (sent := body_of(operation, whole)) is not None:
        request["body"] = _body(*sent, whole)
        if sent[0] == "application/json":
            request["header"].append({"key": "Content-Type", "value": sent[0]})
    return {"name": operation["summary"], "request": request, "response": []}


def _url(path: str, operation: Schema, whole: Schema) -> Schema:
    written = PART_OF_ADDRESS.sub(r":\1", path)
    query = [_named(one, whole) for one in _parameters(operation, "query")]
    asked = "&".join(f"{one['key']}={one['value']}" for one in query if not one["disabled"])
    url: Schema = {
        "raw": "{{address}}" + written + (f"?{asked}" if asked else ""),
        "host": ["{{address}}"],
        "path": written.removeprefix("/").split("/"),
    }
    if query:
        url["query"] = query
    if variables := _parameters(operation, "path"):
        url["variable"] = [
            {key: one[key] for key in ("key", "value", "description")}
            for one in (_named(one, whole) for one in variables)
        ]
    return url


def _parameters(operation: Schema, place: str) -> list[Schema]:
    return [one for one in operation.get("parameters", ()) if one["in"] == place]


def _named(parameter: Schema, whole: Schema) -> Schema:
    """What need not be sent is there, but switched off."""
    value = parameter.get("example", example_of(parameter["schema"], whole))
    return {
        "key": parameter["name"],
        "value": "" if value is None else value if isinstance(value, str) else json.dumps(value),
        "description": parameter.get("description", ""),
        "disabled": not parameter.get("required", False),
    }


def _body(kind: str, schema: Schema, whole: Schema) -> Schema:
    if kind == "application/json":
        text = json.dumps(example_of(schema, whole), indent=2, ensure_ascii=False)
        return {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
    fields = resolved(schema, whole).get("properties", {})
    if kind == "multipart/form-data":
        return {"mode": "formdata", "formdata": [_field(name, one, whole) for name, one in fields.items()]}
    return {"mode": "urlencoded", "urlencoded": [_field(name, one, whole) for name, one in fields.items()]}


def _field(name: str, schema: Schema, whole: Schema) -> dict[str, Any]:
    if is_file(schema, whole):
        return {"key": name, "type": "file", "src": []}
    value = example_of(schema, whole)
    return {"key": name, "type": "text", "value": value if isinstance(value, str) else json.dumps(value)}


def is_file(schema: Schema, whole: Schema) -> bool:
    """Whether a field of a form takes a file, or several."""
    schema = resolved(schema, whole)
    schema = resolved(schema.get("items", schema), whole)
    return schema.get("format") == "binary" or "contentMediaType" in schema
