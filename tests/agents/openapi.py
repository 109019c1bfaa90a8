"""A small interface described by an OpenAPI document, for tests."""

from typing import Any


def document(paths: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    given = {
        "openapi": "3.1.0",
        "info": {"title": "Garden"},
        "servers": [{"url": "https://garden.test/v1"}],
        "paths": PATHS if paths is None else paths,
    }
    return given | more


def operation(**fields: Any) -> dict[str, Any]:
    return {"operationId": "plant", "responses": {}} | fields


PATHS = {
    "/beds/{bed}": {
        "parameters": [{"name": "bed", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {
            "operationId": "read_bed",
            "summary": "Reads a bed.",
            "parameters": [
                {"name": "deep", "in": "query", "schema": {"type": "boolean"}, "description": "All of it?"},
                {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "X-Season", "in": "header", "schema": {"type": "string"}},
            ],
        },
        "post": {
            "operationId": "plant",
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Flower"}}},
            },
        },
        "delete": {"operationId": "clear"},
    }
}
FLOWER = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
GARDEN = document(components={"schemas": {"Flower": FLOWER}})
