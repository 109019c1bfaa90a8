"""Fetching: the public internet only, judged where the connection is made, within bounds."""

import asyncio

import pytest

from agents.tools.addresses import is_public
from agents.tools.base import ToolProblem
from agents.tools.net import Bounds, fetch
from tests.agents.tools.web import Web, answer, redirect

NAMES = {"public.test": "127.0.0.1", "inside.test": "127.0.0.2"}


async def names(host, port):
    """A DNS of our own; what is a number already is itself."""
    return [NAMES.get(host, host.strip("[]"))]


def only_our_server(address):
    """The allowance of these tests: loopback's first address plays the public internet."""
    return address == "127.0.0.1" or is_public(address)


async def get(url, **kwargs):
    return await fetch(url, **({"resolve": names, "allowed": only_our_server} | kwargs))


async def test_a_page_is_fetched_without_cookies_credentials_or_compression():
    async with Web({"/a?b=c": answer(b"Tea", set_cookie="a=b")}) as web:
        page = await get(web.url("/a?b=c#part"))
        await get(web.url("/a?b=c"))
    assert (page.status, page.body, page.content_type, page.cut) == (200, b"Tea", "text/plain", False)
    assert page.url == web.url("/a?b=c")
    for request in web.requests:
        assert f"host: public.test:{web.port}" in request.lower()
        assert "accept-encoding: identity" in request.lower()
        assert "cookie" not in request.lower()
        assert "authorization" not in request.lower()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://public.test/",
        "file:///etc/passwd",
        "gopher://public.test/",
        "javascript:alert(1)",
        "//public.test/",
        "public.test",
        "",
        "http://",
        "http:///x",
        "http://user:secret@public.test/",
        "http://user@public.test/",
        "http://public.test:99999999/",
        "http://" + "a" * 3000,
        "http://\x00/",
        "http://[::1/",
    ],
)
async def test_what_is_no_plain_address_of_a_page_is_refused(url):
    with pytest.raises(ToolProblem):
        await get(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "127.0.0.1.",
    ],
)
async def test_no_spelling_of_this_machine_reaches_it(host):
    """With the system's own resolver and the real judgement."""
    async with Web({"/": answer()}) as web:
        with pytest.raises(ToolProblem):
            await fetch(web.url("/", host), bounds=Bounds(total_s=5))
    assert not web.requests


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
async def test_redirects_are_followed(status):
    async with Web({"/a": redirect("/b?c=d", status), "/b?c=d": answer(b"Tea")}) as web:
        page = await get(web.url("/a"))
    assert (page.url, page.body) == (web.url("/b?c=d"), b"Tea")


@pytest.mark.parametrize(
    "target",
    [
        "http://inside.test:{port}/secret",
        "//inside.test:{port}/secret",
        "http://127.0.0.2:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/secret",
        "file:///etc/passwd",
        "http://user:secret@public.test:{port}/secret",
        "http://[broken",
    ],
)
async def test_a_redirect_to_the_inside_is_refused(target):
    web = Web({"/secret": answer(b"secret")})
    async with web:
        web.answers["/a"] = redirect(target.format(port=web.port))
        with pytest.raises(ToolProblem):
            await get(web.url("/a"))
    assert len(web.requests) == 1


async def test_redirects_without_end_are_given_up():
    async with Web({"/a": redirect("/a")}) as web:
        with pytest.raises(ToolProblem, match="more than 5 times"):
            await get(web.url("/a"))
    assert len(web.requests) == 6


async def test_a_name_that_changes_its_address_is_connected_to_where_it_was_judged():
    asked = []

    async def turncoat(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    web = Web({"/a": answer(b"Tea"), "/r": redirect("/a")})
    async with web:
        assert (await get(web.url("/a"), resolve=turncoat)).body == b"Tea"
        assert asked == ["public.test"]  # once: the address judged is the address connected to
        asked.clear()
        with pytest.raises(ToolProblem, match="not on the public internet"):
            await get(web.url("/r"), resolve=turncoat)
    assert len(web.requests) == 2


@pytest.mark.parametrize("addresses", [[], ["127.0.0.1", "127.0.0.2"], ["10.0.0.1", "127.0.0.1"]])
async def test_one_address_inside_among_several_refuses_the_name(addresses):
    async def several(host, port):
        return addresses

    async with Web({"/": answer()}) as web:
        with pytest.raises(ToolProblem, match="not on the public internet"):
            await get(web.url("/"), resolve=several)
    assert not web.requests


async def test_a_name_nobody_knows_is_told():
    async def unknown(host, port):
        raise OSError("no such name")

    with pytest.raises(ToolProblem, match=r"no server named 'nowhere\.test'"):
        await get("http://nowhere.test/", resolve=unknown)


async def test_a_closed_door_is_told():
    async with Web({}) as web:
        url = web.url("/")
    with pytest.raises(ToolProblem, match="cannot be reached"):
        await get(url)


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_without_end_is_cut(chunked):
    async def endless(writer):
        framing = b"Transfer-Encoding: chunked\r\n" if chunked else b""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + framing + b"\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n" if chunked else b"x" * 4096)
            await writer.drain()

    async with Web({"/": endless}) as web:
        page = await get(web.url("/"), bounds=Bounds(max_bytes=10_000))
    assert page.cut
    assert len(page.body) == 10_000


@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nx"])
async def test_a_server_that_hangs_is_left(begins):
    left = asyncio.Event()

    async def hanging(writer):
        writer.write(begins)
        await writer.drain()
        await left.wait()

    async with Web({"/": hanging}) as web:
        with pytest.raises(ToolProblem, match=r"within 0\.3 seconds"):
            await get(web.url("/"), bounds=Bounds(total_s=0.3))
        left.set()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000,
        answer(b"\x1f\x8b", content_encoding="gzip"),
        redirect("http://[broken"),
    ],
)
async def test_a_server_that_talks_nonsense_is_a_problem_told(raw):
    async with Web({"/": raw}) as web:
        with pytest.raises(ToolProblem):
            await get(web.url("/"), bounds=Bounds(total_s=3))


async def test_no_proxy_of_the_environment_is_used(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")
    async with Web({"/": answer(b"Tea")}) as web:
        assert (await get(web.url("/"))).body == b"Tea"
