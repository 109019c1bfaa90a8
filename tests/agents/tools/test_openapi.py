"""OpenAPI documents become tools, and a bad one becomes sentences."""

import json
import time

import pytest
import yaml

from agents.tools.openapi import MAX_OPERATIONS, read_document
from tests.agents.openapi import FLOWER, GARDEN, document, operation


def read(given):
    return read_document(given if isinstance(given, str) else json.dumps(given), "garden")


def test_operations_are_tools_with_names_schemas_and_effects():
    found = {one.remote: one for one in read(GARDEN).operations}
    assert [one.name for one in found.values()] == ["garden__read_bed", "garden__plant", "garden__clear"]
    assert {name: one.reads_only for name, one in found.items()} == {
        "read_bed": True,
        "plant": False,
        "clear": False,
    }
    assert found["read_bed"].description == "Reads a bed."
    assert found["read_bed"].schema == {
        "type": "object",
        "properties": {
            "bed": {"type": "string"},
            "deep": {"type": "boolean", "description": "All of it?"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "X-Season": {"type": "string"},
        },
        "required": ["bed"],
        "additionalProperties": False,
    }
    assert found["plant"].schema["properties"]["body"] == FLOWER
    assert found["plant"].schema["required"] == ["bed", "body"]
    assert found["clear"].description == "DELETE /beds/{bed}"


def test_yaml_is_read_like_json():
    assert read(yaml.safe_dump(GARDEN)) == read(GARDEN)


@pytest.mark.parametrize(
    ("servers", "base"),
    [
        ([], ""),
        ([{"url": "/v1"}], ""),
        ([{"url": "https://a.test"}, {"url": "https://b.test"}], "https://a.test"),
        ([{"url": "https://{who}.test", "variables": {"who": {"default": "a"}}}], "https://a.test"),
        ([{"url": 5}], ""),
        ("https://a.test", ""),
        ([{"url": "javascript:alert(1)"}], ""),
    ],
)
def test_the_first_server_named_in_full_is_the_address(servers, base):
    assert read(document(servers=servers)).base == base


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "neither JSON nor YAML"),
        ("[]", "neither JSON nor YAML"),
        ("just words", "neither JSON nor YAML"),
        ("{", "Line 1: "),
        ("a: [", "Line [12]: "),
        ("a: &b {}\nc: *b", "aliases are not taken"),
        ("a: !!python/object:os.system {}", "Line 1: "),
        ("\x00", "neither JSON nor YAML"),
        ("[" * 100_000, "neither JSON nor YAML|Line"),
        ("{" * 100_000, "Line 1|neither"),
        ("x" * 1_000_001, "longer than"),
        ({"swagger": "2.0", "paths": {}}, "Swagger 2"),
        ({"openapi": "4.0", "paths": {"/": {}}}, "does not say"),
        ({"openapi": 3.1, "paths": {"/": {}}}, "does not say"),
        ({"openapi": "3.1.0"}, "no paths"),
        ({"openapi": "3.1.0", "paths": []}, "no paths"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_document_that_is_none_is_one_sentence(given, says):
    with pytest.raises(ValueError, match=says):
        read(given)


def ref(name):
    return {"$ref": f"#/components/{name}"}


BAD = {
    "a body of parts": operation(requestBody={"required": True, "content": {"multipart/form-data": {}}}),
    "a cookie": operation(parameters=[{"in": "cookie", "name": "a", "required": True}]),
    "no name": operation(parameters=[{"in": "query"}]),
    "a name of no text": operation(parameters=[{"in": "query", "name": {}}]),
    "no list": operation(parameters={"a": 1}),
    "no object": operation(parameters=["a"]),
    "nowhere": operation(parameters=[ref("gone")]),
    "elsewhere": operation(parameters=[{"$ref": "http://evil.test/x.json"}]),
    "round": operation(parameters=[ref("round")]),
    "a schema that is none": operation(parameters=[{"in": "query", "name": "a", "schema": {"items": 5}}]),
    "too large": operation(parameters=[{"in": "query", "name": "a", "schema": {"enum": ["x" * 1000] * 100}}]),
    "too many": operation(parameters=[{"in": "query", "name": f"a{n}", "schema": {}} for n in range(100)]),
    "a body of no object": operation(requestBody=5),
    "a path undescribed": None,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_operation_costs_itself_only(name):
    path = "/bad/{id}" if BAD[name] is None else "/bad"
    paths = {path: {"post": BAD[name] or operation()}, "/good": {"get": operation(operationId="good")}}
    found = read(document(paths, components={"round": ref("round")}))
    assert [one.remote for one in found.operations] == ["good"]
    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"“POST {path}” is left out: ")


@pytest.mark.parametrize("path", ["no-slash", "", 5])
def test_a_path_that_is_none_is_said(path):
    found = read(yaml.safe_dump(document({path: {"get": operation()}, "/good": {"get": operation()}})))
    assert len(found.operations) == len(found.problems) == 1


@pytest.mark.parametrize("item", [None, [], "get", {"get": None}, {"get": []}, {"trace": {}}, {"x-y": 1}])
def test_what_is_no_operation_is_passed_over(item):
    found = read(document({"/a": item, "/good": {"get": operation()}}))
    assert len(found.operations) == 1


def test_a_schema_that_contains_itself_ends():
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}
    (one,) = read(
        document({"/a": {"post": operation(requestBody=body)}}, components={"schemas": {"Node": node}})
    ).operations
    assert "$ref" not in json.dumps(one.schema)


def test_operations_without_or_with_the_same_id_have_names_of_their_own():
    paths = {"/a/{b}": {"get": {"parameters": [{"name": "b", "in": "path"}]}}}
    paths |= {f"/{n}": {"get": operation()} for n in range(3)}
    names = [one.name for one in read(document(paths)).operations]
    assert names[0] == "garden__get__a_b"
    assert len(set(names)) == 4


def test_a_parameter_named_like_the_body_keeps_its_place():
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    parameters = [{"name": "body", "in": "query", "schema": {"type": "string"}}]
    (one,) = read(document({"/a": {"post": operation(parameters=parameters, requestBody=body)}})).operations
    assert one.places == {"query_body": ("query", "body", "repeat"), "body": ("body", "body", "")}


def test_headers_of_the_transport_are_no_arguments():
    parameters = [{"name": name, "in": "header"} for name in ("Authorization", "Host", "X-Ours")]
    (one,) = read(document({"/a": {"get": operation(parameters=parameters)}})).operations
    assert list(one.places) == ["X-Ours"]


def test_a_thousand_operations_are_cut():
    paths = {f"/{n}": {"get": operation(operationId=f"o{n}")} for n in range(1000)}
    found = read(document(paths))
    assert len(found.operations) == MAX_OPERATIONS
    assert "first 200" in found.problems[-1]


def test_what_nobody_sees_is_named_or_costs_the_operation():
    hidden = document(
        {
            "/a": {"get": operation(summary="Reads\u202e it\U000e0041")},
            "/b": {"get": operation(parameters=[{"name": "q\u200b", "in": "query"}])},
        }
    )
    found = read_document(json.dumps(hidden), "x")
    assert [one.description for one in found.operations] == ["Reads[U+202E] it[U+E0041]"]
    assert "characters that cannot be seen" in found.problems[0]


def test_references_to_what_is_large_cost_no_time():
    large = {"enum": ["x"] * 100_000}
    many = [{"name": f"p{n}", "in": "query", "schema": {"$ref": "#/components/schemas/l"}} for n in range(9)]
    paths = {f"/{n}": {"get": operation(parameters=many)} for n in range(500)}
    began = time.process_time()
    found = read_document(json.dumps(document(paths, components={"schemas": {"l": large}})), "x")
    assert time.process_time() - began < 10
    assert not found.operations
