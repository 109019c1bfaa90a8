"""What goes wrong in a page without anybody seeing it: errors in the console, requests that fail."""

import re

from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response

#: A page that is left takes its requests and its socket with it, and a field takes back what it asked before.
LEFT = "net::ERR_ABORTED"
OF_NO_CONCERN = re.compile(
    "by Playwright|closed before (the connection is est|rec)|htmx:ws:error: .object Event"
)


class Faults:
    """The faults of all pages of a test. A breach of the content security policy is said in the console."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Faults that match one of these are what the test is about."""
        self._expected += patterns

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._seen.append(f"uncaught: {error.error}"))
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)

    def unexpected(self) -> list[str]:
        return [
            fault for fault in self._seen if not any(re.search(pattern, fault) for pattern in self._expected)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not OF_NO_CONCERN.search(message.text):
            self._seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self._seen.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._seen.append(f"status {response.status}: {response.request.method} {response.url}")
