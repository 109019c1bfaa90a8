"""Each request has an id, in its answer and in every line of the log that it causes."""

import ipaddress
import json
import logging

import pytest
from prometheus_client import REGISTRY

from agents import log_ids
from config.asked import KnownRequests
from config.logs import Json, OneLine
from tests.config.asgi import ask

GIVEN = {"x-request-id": "proxy-1.2:3"}


async def echo(scope, receive, send):
    scope["asked"].route = "echo"
    body = log_ids.request_id.get().encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def asked(path: str = "/", **headers: str):
    return await ask(KnownRequests(echo), path, headers=headers)


async def test_it_is_in_the_context_and_in_the_answer():
    one, other = await asked(), await asked()
    assert one.headers["x-request-id"] == one.body.decode() != other.body.decode()
    assert len(one.body) == 32


@pytest.mark.parametrize(("trusted", "taken"), [("127.0.0.0/8", True), ("10.0.0.0/8", False)])
async def test_only_a_trusted_proxy_gives_one(settings, trusted, taken):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network(trusted)]
    assert ((await asked(**GIVEN)).body == b"proxy-1.2:3") is taken


@pytest.mark.parametrize("given", ["", "two words", "a\nb", "x" * 129, "<b>", "é", "a,b"])
async def test_a_malformed_one_is_replaced(settings, given):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.0/8")]
    assert len((await asked(**{"x-request-id": given})).body) == 32


async def test_nothing_of_it_is_left_behind():
    await asked()
    assert log_ids.request_id.get() == ""


async def test_requests_are_counted_by_the_name_of_their_route():
    labels = {"route": "echo", "method": "GET", "status": "2xx"}
    before = REGISTRY.get_sample_value("parley_http_requests_total", labels) or 0
    await asked("/some/path")
    assert REGISTRY.get_sample_value("parley_http_requests_total", labels) == before + 1


async def test_the_access_log_has_a_line_when_the_setting_asks_for_it(settings, caplog):
    caplog.set_level(logging.INFO, "parley.access")
    await asked("/search/")
    assert caplog.messages == []
    settings.ACCESS_LOG = True
    await asked("/search/")
    assert caplog.messages[0].startswith("GET /search/ 200 ")


def record(message: str = "It\nbroke", error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error else None
    return logging.LogRecord("parley", logging.ERROR, __file__, 1, message, None, info)


def test_a_line_of_json_says_whose_it_is():
    token = log_ids.request_id.set("r-1"), log_ids.run_id.set("n-1")
    try:
        line = Json().format(record(error=ValueError("no")))
        text = OneLine().format(record())
    finally:
        log_ids.request_id.reset(token[0])
        log_ids.run_id.reset(token[1])
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["message"], said["request"], said["run"]) == (
        "ERROR",
        "It\nbroke",
        "r-1",
        "n-1",
    )
    assert "ValueError: no" in said["error"]
    assert text.endswith("parley: It ⏎ broke request=r-1 run=n-1")


def test_a_line_outside_of_requests_names_none():
    assert {"request", "run"}.isdisjoint(json.loads(Json().format(record())))
