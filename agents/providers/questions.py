"""A model request as the parameters of Chat Completions."""

import json
from typing import Any

from agents.engine.messages import ChatMessage, ModelRequest, ToolCall, ToolSpec


def parameters_of(request: ModelRequest) -> dict[str, Any]:
    """The keyword arguments of `chat.completions.create`, streaming and with usage."""
    request = request.with_continuation_spelled_out()
    optional = {
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "tools": [_tool(tool) for tool in request.tools] or None,
    }
    return {
        "model": request.model,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        **{name: value for name, value in optional.items() if value is not None},
    }


def _message(message: ChatMessage) -> dict[str, Any]:
    # A lone surrogate cannot be encoded, and old transcripts may hold one.
    wire: dict[str, Any] = {
        "role": message.role,
        "content": message.content.encode("utf-8", "replace").decode("utf-8"),
    }
    if message.tool_calls:
        wire["tool_calls"] = [_tool_call(call) for call in message.tool_calls]
    if message.tool_call_id is not None:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def _tool_call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": _valid(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _valid(arguments: str) -> str:
    """Some servers parse the arguments of past calls and refuse the request over broken ones."""
    try:
        return arguments if isinstance(json.loads(arguments), dict) else "{}"
    except (ValueError, RecursionError):
        return "{}"


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}
