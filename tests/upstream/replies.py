"""Whole replies as most tests want them: words, tool calls, or words and then nothing more."""

import json
from collections.abc import Mapping
from typing import Any

from tests.upstream.server import HANG, Part, Reply
from tests.upstream.wire import DONE, call, chunk, piece


def says(text: str) -> Reply:
    """The whole answer."""
    return Reply([chunk(text), chunk(finish="stop"), DONE])


def asks(*calls: tuple[str, Mapping[str, Any]], first: str = "") -> Reply:
    """Asks for tools, each ``(name, arguments)``, perhaps after some words."""
    return Reply([*([chunk(first)] if first else []), *calling(*calls)])


def calling(*calls: tuple[str, Mapping[str, Any]]) -> list[Part]:
    """The parts that ask for tools. Their ids are the same in each answer, as those of some models are."""
    pieces = [
        piece(name, json.dumps(arguments), index=number, id=f"call_{number}", type="function")
        for number, (name, arguments) in enumerate(calls)
    ]
    return [call(*pieces), chunk(finish="tool_calls"), DONE]


def hangs(text: str = "") -> Reply:
    """Perhaps some words, and then nothing until the client leaves."""
    return Reply([*([chunk(text)] if text else []), HANG])
