"""What comes of a page: its title, its address and its text, or why there is none."""

import time

import pytest

from agents.tools.base import ToolProblem
from agents.tools.fetch_page import told
from agents.tools.net import Page

HTML = """<!doctype html><html><head><title>Tea &amp; milk</title><style>p{}</style></head><body>
<nav>Menu</nav><script>steal()</script><h1>Tea</h1><p>Hot <b>and</b>
good.</p><ul><li>Green</li><li>Black</li></ul><!-- hidden -->
<table><tr><td>a</td><td>b</td></tr></table></body>"""


def page(body, kind="text/html; charset=utf-8", status=200, *, cut=False):
    return Page("https://example.org/tea", status, kind, body, cut)


async def test_html_becomes_text_with_its_headings_and_lists():
    result = await told(page(HTML.encode()))
    assert result.text.splitlines()[:2] == ["Tea & milk", "https://example.org/tea"]
    for part in ("# Tea", "Hot and good.", "- Green", "- Black", "| a | b"):
        assert part in result.text
    for part in ("Menu", "steal", "p{}", "hidden", "<"):
        assert part not in result.text
    assert result.summary.startswith("Tea & milk (")


async def test_other_text_stays_as_it_is():
    assert (await told(page(b'{"tea": 1}', "application/json"))).text.endswith('{"tea": 1}')
    assert "T\u00e9" in (await told(page("T\u00e9".encode("latin-1"), "text/plain; charset=iso-8859-1"))).text
    assert "T" in (await told(page(b"T\xff", "text/plain; charset=nonsense"))).text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (page(b"", status=404), "status 404"),
        (page(b"\x89PNG", "image/png"), "no text but image/png"),
        (page(b"%PDF", "application/pdf"), "no text but application/pdf"),
        (page(b"x", "nonsense/" + "x" * 1000), "no text but"),
        (page(b"  \n", "text/plain"), "no readable text"),
        (page(b"<script>only()</script>"), "no readable text"),
    ],
)
async def test_what_cannot_be_read_is_told(given, says):
    with pytest.raises(ToolProblem, match=says):
        await told(given)


async def test_a_cut_page_says_so():
    assert "longer than" in (await told(page(b"Tea", "text/plain", cut=True))).text


@pytest.mark.parametrize(
    "piece", ["<div>", "<a ", "<a b=", "<!--", "<![", "<?", "&", "<script>", "<title>", "<b>"]
)
async def test_two_megabytes_of_hostile_html_are_read_in_seconds(piece):
    began = time.perf_counter()
    try:
        await told(page((piece * (2_000_000 // len(piece))).encode()))
    except ToolProblem as problem:
        assert "no readable text" in str(problem)
    assert time.perf_counter() - began < 20
