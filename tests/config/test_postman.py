"""The collection for Postman: complete, and of the format that Postman imports."""

import json

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from config.api import schema
from config.api_schema import operations
from config.postman import FORMAT, collection_of

TEXTS = {
    "type": "object",
    "required": ["key", "value"],
    "properties": {
        "key": {"type": "string", "minLength": 1},
        "value": {"type": "string"},
        "description": {"type": "string"},
        "disabled": {"type": "boolean"},
    },
}
#: What the published schema of the format 2.1 says of the parts that are used.
COLLECTION = {
    "type": "object",
    "required": ["info", "item"],
    "additionalProperties": False,
    "properties": {
        "info": {
            "type": "object",
            "required": ["name", "schema"],
            "properties": {
                "name": {"type": "string"},
                "schema": {"const": FORMAT},
                "version": {"type": "string"},
            },
        },
        "auth": {"$ref": "#/$defs/auth"},
        "variable": {"type": "array", "items": {"type": "object", "required": ["key", "value"]}},
        "item": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/folder"}},
    },
    "$defs": {
        "auth": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"enum": ["bearer", "noauth"]},
                "bearer": {"type": "array", "items": TEXTS},
            },
        },
        "folder": {
            "type": "object",
            "required": ["name", "item"],
            "properties": {"item": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}}},
        },
        "item": {
            "type": "object",
            "required": ["name", "request", "response"],
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "response": {"type": "array"},
                "request": {
                    "type": "object",
                    "required": ["method", "url"],
                    "additionalProperties": False,
                    "properties": {
                        "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
                        "description": {"type": "string"},
                        "auth": {"$ref": "#/$defs/auth"},
                        "header": {"type": "array", "items": TEXTS},
                        "url": {"$ref": "#/$defs/url"},
                        "body": {"$ref": "#/$defs/body"},
                    },
                },
            },
        },
        "url": {
            "type": "object",
            "required": ["raw", "host", "path"],
            "additionalProperties": False,
            "properties": {
                "raw": {"type": "string", "pattern": "^\\{\\{address\\}\\}/"},
                "host": {"const": ["{{address}}"]},
                "path": {"type": "array", "items": {"type": "string", "pattern": "^[^{}/]+$"}},
                "query": {"type": "array", "items": TEXTS},
                "variable": {"type": "array", "items": TEXTS},
            },
        },
        "body": {
            "type": "object",
            "required": ["mode"],
            "properties": {
                "mode": {"enum": ["raw", "formdata", "urlencoded"]},
                "raw": {"type": "string"},
                "formdata": {"type": "array", "items": {"required": ["key", "type"]}},
                "urlencoded": {"type": "array", "items": {"required": ["key", "value"]}},
            },
        },
    },
}


@pytest.fixture
def collection(capsys):
    call_command("export_postman", "--address", "https://chat.example.org/")
    return json.loads(capsys.readouterr().out)


def test_it_is_of_the_format(collection):
    Draft202012Validator.check_schema(COLLECTION)
    assert [*Draft202012Validator(COLLECTION).iter_errors(collection)] == []


def test_it_has_every_operation_once(collection):
    written = sorted(
        (item["request"]["method"].lower(), "/" + "/".join(item["request"]["url"]["path"]))
        for folder in collection["item"]
        for item in folder["item"]
    )
    known = [(verb, path.replace("{", ":").replace("}", "")) for path, verb, _one in operations(schema())]
    assert written == sorted(known)


def test_the_address_and_the_key_are_variables(collection):
    values = {one["key"]: one["value"] for one in collection["variable"]}
    assert values == {"address": "https://chat.example.org", "token": ""}
    assert collection["auth"]["type"] == "bearer"


def test_what_is_open_to_everybody_sends_no_key(collection):
    items = {item["name"]: item for folder in collection["item"] for item in folder["item"]}
    assert items["Health"]["request"]["auth"] == {"type": "noauth"}


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (
            {
                "application/json": {
                    "schema": {"properties": {"title": {"type": "string", "examples": ["Whales"]}}}
                }
            },
            {"mode": "raw", "raw": '{\n  "title": "Whales"\n}', "options": {"raw": {"language": "json"}}},
        ),
        (
            {
                "multipart/form-data": {
                    "schema": {"properties": {"audio": {"type": "string", "format": "binary"}}}
                }
            },
            {"mode": "formdata", "formdata": [{"key": "audio", "type": "file", "src": []}]},
        ),
    ],
)
def test_a_body_is_an_example(content, body):
    operation = {"summary": "Try", "tags": ["x"], "responses": {}, "requestBody": {"content": content}}
    whole = {
        "info": {"title": "T", "description": "", "version": "1"},
        "tags": [],
        "paths": {"/a": {"post": operation}},
    }
    (folder,) = collection_of(whole, "http://localhost")["item"]
    assert folder["item"][0]["request"]["body"] == body
