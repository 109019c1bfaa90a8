"""Text that every store and socket accepts, out of whatever a model sent."""

REPLACEMENT = "\ufffd"


class WholeCharacters:
    """Repairs a stream of text pieces: any split of the same text gives the same result.

    JSON can escape half of a surrogate pair, and some servers put the halves of an emoji in two chunks; UTF-8
    can encode neither half. PostgreSQL refuses NUL. Halves are joined, what stays alone becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        if piece.isascii() and not self._half:
            return piece if "\0" not in piece else piece.replace("\0", REPLACEMENT)
        piece, self._half = self._half + piece, ""
        if "\ud800" <= piece[-1:] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        whole = piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.replace("\0", REPLACEMENT)

    def flush(self) -> str:
        """What the end of the stream leaves of a half."""
        left, self._half = self._half, ""
        return REPLACEMENT if left else ""


def storable(text: str) -> str:
    """The whole of a text in such characters."""
    characters = WholeCharacters()
    return characters.feed(text) + characters.flush()
