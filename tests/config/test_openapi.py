"""The description of the API: what programs are written against does not change unnoticed."""

import json
from collections import Counter
from pathlib import Path

import ninja
import pytest
from django.core.management import call_command
from django.test import Client

from config.api import api, schema
from config.api_examples import example_of, resolved
from config.api_schema import REFUSALS, TAGS, operations
from tests.config.openapi_changes import changes

PINNED = Path(__file__).with_name("openapi.json")
HOW = "If that is meant: .venv/bin/python manage.py export_openapi > tests/config/openapi.json"
OPERATIONS = {one["operationId"]: (path, verb, one) for path, verb, one in operations(schema())}


def test_it_is_as_it_was():
    pinned = json.loads(PINNED.read_text("utf-8"))
    now = json.loads(json.dumps(schema()))
    assert not (found := changes(pinned, now)), "\n".join([*found, HOW])


def test_no_two_schemas_have_one_name():
    """The framework describes both by whichever it met last."""
    found, seen = [ninja.Schema], Counter()
    while found:
        one = found.pop()
        found += one.__subclasses__()
        seen[one.__name__] += one.__module__.partition(".")[0] in ("accounts", "agents", "chat", "webhooks")
    assert [name for name, times in seen.items() if times > 1] == []


def test_a_change_is_named_by_its_operation():
    now = json.loads(json.dumps(schema()))
    path, verb, operation = operations(now)[0]
    operation["responses"].pop("429")
    operation["responses"]["418"] = {"description": "A teapot"}
    operation["summary"] = "Something else"
    name = f"{verb.upper()} {path}"
    found = changes(schema(), now)
    assert f"{name}: responses: 429 is gone" in found
    assert f"{name}: responses: 418 is new" in found
    assert any(one.startswith(f"{name}: summary was ") for one in found)
    assert len(found) == 3


def test_it_is_at_its_address_for_everybody(client: Client):
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(schema()))


def test_the_command_writes_the_same(capsys):
    call_command("export_openapi")
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(schema()))


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_what_it_is_and_how_it_refuses(name):
    path, _verb, operation = OPERATIONS[name]
    assert name.isascii() and name.islower()
    assert operation["summary"]
    assert operation.get("description"), f"{name}: a docstring is missing"
    assert set(operation["tags"]) <= TAGS.keys()
    for status, answer in operation["responses"].items():
        if int(status) < 400 or path == "/api/health" or path.startswith("/v1/"):
            continue
        (content,) = resolved(answer, schema())["content"].values()
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, status


def test_no_two_operations_have_one_id():
    assert len(OPERATIONS) == len(operations(schema()))


def test_who_may_call_is_said_of_each():
    asking = {
        one.operation_id: bool(one.auth_callbacks)
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for one in view.operations
    }
    for name, (_path, _verb, operation) in OPERATIONS.items():
        if asking.get(name):
            assert "security" not in operation
            assert {"401", "403"} <= operation["responses"].keys()
        elif name in asking:
            assert operation["security"] == []
    assert schema()["security"] == [{"bearer": []}, {"session": []}]
    assert schema()["components"]["securitySchemes"].keys() == {"bearer", "session"}


def test_references_lead_somewhere():
    def look(value):
        if isinstance(value, dict):
            if "$ref" in value:
                assert resolved(value, schema()), value
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(schema())


def test_every_refusal_is_described_once():
    responses = schema()["components"]["responses"]
    assert responses.keys() == {f"Refused{status}" for status in REFUSALS}
    assert "Retry-After" in responses["Refused429"]["headers"]
    assert "WWW-Authenticate" in responses["Refused401"]["headers"]


@pytest.mark.parametrize(
    ("of", "example"),
    [
        ({"type": "string", "examples": ["Ada"]}, "Ada"),
        ({"type": "integer", "default": 50}, 50),
        ({"enum": ["a", "b"]}, "a"),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, False),
        ({"type": "array", "items": {"type": "number"}}, [1.0]),
        (
            {"properties": {"id": {"type": "string", "format": "uuid"}}},
            {"id": "019a0000-0000-7000-8000-000000000001"},
        ),
    ],
)
def test_an_example_fits_its_schema(of, example):
    assert example_of(of, {}) == example


def test_an_example_of_what_contains_itself_ends():
    whole = {
        "a": {"properties": {"child": {"$ref": "#/a"}, "list": {"type": "array", "items": {"$ref": "#/a"}}}}
    }
    assert json.dumps(example_of({"$ref": "#/a"}, whole))


def test_no_text_that_is_sent_may_hold_what_no_database_stores():
    for _path, _verb, operation in OPERATIONS.values():
        sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for name, value in resolved(sent.get("schema", {}), schema()).get("properties", {}).items():
            if value.get("type") == "string":
                assert value.keys() & {"pattern", "format", "enum"}, (operation["operationId"], name)
