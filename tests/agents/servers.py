"""Servers of tools as rows, for tests."""

import json
from dataclasses import asdict

from agents.models import HttpToolset, McpServer
from agents.sealing import seal
from agents.tools.openapi import read_document
from tests.agents.openapi import GARDEN

OFFER = {
    "name": "garden__plant",
    "remote": "plant",
    "description": "Plants flowers.",
    "schema": {"type": "object", "properties": {"flower": {"type": "string"}}},
    "reads_only": False,
}


def server(**fields) -> McpServer:
    """A server named Garden that offers one tool."""
    given = {"name": "Garden", "slug": "garden", "address": "https://garden.test/mcp", "tools": [OFFER]}
    given |= fields
    secrets = given.pop("headers", {})
    return McpServer.objects.create(**given, sealed=seal(secrets, address=given["address"] or "http://x"))


def interface(**fields) -> HttpToolset:
    """An HTTP interface named Park with the operations of the garden."""
    tools = [asdict(one) for one in read_document(json.dumps(GARDEN), "park").operations]
    given = {"name": "Park", "slug": "park", "base_address": "https://garden.test/v1", "tools": tools}
    given |= {"chosen": [tool["name"] for tool in tools]} | fields
    secret = given.pop("secret", "")
    sealed = seal({"secret": secret} if secret else {}, address=given["base_address"])
    return HttpToolset.objects.create(**given, sealed=sealed)
