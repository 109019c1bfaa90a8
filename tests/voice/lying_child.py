"""A child that answers what it is sent, as one that a recording has taken over could."""

import json
from typing import Any

from children.life import Bounds, live
from children.wire import Message


def answer(_question: dict[str, Any], body: bytes) -> Message:
    return json.loads(body), b"\0\0"


if __name__ == "__main__":
    live(answer, Bounds(memory=256 * 1024 * 1024, cpu=10))
