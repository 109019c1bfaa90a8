"""An MCP server on a raw socket that says whatever a test wants it to say."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from agents.tools.mcp_address import McpAddress

#: What a method is answered with: a result, whole bytes of an HTTP answer, or a coroutine that writes.
Reply = dict[str, Any] | bytes | Callable[[asyncio.StreamWriter, dict[str, Any]], Awaitable[None]]

GREETING = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "liar", "version": "1"},
}
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}


def tool(name: Any = "echo", **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "Says it again", "inputSchema": SCHEMA} | fields


def said(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}]}


def http(body: bytes, *, status: str = "200 OK", kind: str = "application/json", **headers: str) -> bytes:
    named = {"content-type": kind, "content-length": str(len(body)), "connection": "close", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def result(message: dict[str, Any], value: object) -> bytes:
    return http(json.dumps({"jsonrpc": "2.0", "id": message.get("id"), "result": value}).encode())


async def hang(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    await asyncio.Event().wait()


async def hang_up(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    writer.close()


class Liar:
    """`async with Liar(**{"tools/list": …})`; keeps the messages it gets, and the heads of their requests."""

    def __init__(self, replies: dict[str, Reply] | None = None) -> None:
        self.replies: dict[str, Reply] = {
            "server/discover": b"",
            "initialize": GREETING,
            "tools/list": {"tools": [tool()]},
            "tools/call": said("It is said."),
            **(replies or {}),
        }
        self.messages: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Liar":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await self._server.wait_closed()

    def address(self, **fields: Any) -> McpAddress:
        given = {"server": "liar", "url": f"http://127.0.0.1:{self.port}/mcp", "allowed": lambda _: True}
        return McpAddress(**(given | fields))

    def methods(self) -> list[str]:
        return [message.get("method", "") for message in self.messages]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.get_running_loop().create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.heads.append(head)
            size = next(
                (int(line.split(":")[1]) for line in head.lower().split("\r\n") if "content-length" in line),
                0,
            )
            message = json.loads(await reader.readexactly(size) or b"{}")
            await self._answer(head, message, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has seen enough
        finally:
            writer.close()

    async def _answer(self, head: str, message: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        if not head.startswith("POST"):
            writer.write(http(b"", status="405 Method Not Allowed"))
            return
        self.messages.append(message)
        reply = self.replies.get(message.get("method", ""))
        if "id" not in message:
            writer.write(http(b"", status="202 Accepted"))
        elif reply == b"" or reply is None:
            error = {"code": -32601, "message": "Method not found"}
            writer.write(http(json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}).encode()))
        elif isinstance(reply, bytes):
            writer.write(reply)
        elif isinstance(reply, dict):
            writer.write(result(message, reply))
        else:
            await reply(writer, message)
