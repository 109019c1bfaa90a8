"""What tools of other servers are called here: ``<server>__<tool>``, as every model's server takes it."""

import re
from collections.abc import Container
from hashlib import sha256

#: Between the name of a server and that of its tool; in no name of ours and in no server's.
SEPARATOR = "__"
#: What OpenAI and others take: letters, digits, underscore and hyphen, up to 64.
MAX_CHARS = 64
MAX_SERVER_CHARS = 20
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
#: One of their names, as a regular expression.
PATTERN = r"[a-z0-9](?:-?[a-z0-9]){0,19}__[A-Za-z0-9_-]{1,62}"
_REMOTE = re.compile(PATTERN)


def is_remote(name: str) -> bool:
    """Whether a name can be that of another server's tool, be that server here or not."""
    return len(name) <= MAX_CHARS and _REMOTE.fullmatch(name) is not None


def server_of(name: str) -> str:
    return name.partition(SEPARATOR)[0]


def remote_name(server: str, tool: str, taken: Container[str] = ()) -> str:
    """A name that is not taken; the same for the same names each time."""
    own = _ODD.sub("_", tool).strip("_") or "tool"
    name = f"{server}{SEPARATOR}{own}"
    if len(name) > MAX_CHARS or name in taken:
        mark = sha256(tool.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        name = f"{name[: MAX_CHARS - 9]}_{mark}"
    return name
