"""Server-sent events as Chat Completions servers send them: bytes in, data payloads out."""

from agents.engine.errors import ProviderError

BOM = b"\xef\xbb\xbf"

# A line past this is no chunk of an answer. Bytes.
LONGEST_LINE = 32 * 1024 * 1024


class DataLines:
    """Splits a byte stream into the payloads of its `data:` lines; any split of the bytes gives the same.

    Every data line counts as an event of its own, though the standard joins the lines up to the next empty
    one: servers that forget the empty line exist, servers that spread one chunk over lines are not known.
    Lines end with LF, CRLF or CR. Comments, other fields, empty payloads and a BOM at the beginning are
    dropped. A body that begins with `{` is no event stream but one JSON answer (a server that ignores
    `stream`, an error with status 200): it is one payload.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._is_json: bool | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads completed by this piece. Raises ProviderError for a line without end."""
        if self._is_json is None:
            data = self._begin(data)
        if not data:
            return []
        if self._is_json or not self._ends_a_line(data):
            self._hold(data)
            return []
        if self._parts:
            self._parts.append(data)
            data = b"".join(self._parts)
            self._parts, self._size = [], 0
        lines = data.splitlines(keepends=True)
        if not lines[-1].endswith(b"\n"):  # cut, or ended by a CR that may be half of a CRLF
            self._hold(lines.pop())
        return [payload for line in lines if (payload := _payload(line))]

    def flush(self) -> list[bytes]:
        """What the end of the body completes: its last line need not be ended."""
        rest, self._parts, self._size = b"".join(self._parts).strip(), [], 0
        payload = rest if self._is_json else _payload(rest)
        return [payload] if payload else []

    def _begin(self, data: bytes) -> bytes:
        """Decides by the first byte that says something what kind of body this is."""
        start = b"".join([*self._parts, data]).lstrip()
        while start.startswith(BOM):
            start = start.removeprefix(BOM).lstrip()
        if BOM.startswith(start):  # nothing yet, or half a BOM
            self._parts = [start]
            return b""
        self._parts = []
        self._is_json = start.startswith(b"{")
        return start

    def _ends_a_line(self, data: bytes) -> bool:
        return b"\n" in data or b"\r" in data or bool(self._parts and self._parts[-1].endswith(b"\r"))

    def _hold(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size > LONGEST_LINE:
            raise ProviderError(detail=f"a line of more than {LONGEST_LINE} bytes")


def _payload(line: bytes) -> bytes:
    return line[5:].strip() if line.startswith(b"data:") else b""
