"""Chat Completions chunks as a server writes them."""

import json
from typing import Any

DONE = b"data: [DONE]\n\n"
HEAD = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1763683200, "model": "fake"}


def data(value: Any) -> bytes:
    """One event."""
    return b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def chunk(content: Any = None, *, finish: str | None = None, **delta: Any) -> bytes:
    """One chunk with one choice; keywords are further fields of its delta."""
    if content is not None:
        delta["content"] = content
    return data({**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def usage(prompt: int = 7, completion: int = 5, choices: Any = ()) -> bytes:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return data({**HEAD, "choices": list(choices), "usage": counts})


def call(*pieces: dict[str, Any]) -> bytes:
    """A chunk of tool call pieces."""
    return chunk(tool_calls=list(pieces))


def piece(name: str | None = None, arguments: Any = None, **fields: Any) -> dict[str, Any]:
    """A piece of a tool call; None leaves a field out."""
    function = {"name": name, "arguments": arguments}
    return {**fields, "function": {key: value for key, value in function.items() if value is not None}}


def error(message: str = "upstream said no", **fields: Any) -> bytes:
    return data({"error": {"message": message, **fields}})


def error_body(message: str, **fields: Any) -> bytes:
    return json.dumps({"error": {"message": message, **fields}}).encode()
