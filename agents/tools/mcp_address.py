"""Where an MCP server is and what may be sent to it; and the tools it has offered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.tools.addresses import is_public
from agents.tools.net import Resolve, resolve


@dataclass(frozen=True, slots=True)
class McpAddress:
    """`url` for streamable HTTP, else `command`: the words of a program that speaks by stdin and stdout.

    `headers` are secrets, masked in what comes back; `problem` is why they cannot be had. `allowed` judges
    the addresses that the URL's name has, where the connection is made.
    """

    server: str
    url: str = ""
    command: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    problem: str = ""
    allowed: Callable[[str], bool] = is_public
    resolve: Resolve = resolve


@dataclass(frozen=True, slots=True)
class Offer:
    """One tool of a server. `name` is ours, `remote` the server's; `schema` is plain and bounded."""

    name: str
    remote: str
    description: str
    schema: dict[str, Any]
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What a server offers, and in sentences what of it cannot be used."""

    offers: tuple[Offer, ...]
    notes: tuple[str, ...] = ()
