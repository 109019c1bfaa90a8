"""Server-sent events of our own making, and what they are sent with."""

import json
from typing import Any

#: No cache keeps a stream, and no proxy holds it back to send it in larger portions.
UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
COMMENT = ": still here\n\n"


def frame(kind: str, **data: Any) -> str:
    """One event with its data as JSON."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\ndata: {text}\n\n"
