"""Lists of tools, taken out of what a server sends before the package reads it."""

from typing import Any

from anyio.abc import ObjectReceiveStream
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCResponse


class Lists(ObjectReceiveStream[SessionMessage | Exception]):
    """`tools` is the last list that came, whatever is in it; the package is given an empty one."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.tools: list[Any] = []

    async def receive(self) -> SessionMessage | Exception:
        item: SessionMessage | Exception = await self._stream.receive()
        message = item.message if isinstance(item, SessionMessage) else None
        if isinstance(message, JSONRPCResponse) and isinstance(tools := message.result.get("tools"), list):
            self.tools, message.result["tools"] = tools, []
        return item

    async def aclose(self) -> None:
        await self._stream.aclose()
