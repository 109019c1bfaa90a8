"""What a server's refusal means."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from agents.providers.failures import failure_of_event, failure_of_status


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (301, "service_unavailable", False),
        (400, "default", False),
        (401, "service_unavailable", False),
        (402, "service_unavailable", False),
        (403, "service_unavailable", False),
        (404, "service_unavailable", False),
        (408, "default", True),
        (422, "default", False),
        (429, "rate_limit", True),
        (500, "default", True),
        (529, "default", True),
    ],
)
def test_status_decides(status, kind, retryable):
    failure = failure_of_status(status, "message")
    assert (failure.kind, failure.retryable) == (kind, retryable)


@pytest.mark.parametrize(
    "message",
    [
        "context_length_exceeded: This model's maximum context length is 8192 tokens.",
        "the request exceeds the available context size. try increasing the context size",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "The input token count exceeds the maximum number of tokens allowed",
    ],
)
def test_a_question_that_is_too_long_has_a_name_of_its_own(message):
    assert failure_of_status(400, message).kind == "too_long"
    assert failure_of_status(503, message).kind == "default"


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        ({"code": 429}, "rate_limit", True),
        ({"code": "429"}, "rate_limit", True),
        ({"code": "rate_limit_exceeded"}, "rate_limit", True),
        ({"code": "insufficient_quota"}, "rate_limit", False),
        ({"type": "overloaded_error"}, "default", True),
        ({"type": "server_error", "code": None}, "default", True),
        ({"code": "invalid_api_key"}, "service_unavailable", False),
        ({"code": 1305}, "default", False),
        ("out of memory", "default", False),
        (["odd"], "default", False),
    ],
)
def test_error_events_are_read_like_statuses(error, kind, retryable):
    failure = failure_of_event({"error": error})
    assert (failure.kind, failure.retryable) == (kind, retryable)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-1"}, 0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_retry_after_in_seconds(headers, seconds):
    assert failure_of_status(429, "", headers).retry_after == seconds


def test_retry_after_as_a_date():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert failure_of_status(503, "", {"retry-after": later}).retry_after == pytest.approx(30, abs=5)


def test_detail_is_bounded():
    assert len(failure_of_status(500, "x" * 100_000).detail) <= 500
