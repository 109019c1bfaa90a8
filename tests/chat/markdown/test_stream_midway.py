"""An answer looks right while it is being written."""

import pytest

from chat.markdown import Close, Grow, Stream, Swap, Tail


def tail_of(text: str) -> str:
    stream = Stream()
    stream.feed(text)
    return stream.tail


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A **bold wor", "<p>A <strong>bold wor</strong></p>\n"),
        ("A **bold word*", "<p>A <strong>bold word</strong></p>\n"),
        ("A *soft **both", "<p>A <em>soft <strong>both</strong></em></p>\n"),
        ("A **", "<p>A</p>\n"),
        ("2 * 3 and a*b", "<p>2 * 3 and a*b</p>\n"),
        ("Use `co", "<p>Use <code>co</code></p>\n"),
        ("Sum \\(x", '<p>Sum <code class="math">\\(x</code></p>\n'),
        ("Intro:\n-", "<p>Intro:</p>\n"),
        ("Intro:\n1", "<p>Intro:</p>\n"),
        ("Intro\n##", "<p>Intro</p>\n"),
        ("Intro\n- [", "<p>Intro</p>\n"),
        ("Intro\n``", "<p>Intro</p>\n"),
        ("See [the si", "<p>See <a>the si</a></p>\n"),
        ("See [the site](https://exam", "<p>See <a>the site</a></p>\n"),
        ("See ![the cat](https://exam", "<p>See <a>the cat</a></p>\n"),
        ("A note[^1", "<p>A note</p>\n"),
        ("- a\n- **b", "<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>\n"),
    ],
)
def test_what_is_begun_looks_as_if_it_were_ended(text, html):
    assert tail_of(text) == html


@pytest.mark.parametrize(
    "text", ["| a | b", "| a | b |", "| a | b |\n", "| a | b |\n|", "| a | b |\n|--", "| a | b |\n|---|---|"]
)
def test_half_a_table_is_a_table(text):
    html = tail_of(text)
    assert "<th>a</th>\n<th>b</th>" in html
    assert "|" not in html


def test_a_row_under_way_has_the_cells_written_so_far():
    assert tail_of("| a | b |\n|---|---|\n| 1").count("<td>") == 1


def test_an_open_fence_is_plain_and_is_coloured_once_when_it_closes():
    stream = Stream()
    assert [type(patch) for patch in stream.feed("```py\nx = 1\n")] == [Tail]
    assert "<code>x = 1</code>" in stream.tail
    assert stream.feed("# <b>\n``") == [Grow(3, "\n# &lt;b&gt;")]
    closing = stream.feed("`\n")
    assert [type(patch) for patch in closing] == [Close]
    assert '<span class="c1"># &lt;b&gt;</span>' in closing[0].html
    assert stream.tail == ""


def test_an_open_formula_shows_its_source():
    assert tail_of("$$\n\\frac{a}{") == '<pre class="math" tabindex="0">$$\n\\frac{a}{</pre>\n'


def test_marks_in_code_are_not_held_back():
    assert "a ** b" in tail_of("```\na ** b")
    assert "-- [" in tail_of("```\nx -- [\ny")


def test_plain_words_cost_their_own_length_on_the_wire():
    stream = Stream()
    stream.feed("Hello")
    assert stream.feed(" you, and") == [Grow(1, " you, and")]
    assert stream.feed(" ") == []
    assert stream.feed("all") == [Grow(1, " all")]


def test_an_item_grows_inside_its_list():
    stream = Stream()
    stream.feed("- a")
    assert stream.feed("b") == [Grow(2, "b")]
    assert stream.feed("\n- c") == [Grow(1, "<li>c</li>\n")]
    assert stream.feed("\n  - d") == [Grow(2, "\n<ul>\n<li>d</li>\n</ul>\n")]


def test_text_and_what_follows_it_further_out_grow_in_one_feed():
    stream = Stream()
    stream.feed("| a | b |\n|---|---|\n| on")
    assert stream.feed("e | two |\n| th") == [
        Grow(5, "e"),
        Grow(4, "<td>two</td>\n"),
        Grow(3, "<tr>\n<td>th</td>\n</tr>\n"),
    ]


def test_only_the_last_element_is_sent_again_where_the_page_can_swap_it():
    stream = Stream(swaps=True)
    stream.feed("- one\n- see [the site](https://a.exam")
    assert [(type(patch), patch.depth) for patch in stream.feed("ple) now")] == [(Swap, 3)]
    assert stream.tail.endswith(">the site</a> now</li>\n</ul>\n")


def test_footnotes_stand_where_they_are_written_until_the_end():
    stream = Stream("m")
    stream.feed("One[^a] two[^b]\n\n[^b]: Note\n\nMore[^a]")
    assert '<li value="2">\n<p>Note</p>' in stream.html + stream.tail
    assert 'id="fnref-m-1-2"' in stream.tail


def sent_for(items: int) -> int:
    """Characters on the wire for a list of so many items, each with a link that closes midway."""
    text = "- item with **bold** and [a link](https://a.example)\n" * items
    stream = Stream(swaps=True)
    pieces = [text[start : start + 32] for start in range(0, len(text), 32)]
    return sum(len(patch.html) for piece in pieces for patch in stream.feed(piece))


def test_an_item_costs_the_same_on_the_wire_however_long_its_list():
    assert sent_for(200) < 2.1 * sent_for(100)
