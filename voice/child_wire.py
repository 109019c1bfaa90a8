"""How a server and its child talk: messages of a JSON object and some bytes, one answer for each question."""

import json
import struct
from typing import IO, Any, TypeAlias

Message: TypeAlias = tuple[dict[str, Any], bytes]

_LENGTHS = struct.Struct("!II")


def write(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Raises OSError where nobody reads any more."""
    encoded = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    stream.write(body)
    stream.flush()


def read(stream: IO[bytes]) -> Message | None:
    """The next message; None where the other end closed, also in the midst of one."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    of_header, of_body = _LENGTHS.unpack(lengths)
    rest = stream.read(of_header + of_body)
    if len(rest) < of_header + of_body:
        return None
    return json.loads(rest[:of_header]), rest[of_header:]
