"""An answer that a view has only promised: sent once it is known, and nothing is held until then."""

import asyncio
import json
import logging

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection, connections
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path
from django.utils.translation import gettext

from accounts.errors import Forbidden
from accounts.later import LaterResponse
from config import faults
from config.pages import Pages
from tests.config.asgi import ask, scope_of

opened: list[asyncio.Event] = []
left: list[str] = []


@login_not_required
def api_later(request):
    async def answer():
        try:
            await opened[-1].wait()
        except asyncio.CancelledError:
            left.append("cancelled")
            raise
        return JsonResponse({"words": gettext("Light")}, status=202, headers={"X-Own": "its own"})

    promise = LaterResponse(request, answer)
    promise.headers["X-Own"] = "of the promise"
    promise.set_cookie("kept", "yes")
    return promise


@login_not_required
def api_stream(request):
    async def pieces():
        yield b"one "
        yield b"two"

    async def answer():
        return StreamingHttpResponse(pieces())

    return LaterResponse(request, answer)


def failing(error):
    @login_not_required
    def view(request):
        async def answer() -> HttpResponse:
            raise error

        return LaterResponse(request, answer)

    return view


urlpatterns = [
    path("api/later", api_later),
    path("api/stream", api_stream),
    path("api/refused", failing(Forbidden("Not from here."))),
    path("api/broken", failing(RuntimeError("a fault of ours"))),
    path("api/away", failing(OperationalError("10.0.0.7 is away"))),
    path("", include("config.urls")),
]
handler500 = faults.server_error
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    opened.append(asyncio.Event())
    left.clear()
    application = Pages()
    yield application
    for thread in application.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


async def test_it_is_sent_when_it_is_known_in_the_language_of_who_asked(site):
    asking = asyncio.create_task(ask(site, "/api/later", headers={"accept-language": "de"}))
    async with asyncio.timeout(10):
        while not site.threads.idle:  # the view has returned, and its thread is free
            await asyncio.sleep(0.01)
        assert not asking.done()
        opened[-1].set()
        answer = await asking
    assert answer.status == 202
    assert json.loads(answer.body) == {"words": "Hell"}
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["x-own"] == "its own"
    assert answer.headers["set-cookie"].startswith("kept=yes")
    assert answer.headers["content-language"] == "de"
    assert "content-security-policy" in answer.headers


async def test_many_that_wait_keep_nobody_waiting(site):
    waiting = [asyncio.create_task(ask(site, "/api/later")) for _ in range(30)]
    async with asyncio.timeout(10):
        answer = await ask(site, "/api/stream")
        assert answer.body == b"one two"
        opened[-1].set()
        assert {one.status for one in await asyncio.gather(*waiting)} == {202}


@pytest.mark.parametrize(
    ("place", "status", "key"),
    [("refused", 403, "forbidden"), ("broken", 500, "server_error"), ("away", 503, "service_unavailable")],
)
async def test_what_goes_wrong_later_is_said_as_if_it_had_been_at_once(site, place, status, key, caplog):
    caplog.set_level(logging.CRITICAL, "django.request")
    answer = await ask(site, f"/api/{place}")
    assert answer.status == status
    assert json.loads(answer.body)["error"] == key
    assert b"fault of ours" not in answer.body
    assert b"10.0.0.7" not in answer.body
    assert (answer.headers.get("retry-after") is not None) == (status == 503)


async def test_a_client_that_leaves_ends_the_waiting(site):
    leaving = asyncio.Event()
    sent = []

    async def receive():
        if not site.threads.idle and not leaving.is_set():
            leaving.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        while not site.threads.idle:
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    async with asyncio.timeout(10):
        await site(scope_of("/api/later"), receive, send)
    assert (left, sent) == (["cancelled"], [])
