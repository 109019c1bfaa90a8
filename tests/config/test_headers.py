"""What every answer says to the browser about itself."""

import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from config.middleware import GZipPages

INLINE = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)|<style|\sstyle=|\son\w+=|javascript:", re.I
)
PAGES = ("/settings/", "/", "/agents/", "/admin/", "/accounts/login/", "/no/such/page/", "/api/health")


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
