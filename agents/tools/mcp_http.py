"""The HTTP of an MCP server: to addresses that were judged, within bounds, to one origin."""

from collections.abc import AsyncIterator
from typing import Any

import httpcore2
import httpx2
from django.utils.translation import gettext as _

from agents.tools.base import ToolProblem
from agents.tools.mcp_address import McpAddress
from agents.tools.net import Guarded, how_to_allow, ssl_context
from agents.tools.threads import in_thread

#: Of one answer, an event stream included.
MAX_BYTES = 4_000_000
MAX_CONNECTIONS = 10


async def http_client(server: McpAddress, *, silence_s: float) -> tuple[httpx2.AsyncClient, "Transport"]:
    """A client that reaches the server and nothing else; the caller closes it."""
    transport = Transport(server, await in_thread(ssl_context))
    client = httpx2.AsyncClient(
        transport=transport,
        headers={
            "User-Agent": "Parley",
            **server.headers,
            "Accept-Encoding": "identity",  # a few compressed bytes can become gigabytes
        },
        timeout=httpx2.Timeout(10.0, read=silence_s),
        follow_redirects=False,
        trust_env=False,
    )
    return client, transport


class Transport(httpx2.AsyncBaseTransport):
    """`problem` is the sentence for the last thing that went wrong on the way, empty for none.

    The package that speaks MCP above this tells its callers little of what went wrong below it.
    """

    def __init__(self, server: McpAddress, context: Any) -> None:
        self.problem = ""
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=MAX_CONNECTIONS,
            network_backend=Guarded(server.resolve, server.allowed, refusal=how_to_allow()),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            answer = await self._pool.handle_async_request(
                httpcore2.Request(
                    request.method,
                    httpcore2.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except ToolProblem as problem:
            raise self._failed(str(problem)) from None
        except httpcore2.TimeoutException:
            raise self._failed(_("The server did not answer in time.")) from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError):
            raise self._failed(_("The server cannot be reached.")) from None
        if self._judge(answer):
            await answer.aclose()
            raise self._failed(_("The server's answer is compressed, though we asked it not to be."))
        return httpx2.Response(
            answer.status,
            headers=answer.headers,
            stream=_Bounded(answer.stream, self),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    def _judge(self, answer: httpcore2.Response) -> bool:
        """Keeps what a person can mend, which the package would make vaguer; whether it is compressed."""
        headers = {name.lower(): value for name, value in answer.headers}
        if answer.status in (401, 403):
            self.problem = _("The server refuses us (status %(status)d): check its headers.") % {
                "status": answer.status
            }
        elif 300 <= answer.status < 400:  # noqa: PLR2004 (the class of redirects)
            there = headers.get(b"location", b"").decode("latin-1")[:200]
            self.problem = _("The server redirects to %(address)s: enter that if it is the right one.") % {
                "address": there
            }
        elif answer.status >= 500:  # noqa: PLR2004 (the class of the server's faults)
            self.problem = _("The server answered with the status %(status)d.") % {"status": answer.status}
        return headers.get(b"content-encoding", b"identity").lower() != b"identity"

    def _failed(self, problem: str) -> httpx2.TransportError:
        self.problem = problem
        return httpx2.ConnectError(problem)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: Any, transport: Transport) -> None:
        self._stream = stream
        self._transport = transport

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for chunk in self._stream:
                size += len(chunk)
                if size > MAX_BYTES:
                    self._transport.problem = _("The server sent more than %(limit)d MB.") % {
                        "limit": MAX_BYTES // 1_000_000
                    }
                    raise httpx2.ReadError(self._transport.problem)
                yield chunk
        except httpcore2.TimeoutException:
            raise httpx2.ReadTimeout("no more came") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise httpx2.ReadError(type(error).__name__) from None

    async def aclose(self) -> None:
        await self._stream.aclose()
