"""Event streams are split into payloads, wherever the network cuts the bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.errors import ProviderError
from agents.providers import sse
from agents.providers.sse import DataLines


def payloads(pieces):
    lines = DataLines()
    found = [payload for piece in pieces for payload in lines.feed(piece)]
    return found + lines.flush()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data:a\r\n\r\ndata:  b\r\n", [b"a", b"b"]),
        (b"data: a\r\rdata: b\r", [b"a", b"b"]),
        (b"data:\rdata: b", [b"b"]),
        (b"\xef\xbb\xbfdata: a\n", [b"a"]),
        (b"\n\n: ping\nevent: x\nid: 1\ndata:\ndata\ndata: a", [b"a"]),
        (b" \n{\"a\":\n\n1}\n", [b"{\"a\":\n\n1}"]),
        (b"\xef\xbb\xbf{}", [b"{}"]),
        (b"\xef\xbb", []),
        (b"", []),
    ],
)  # fmt: skip
def test_payloads_are_found(body, expected):
    assert payloads([body]) == expected
    assert payloads([bytes([byte]) for byte in body]) == expected


bodies = st.lists(
    st.sampled_from(
        [
            b"data:",
            b"data: ",
            b"{",
            b"}",
            b"\n",
            b"\r",
            b"\r\n",
            b": c",
            b"\xef\xbb\xbf",
            "é".encode(),
            b" x",
            b"",
        ]
    )
).map(b"".join)


@given(body=bodies | st.binary(), cuts=st.lists(st.integers(0, 60)))
def test_the_split_of_the_bytes_does_not_matter(body, cuts):
    places = [0, *sorted(cut for cut in cuts if cut < len(body)), len(body)]
    pieces = [body[start:end] for start, end in pairwise(places)]
    assert payloads(pieces) == payloads([body])


def test_a_line_is_given_out_as_soon_as_it_ends():
    lines = DataLines()
    assert lines.feed(b"data: a") == []
    assert lines.feed(b"\n") == [b"a"]


def test_a_line_without_end_is_an_error(monkeypatch):
    monkeypatch.setattr(sse, "LONGEST_LINE", 1000)
    lines = DataLines()
    with pytest.raises(ProviderError):
        for _ in range(20):
            lines.feed(b"data: " + b"x" * 100)


def test_leading_empty_lines_cost_nothing():
    lines = DataLines()
    for _ in range(100_000):
        lines.feed(b"\n")
    assert lines.feed(b"data: a\n") == [b"a"]
