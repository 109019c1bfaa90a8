"""The only HTTP a tool may use: pages of the public internet, and nothing that only this machine can reach.

The name is resolved once, each of its addresses is judged, and the connection goes to the very address that
was judged (``Guarded``), so an answer of the DNS that changes in between changes nothing. A redirect is a
new request that goes the same way. TLS still checks the certificate against the name. No proxy of the
environment is used: it would be the one to resolve. Nothing of ours goes along, no cookie, no credential.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import httpcore2
import httpx2
from django.utils.translation import gettext

from agents.tools.addresses import is_public
from agents.tools.base import ToolProblem
from agents.tools.threads import in_thread

MAX_URL = 2_000
LAST_PORT = 65_535
NOT_PUBLIC = "This address is not on the public internet, so it is not fetched."
REDIRECTS = {301, 302, 303, 307, 308}

Headers = list[tuple[bytes, bytes]]
#: A name and a port to numeric addresses.
Resolve = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one fetch, redirects included. Times in seconds, size in bytes of the last body."""

    total_s: float = 20.0
    connect_s: float = 8.0
    max_bytes: int = 2_000_000
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Page:
    """What came. `url` is where the redirects led; `cut` says that there was more than the bounds allow."""

    url: str
    status: int
    content_type: str
    body: bytes
    cut: bool


READING = {"GET", "HEAD"}
#: What waits for somebody's own interface may wait a little longer than a page.
SERVICE_BOUNDS = Bounds(total_s=35.0)


async def resolve(host: str, port: int) -> list[str]:
    """The addresses the system knows for the name."""
    found = await in_thread(partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def fetch(
    url: str,
    *,
    accept: str = "text/html, text/*, application/json, application/xml;q=0.9",
    bounds: Bounds = Bounds(),
    resolve: Resolve = resolve,
    allowed: Callable[[str], bool] = is_public,
) -> Page:
    """GETs a page, following redirects. Raises ToolProblem for whatever keeps it from coming.

    `resolve` and `allowed` are for tests, which have a server of their own on loopback.
    """
    async with _in_words(bounds):
        return await _follow(url, _headers(accept), bounds, Guarded(resolve, allowed))


async def ask_service(
    url: str,
    *,
    headers: Mapping[str, str] = {},
    private: bool = False,
    bounds: Bounds = Bounds(),
    resolve: Resolve = resolve,
) -> Page:
    """GETs JSON from a service whose address the operator has configured. Raises ToolProblem as `fetch` does.

    With `private` it may be at any address, also inside. A redirect is a problem and is not followed: it
    would take the headers, and so a key, to somebody else, and lead to where only the operator may point.
    """
    own = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    network = Guarded(resolve, (lambda _address: True) if private else is_public)
    async with _in_words(bounds):
        page = await _once(_checked(url), [*_headers("application/json"), *own], bounds, network)
    if isinstance(page, Page):
        return page
    raise ToolProblem("The service sends elsewhere, which is not followed.")


async def call_service(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] = {},
    body: bytes | None = None,
    allowed: Callable[[str], bool] = is_public,
    bounds: Bounds = SERVICE_BOUNDS,
    resolve: Resolve = resolve,
) -> Page:
    """Asks an interface that a superuser has set up. Raises ToolProblem as `fetch` does.

    `headers` and the address may hold secrets, so a redirect is followed only for reading and within scheme,
    host and port.
    """
    own = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    ours = [pair for pair in _headers("application/json, text/*;q=0.9") if pair[0].decode() not in headers]
    network = Guarded(resolve, allowed, refusal=how_to_allow())
    if body is None and method not in READING:
        body = b""
    async with _in_words(bounds):
        for _ in range(bounds.max_redirects + 1):
            target = _checked(url)
            page = await _once(target, [*ours, *own], bounds, network, method=method, body=body)
            if isinstance(page, Page):
                return page
            url = _joined(target, page)
            if method not in READING or _origin(url) != _origin(target):
                raise ToolProblem("The server redirects elsewhere, which is not followed.")
        raise ToolProblem(f"The server redirects more than {bounds.max_redirects} times.")


def how_to_allow() -> str:
    return gettext(
        "This address is not on the public internet. The operator of this installation can allow its "
        "network with TOOL_NETWORKS."
    )


def _origin(url: str) -> tuple[str, str, int | None]:
    parsed = httpx2.URL(url)
    return parsed.scheme, parsed.host, parsed.port


@asynccontextmanager
async def _in_words(bounds: Bounds) -> AsyncIterator[None]:
    """Makes a ToolProblem of whatever goes wrong on the way, and of too long a way."""
    try:
        async with asyncio.timeout(bounds.total_s):
            yield
    except TimeoutError:
        raise ToolProblem(f"The page did not come within {bounds.total_s:g} seconds.") from None
    except httpcore2.TimeoutException:
        raise ToolProblem("The server did not answer in time.") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        raise ToolProblem(f"The page cannot be reached ({type(error).__name__}).") from None


async def _follow(url: str, headers: Headers, bounds: Bounds, network: "Guarded") -> Page:
    for _ in range(bounds.max_redirects + 1):
        target = _checked(url)
        page = await _once(target, headers, bounds, network)
        if isinstance(page, Page):
            return page
        url = _joined(target, page)
    raise ToolProblem(f"The page redirects more than {bounds.max_redirects} times.")


async def _once(
    target: str,
    headers: Headers,
    bounds: Bounds,
    network: "Guarded",
    *,
    method: str = "GET",
    body: bytes | None = None,
) -> Page | str:
    """The page, or where it redirects to."""
    # A pool for each request: a connection kept open would skip the check.
    pool = httpcore2.AsyncConnectionPool(ssl_context=await in_thread(ssl_context), network_backend=network)
    async with (
        pool,
        pool.stream(method, target, headers=headers, content=body, extensions=_timeouts(bounds)) as response,
    ):
        told = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in REDIRECTS and (location := told.get(b"location")):
            return location
        if told.get(b"content-encoding", "identity").lower() != "identity":
            raise ToolProblem("The server sent the page compressed, though it was asked not to.")
        content, cut = await _read(response.aiter_stream(), bounds.max_bytes)
        return Page(target, response.status, told.get(b"content-type", ""), content, cut)


def _checked(url: str) -> str:
    """The address as it goes on the wire, without a fragment. Raises ToolProblem."""
    if len(url) > MAX_URL:
        raise ToolProblem(f"The address is longer than {MAX_URL} characters.")
    try:
        parsed = httpx2.URL(url.strip())
    except (httpx2.InvalidURL, ValueError):
        raise ToolProblem("This is no valid address of a page.") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ToolProblem("Only addresses that begin with http:// or https:// are fetched.")
    if parsed.port is not None and not 0 < parsed.port <= LAST_PORT:
        raise ToolProblem("This address has a port that cannot exist.")
    if parsed.userinfo:
        raise ToolProblem("Addresses with a user name or password are not fetched.")
    return str(parsed.copy_with(fragment=None))


def _joined(base: str, location: str) -> str:
    try:
        return str(httpx2.URL(base).join(location))
    except (httpx2.InvalidURL, ValueError):
        raise ToolProblem("The page redirects to something that is no address.") from None


def _headers(accept: str) -> Headers:
    return [
        (b"User-Agent", b"Parley (an assistant reading a page for a person)"),
        (b"Accept", accept.encode("ascii")),
        (b"Accept-Encoding", b"identity"),  # a few compressed bytes can become gigabytes
        (b"Connection", b"close"),
    ]


def _timeouts(bounds: Bounds) -> dict[str, Any]:
    """`total_s` is over everything, so these need only be no longer."""
    return {"timeout": {"connect": bounds.connect_s, "read": bounds.total_s, "write": bounds.connect_s}}


async def _read(stream: AsyncIterable[bytes], most: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), True
    return bytes(body), False


@cache
def ssl_context() -> ssl.SSLContext:
    """Reads the system's file of certificates."""
    return ssl.create_default_context()


class Guarded(httpcore2.AsyncNetworkBackend):
    """Connects to addresses it has judged, and to no name."""

    def __init__(
        self, resolve: Resolve, allowed: Callable[[str], bool], *, refusal: str = NOT_PUBLIC
    ) -> None:
        self._refusal = refusal
        self._resolve = resolve
        self._allowed = allowed
        self._tcp = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the signature is httpcore2's)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            raise ToolProblem(f"There is no server named {host[:100]!r}.") from None
        # One address that leads inside spoils all: the others may be the bait.
        if not addresses or not all(self._allowed(address) for address in addresses):
            raise ToolProblem(self._refusal)
        for address in addresses[:-1]:
            try:
                return await self._tcp.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._tcp.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
