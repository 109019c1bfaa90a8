"""Bodies of the API: one strict reading of JSON, whatever the route."""

import json

import pytest
from django.test import Client

from agents.models import Agent
from config.api import MOST_LINES
from config.parser import MAX_DEPTH, MAX_VALUES

pytestmark = pytest.mark.django_db

AGENTS = "/api/agents"


def send(browser: Client, body: bytes, content_type: str = "application/json"):
    return browser.generic("POST", AGENTS, body, content_type=content_type)


def with_name(value: str) -> bytes:
    return f'{{"system_prompt": "x", "name": {value}}}'.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{} x",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b" ",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        '{"name": "x"}'.encode("utf-16"),
        '{"name": "x"}'.encode("utf-32"),
        b'{"name": "\xc3\x28"}',
        with_name("NaN"),
        with_name("Infinity"),
        with_name("-Infinity"),
        with_name("1e999"),
        with_name("1" * 5000),
        with_name('"\\ud800"'),
        with_name('"a", "name": "b"'),
        with_name('{"a": [{"b": 1, "b": 1}]}'),
        with_name("'x'"),
        with_name("01"),
        with_name('"x",'),
        b'{"name": "x", // no\n "system_prompt": "y"}',
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_json_is_refused_and_says_why(alices, body):
    answer = send(alices, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_json")
    assert answer.json()["detail"]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [MAX_DEPTH, 150, 10_000, 400_000])
def test_levels_have_an_end(alices, opening, closing, depth):
    answer = send(alices, with_name(opening * depth + "1" + closing * depth))
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_json")


def test_as_many_levels_as_are_allowed_are_read(alices):
    depth = MAX_DEPTH - 1  # the object itself is the first
    answer = send(alices, with_name("[" * depth + "]" * depth))
    assert answer.status_code == 422
    assert "name" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (with_name('"a\\u0000b"'), "name"),
        (with_name('["a", {"b": ["\\u0000"]}]'), "name.1.b.0"),
        (with_name('{"\\u0000": 1}'), "name"),
    ],
)
def test_the_character_nul_is_refused_where_it_stands(alices, body, place):
    answer = send(alices, body)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["detail"] == f"{place}: This text contains characters that cannot be stored."


def test_a_body_that_is_missing_is_said_to_be(alices):
    answer = send(alices, b"")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


def test_an_upload_is_no_json(alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    token = "x" * 32
    browser.cookies["csrftoken"] = token
    answer = browser.post(AGENTS, {"name": "Sailor", "csrfmiddlewaretoken": token})
    assert (answer.status_code, answer.json()["error"]) == (415, "not_json")


def test_what_is_larger_than_anything_is_said_to_be(alices):
    answer = send(alices, with_name(f'"{"x" * 3_000_000}"'))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_json_is_read_whatever_it_is_called(alices, content_type):
    body = json.dumps({"name": "Sailor", "system_prompt": "You know ships."}).encode()
    assert send(alices, body, content_type).status_code == 201


def test_a_whole_number_may_be_written_with_a_point(alices):
    body = b'{"name": "Ada", "system_prompt": "x", "context_tokens": 8000.0}'
    made = send(alices, body)
    assert made.status_code == 201
    assert Agent.objects.get(pk=made.json()["id"]).context_tokens == 8000


@pytest.mark.parametrize("value", ["1", "{}", "[[[]]]", '{"a": 1}'])
def test_more_values_than_any_call_needs_are_refused_before_each_is_looked_at(alices, value):
    answer = send(alices, with_name(f"[{','.join([value] * MAX_VALUES)}]"))
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_json")
    assert "50000" in answer.json()["detail"].replace(",", "")


def test_as_many_values_as_may_be_are_read(alices):
    """The name, the instructions, and what is in the list that is no name."""
    answer = send(alices, with_name(f"[{','.join(['1'] * (MAX_VALUES - 2))}]"))
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


def test_who_sends_much_that_is_wrong_is_told_the_first_of_it(alices):
    body = json.dumps({"name": "x", "system_prompt": "y", **{f"field {n}": n for n in range(1000)}})
    answer = send(alices, body.encode())
    assert answer.status_code == 422
    assert len(answer.json()["detail"].splitlines()) == MOST_LINES
