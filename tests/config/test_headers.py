"""What every answer says to the browser about itself."""

import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from config.middleware import GZipPages

INLINE = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)|<style|\sstyle=|\son\w+=|javascript:", re.I
)
PAGES = (
    "/settings/",
    "/",
    "/agents/",
    "/admin/",
    "/accounts/login/",
    "/no/such/page/",
    "/api/health",
    "/api/docs",
)


@pytest.fixture
def mary(admin_client):
    return admin_client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_forbids_what_it_does_not_need_and_is_kept_nowhere(mary, page):
    response = mary.get(page)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "page",
    [
        *PAGES,
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        "/admin/agents/agent/",
        "/admin/agents/agent/add/",
        "/admin/password_change/",
    ],
)
def test_no_page_needs_what_the_policy_forbids(mary, page):
    assert INLINE.findall(mary.get(page).content) == []


def long_answer(**headers: str) -> HttpResponse:
    return HttpResponse("a" * 5000, headers=headers)


@pytest.mark.parametrize(
    ("response", "packed"),
    [
        (long_answer(), True),
        (StreamingHttpResponse(["a" * 5000]), False),
        (StreamingHttpResponse(["data: a\n\n"], content_type="text/event-stream"), False),
    ],
    ids=["a page", "a stream", "events"],
)
def test_pages_are_packed_and_streams_are_not(response, packed):
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    answer = GZipPages(lambda _request: response)(request)
    assert answer.has_header("Content-Encoding") is packed


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf-7", "bogus"])
@pytest.mark.parametrize("page", ["/settings/", "/accounts/login/", "/no/such/page/"])
def test_a_form_in_another_encoding_is_refused_in_one_line(mary, page, charset):
    mary.get("/settings/")
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    sent = mary.generic("POST", page, b"a=b", content_type=kind)
    assert (sent.status_code, sent.text) == (415, "Send it in UTF-8.\n")
    assert "default-src" in sent.headers["Content-Security-Policy"]


def test_a_form_that_says_it_is_in_utf_8_is_taken(mary):
    sent = mary.post("/settings/", b"a=b", content_type='application/x-www-form-urlencoded; charset="UTF-8"')
    assert sent.status_code != 415
