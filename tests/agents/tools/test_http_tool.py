"""Calling an operation: what goes on the wire, who gets the credential, and what a server may answer."""

import asyncio
import json

import pytest

from agents.tools.base import CallContext, ToolProblem
from agents.tools.http_answers import told
from agents.tools.http_tool import HttpAddress, HttpTool, basic, request_of
from agents.tools.net import Page
from agents.tools.openapi import read_document
from tests.agents.openapi import GARDEN, document, operation
from tests.agents.tools.web import Web, answer, redirect

OPERATIONS = {one.remote: one for one in read_document(json.dumps(GARDEN), "garden").operations}
BASE = HttpAddress("https://garden.test/v1/")


def wire(name="read_bed", address=BASE, /, **arguments):
    return request_of(OPERATIONS[name], address, arguments)


def one(path="/a", method="get", **fields):
    (found,) = read_document(json.dumps(document({path: {method: operation(**fields)}})), "x").operations
    return found


def test_arguments_go_where_the_document_says():
    request = wire(bed="a/b c", deep=True, tags=["x", "y&z"], **{"X-Season": "spring"})
    assert request.method == "GET"
    assert request.url == "https://garden.test/v1/beds/a%2Fb%20c?deep=true&tags=x&tags=y%26z"
    assert request.headers == {"X-Season": "spring"}
    assert request.body is None


def test_a_body_is_json():
    request = wire("plant", bed="1", body={"name": "röse"})
    assert (request.method, request.headers) == ("POST", {"Content-Type": "application/json"})
    assert json.loads(request.body) == {"name": "röse"}


@pytest.mark.parametrize(
    ("parameter", "value", "query"),
    [
        ({}, ["a", "b"], "p=a&p=b"),
        ({"explode": False}, ["a", "b"], "p=a%2Cb"),
        ({}, {"a": 1, "b": None}, "a=1&b=null"),
        ({"explode": False}, {"a": 1}, "p=a%2C1"),
        ({"style": "deepObject"}, {"a": 1, "b": "c"}, "p%5Ba%5D=1&p%5Bb%5D=c"),
        ({"content": {"application/json": {"schema": {}}}}, {"a": [1]}, "p=%7B%22a%22%3A+%5B1%5D%7D"),
        ({}, 1.5, "p=1.5"),
        ({}, "a b&c", "p=a+b%26c"),
    ],
)
def test_lists_and_objects_are_written_in_their_style(parameter, value, query):
    found = one(parameters=[{"name": "p", "in": "query", **parameter}])
    assert request_of(found, BASE, {"p": value}).url == f"https://garden.test/v1/a?{query}"


def test_a_form_is_written_as_one():
    body = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}
    request = request_of(one(method="post", requestBody=body), BASE, {"body": {"a": "b c", "d": [1, 2]}})
    assert request.body == b"a=b+c&d=1&d=2"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("bed", ["..", ".", ""])
def test_a_part_of_a_path_leads_nowhere_else(bed):
    with pytest.raises(ToolProblem):
        wire(bed=bed)


@pytest.mark.parametrize(
    "bed", ["../../admin", "a?b=c", "a#b", "http://evil.test/", "%2e%2e", "a\r\nb", "\\"]
)
def test_a_value_cannot_change_the_address(bed):
    url = wire(bed=bed).url
    assert url.startswith("https://garden.test/v1/beds/")
    assert not set(url.removeprefix("https://garden.test/v1/beds/")) & set("/?#\\\r\n")


@pytest.mark.parametrize("arguments", [{}, {"bed": "1", "other": 1}, {"bed": "1", "X-Season": "a\r\nb: c"}])
def test_wrong_arguments_are_named(arguments):
    with pytest.raises(ToolProblem, match="Wrong arguments"):
        wire("read_bed", BASE, **arguments)


@pytest.mark.parametrize("header", ["X-Season", "x-season", "X-SEASON"])
def test_a_model_cannot_set_the_credential(header):
    address = HttpAddress("https://x.test", headers={header: "secret"}, query={"deep": "secret"})
    request = wire("read_bed", address, bed="1", deep=False, **{"X-Season": "mine"})
    assert request.headers == {header: "secret"}
    assert request.url.endswith("?deep=secret")


def here(web, **fields):
    return HttpAddress(f"http://127.0.0.1:{web.port}", allowed=lambda address: True, **fields)


async def call(name, address, **arguments):
    return await HttpTool(OPERATIONS[name], address).call(arguments, CallContext())


SECRET = {"headers": {"Authorization": "Bearer rose-garden"}, "secrets": {"secret": "rose-garden"}}


async def test_the_credential_goes_along_and_is_masked_where_it_comes_back():
    async def parrot(writer):
        writer.write(answer(web.requests[-1].encode()))

    async with Web({"/beds/1": parrot}) as web:
        told = await call("read_bed", here(web, **SECRET), bed="1")
    assert "Authorization: Bearer rose-garden" in web.requests[0]
    assert "rose" not in told.text
    assert "rose" not in told.summary


@pytest.mark.parametrize("status", ["301 M", "302 F", "307 T", "308 P"])
@pytest.mark.parametrize(
    "target", ["http://localhost:{port}/x", "http://127.0.0.1:1/x", "https://evil.test/x"]
)
async def test_the_credential_goes_to_no_other_host(status, target):
    async with Web({"/x": answer(b"caught")}) as web:
        web.answers["/beds/1"] = redirect(target.format(port=web.port), status)
        with pytest.raises(ToolProblem, match="redirects elsewhere"):
            await call("read_bed", here(web, **SECRET), bed="1")
    assert len(web.requests) == 1


async def test_reading_follows_a_redirect_of_the_same_host():
    async with Web({"/beds/1": redirect("/beds/1/"), "/beds/1/": answer(b"a bed")}) as web:
        assert (await call("read_bed", here(web), bed="1")).text == "a bed"


async def test_a_redirect_does_not_plant_twice():
    async with Web({"/beds/1": redirect("/beds/1/", "307 T"), "/beds/1/": answer()}) as web:
        with pytest.raises(ToolProblem, match="redirects elsewhere"):
            await call("plant", here(web), bed="1", body={"name": "rose"})
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (answer(b'{"a":[1,2]}', content_type="application/json"), '{\n "a": [\n  1,\n  2\n ]\n}'),
        (answer(b"{broken", content_type="application/json"), "{broken"),
        (answer(b'{"a":"\xc3\xb6"}', content_type="application/hal+json"), '{\n "a": "ö"\n}'),
        (answer(b"<h1>Hi</h1><script>x</script>", content_type="text/html"), "# Hi"),
        (answer(b"a\xff", content_type="text/plain; charset=nonsense"), "a\ufffd"),
        (answer(b"\x89PNG" * 1000, content_type="image/png"), "[image/png, 4 kB: not readable as text]"),
        (answer(b"", status="204 No Content"), "Status 204, without content."),
        (answer(b"[" * 50_000, content_type="application/json"), "[" * 50_000),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_answers_are_made_readable(raw, text):
    async with Web({"/beds/1": raw}) as web:
        assert (await call("read_bed", here(web), bed="1")).text == text


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (answer(b'{"error": "no such bed"}', status="404 Not Found"), "status 404.*no such bed"),
        (answer(b"x" * 5000, status="500 Oops"), "status 500"),
        (answer(b"", status="401 Who"), "status 401"),
        (b"", "cannot be reached"),
        (b"nonsense\r\n\r\n", "cannot be reached"),
        (answer(b"x", content_encoding="gzip"), "compressed"),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_what_goes_wrong_is_a_sentence(raw, says):
    async with Web({"/beds/1": raw}) as web:
        with pytest.raises(ToolProblem, match=says) as refused:
            await call("read_bed", here(web), bed="1")
    assert len(str(refused.value)) < 700


async def test_ten_megabytes_are_cut():
    async with Web({"/beds/1": answer(b"x" * 10_000_000)}) as web:
        told = await call("read_bed", here(web), bed="1")
    assert len(told.text) < 2_100_000
    assert "longer than what is read" in told.text


async def test_an_address_inside_needs_the_operators_leave():
    async with Web({"/beds/1": answer()}) as web:
        with pytest.raises(ToolProblem, match="TOOL_NETWORKS"):
            await call("read_bed", HttpAddress(f"http://127.0.0.1:{web.port}"), bed="1")
    assert not web.requests


async def test_a_stop_is_obeyed_at_once():
    async def hanging(writer):
        await asyncio.Event().wait()

    async with Web({"/beds/1": hanging}) as web:
        calling = asyncio.create_task(call("read_bed", here(web), bed="1"))
        while not web.requests:
            await asyncio.sleep(0.01)
        calling.cancel()
        async with asyncio.timeout(1):
            with pytest.raises(asyncio.CancelledError):
                await calling


async def test_a_problem_of_the_credential_sends_nothing():
    async with Web({"/beds/1": answer()}) as web:
        with pytest.raises(ToolProblem, match="Enter it again"):
            await call("read_bed", here(web, problem="Enter it again."), bed="1")
    assert not web.requests


def test_effects_are_those_of_the_method():
    assert {name: HttpTool(found, BASE).has_effects for name, found in OPERATIONS.items()} == {
        "read_bed": False,
        "plant": True,
        "clear": True,
    }


def test_user_name_and_password_are_written_as_the_rfc_says():
    assert basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


async def test_json_that_would_be_gigabytes_laid_out_stays_as_it_is():
    deep = "[" * 900 + ",".join(["1"] * 900_000) + "]" * 900
    page = Page("https://x.test/", 200, "application/json", deep.encode(), cut=False)
    assert (await told(page, {})).text == deep
