"""What comes in, made fit for the parser: line ends, NUL and lone surrogates."""

import re

_UNFIT = re.compile("[\x00\ud800-\udfff]")


def readable(text: str) -> str:
    """``text`` with ``\\n`` line ends, and U+FFFD for what UTF-8 or HTML cannot carry."""
    return fit(text).replace("\r\n", "\n").replace("\r", "\n")


def fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def escaped(text: str) -> str:
    """``text`` exactly as the sanitiser writes a text node."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\xa0", "&nbsp;")
