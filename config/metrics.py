"""``/metrics``: what this process counted, and what waits in the database, in Prometheus' text format.

To whoever may not ask it is an address that does not exist. Servers answer it among their pages, and workers
on a port of their own.
"""

import ipaddress
import logging
from collections.abc import Mapping
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest

from agents.selectors import Waiting, waiting_runs

logger = logging.getLogger(__name__)

PATH = "/metrics"
ALLOWED = ("GET", "HEAD")
#: Headers of proxies: such a request's address is a proxy's, and says nothing of who asks.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@csrf_exempt
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not may_ask(request.META.get("REMOTE_ADDR", ""), headers):
        raise Http404
    if request.method not in ALLOWED:
        return HttpResponseNotAllowed(ALLOWED)
    return HttpResponse(text(), content_type=CONTENT_TYPE_LATEST)


def may_ask(address: str, headers: Mapping[str, str]) -> bool:
    """By the token, or by an address in ``METRICS_CLIENTS`` with no proxy between; headers in lower case."""
    given = headers.get("authorization", "").encode()
    if settings.METRICS_TOKEN and compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    if any(name in headers for name in FORWARDED):
        return False
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    caller = getattr(caller, "ipv4_mapped", None) or caller
    return any(caller in network for network in settings.METRICS_CLIENTS)


def text() -> bytes:
    """What the process counted, then what the database says; without the latter where it is away."""
    shared = CollectorRegistry()
    up = Gauge("parley_database_up", "Whether the database answered", registry=shared)
    try:
        _describe(waiting_runs(), shared)
        up.set(1)
    except DatabaseError:
        logger.exception("metrics: the database does not answer")
    return generate_latest(REGISTRY) + generate_latest(shared)


def _describe(waiting: Waiting, shared: CollectorRegistry) -> None:
    """Of the whole installation: every process says the same."""
    runs = Gauge("parley_runs_live", "Runs that have not ended, by state", ["state"], registry=shared)
    for state, number in waiting.by_state.items():
        runs.labels(state).set(number)
    oldest = Gauge("parley_queue_oldest_seconds", "How long the oldest run has been queued", registry=shared)
    oldest.set(waiting.oldest_seconds)


class _Door(BaseHTTPRequestHandler):
    """A worker's ``/metrics``, and nothing else."""

    server_version = "parley"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path.partition("?")[0] != PATH or not may_ask(self.client_address[0], headers):
            self._answer(HTTPStatus.NOT_FOUND, b"")
            return
        try:
            self._answer(HTTPStatus.OK, text())
        finally:
            connections.close_all()  # each request has a thread of its own

    do_HEAD = do_GET

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The door says nothing in the log."""


def open_door(host: str, port: int) -> ThreadingHTTPServer:
    """Serves ``/metrics`` in a thread until the process ends. Raises OSError where the port is taken."""
    door = ThreadingHTTPServer((host, port), _Door)
    door.daemon_threads = True
    Thread(target=door.serve_forever, name="metrics", daemon=True).start()
    return door
