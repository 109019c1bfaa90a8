"""A small MCP server written with the Python package; ``python garden.py stdio``, or ``http`` and a port.

Run as a program of its own, so it imports nothing of ours.
"""

import asyncio
import os
import sys

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations

server = MCPServer("garden")
beds: list[str] = []


@server.tool(annotations=ToolAnnotations(readOnlyHint=True))
def count_beds() -> int:
    """Counts the beds."""
    return len(beds)


@server.tool()
def plant(flower: str, rows: int = 1) -> str:
    """Plants flowers."""
    beds.append(flower)
    return f"{rows} rows of {flower}"


@server.tool()
def wilt() -> str:
    """Goes wrong."""
    raise ValueError("no water")


@server.tool()
async def grow() -> str:
    """Takes its time."""
    await asyncio.sleep(3600)
    return "grown"


@server.tool()
def die() -> str:
    """Takes the server along."""
    os._exit(1)


@server.tool()
def secrets() -> str:
    """Tells what the server sees of its environment."""
    return " ".join(sorted(os.environ))


if __name__ == "__main__":
    if sys.argv[1] == "stdio":
        server.run("stdio")
    else:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[2]))
