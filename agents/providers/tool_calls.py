"""Tool calls out of the pieces they are streamed in, whoever streams them."""

import json
from dataclasses import dataclass, field
from typing import Any

from agents.engine.deltas import ToolCallDelta

# More calls than this in one answer are a model running in circles; the rest is not even counted.
MOST_CALLS = 1_000


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class ToolCallAssembler:
    """Gathers `tool_calls` deltas; `take` gives the whole calls.

    OpenAI numbers the calls by `index`, sends id and name once, and the arguments as pieces of one string.
    Others leave out the index, number every call 0, send the id late or again, repeat the name with every
    piece, or send the arguments as an object. So: another id is another call, and so is another name where
    neither id nor index tells them apart; the first id and name of a call stand.
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}

    def add(self, pieces: object) -> None:
        """Takes in the `tool_calls` of one chunk: a list of pieces, or one piece alone."""
        for piece in pieces if isinstance(pieces, list) else [pieces]:
            if isinstance(piece, dict):
                self._add(piece)

    def take(self) -> list[ToolCallDelta]:
        """The calls gathered since the last take, in the order they began."""
        calls, self._calls, self._by_index = self._calls, [], {}
        return [delta for call in calls for delta in _deltas(call)][:MOST_CALLS]

    def _add(self, piece: dict[str, Any]) -> None:
        function = piece.get("function")
        function = function if isinstance(function, dict) else {}
        call_id, name = _text(piece.get("id")), _text(function.get("name"))
        call = self._call_of(piece.get("index"), call_id, name)
        call.id = call.id or call_id
        call.name = call.name or name
        call.arguments.append(_arguments(function.get("arguments")))

    def _call_of(self, index: object, call_id: str, name: str) -> _Call:
        call = self._by_index.get(index) if isinstance(index, int) else self._last()
        if call is not None and _is_another(call, call_id, name, numbered=isinstance(index, int)):
            call = next((other for other in self._calls if call_id and other.id == call_id), None)
        if call is None:
            call = _Call()
            self._calls.append(call)
        if isinstance(index, int):
            self._by_index[index] = call
        return call

    def _last(self) -> _Call | None:
        return self._calls[-1] if self._calls else None


def _is_another(call: _Call, call_id: str, name: str, *, numbered: bool) -> bool:
    if call_id and call.id:
        return call_id != call.id
    renamed = bool(name and call.name and name != call.name)
    return renamed and not (call_id and numbered)


def _deltas(call: _Call) -> list[ToolCallDelta]:
    first, *more = _objects("".join(call.arguments))
    return [
        ToolCallDelta(call.id, call.name, first),
        *(ToolCallDelta("", call.name, arguments) for arguments in more),
    ]


def _objects(arguments: str) -> list[str]:
    """The JSON objects in a call's arguments, mostly one; broken arguments are left as they are.

    Several objects in a row are several calls that the server glued together, except for repetitions (it
    sent the whole with every piece: the call must not be made twice) and empty ones (its idea of "none yet").
    """
    try:
        values = _values(arguments)
    except (ValueError, RecursionError):
        return [arguments]
    if not values or values == [None]:
        return ["{}"]
    if len(values) == 1:
        # A string is an object that was encoded twice.
        return [values[0] if isinstance(values[0], str) else arguments]
    different = list(dict.fromkeys(json.dumps(value) for value in values if value))
    return different or ["{}"]


def _values(text: str) -> list[Any]:
    decoder, values, at = json.JSONDecoder(), [], 0
    text = text.strip()
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
        at += len(text[at:]) - len(text[at:].lstrip())
    return values


def _arguments(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


def _text(value: object) -> str:
    return "" if value is None else str(value)
