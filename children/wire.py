"""How a server and its child talk: messages of a JSON object and some bytes, one answer for each question.

Before the first question the child says that it is ready, and before an answer perhaps how far it is.
"""

import json
import struct
from typing import IO, Any, TypeAlias

#: The name under which a child tells something before it answers.
SO_FAR = "so_far"

Message: TypeAlias = tuple[dict[str, Any], bytes]

#: Bytes of the two parts. A child that a crafted file has taken over is not to fill the server's memory.
MOST_HEADER = 64 * 1024
MOST_BODY = 256 * 1024 * 1024

_LENGTHS = struct.Struct("!II")


def write(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Raises OSError where nobody reads any more."""
    encoded = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    stream.write(body)
    stream.flush()


def read(stream: IO[bytes]) -> Message | None:
    """The next message; None where the other end closed, also in the midst of one.

    Raises ValueError for what is no message.
    """
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    of_header, of_body = _LENGTHS.unpack(lengths)
    if of_header > MOST_HEADER or of_body > MOST_BODY:
        raise ValueError("a message is too long")
    encoded, body = stream.read(of_header), stream.read(of_body)
    if len(body) < of_body or len(encoded) < of_header:
        return None
    header = json.loads(encoded)
    if not isinstance(header, dict):
        raise ValueError("a message begins with something else than an object")
    return header, body
