"""Links and images."""

import pytest

from chat.markdown import render

OUTWARD = ' target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("[x](https://a.example/b?c=d&e)", "https://a.example/b?c=d&amp;e"),
        ("[x](HTTP://a.example)", "HTTP://a.example"),
        ("[x](mailto:me@a.example)", "mailto:me@a.example"),
        ("<https://a.example>", "https://a.example"),
        ("<me@a.example>", "mailto:me@a.example"),
        ("[x][1]\n\n[1]: https://a.example", "https://a.example"),
        ("see https://a.example/b.", "https://a.example/b"),
        ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
        ("**https://a.example/b**", "https://a.example/b"),
    ],
)
def test_a_link_leaves_in_a_new_tab_and_tells_nothing(text, href):
    assert f'<a href="{href}"{OUTWARD}>' in render(text)


@pytest.mark.parametrize(
    "text",
    [
        "[x](/logout/)",
        "[x](#top)",
        "[x](//evil.example)",
        "[x](ftp://a)",
        "[x](https:)",
        "xhttps://a.b",
        "`https://a.b`",
    ],
)
def test_no_other_address_is_a_link(text):
    assert "<a" not in render(text)


def test_an_image_is_a_link_with_its_text_and_loads_nothing():
    html = render("![A *cat*](https://a.example/cat.png?q=secret)")
    assert (
        html == f'<p><a href="https://a.example/cat.png?q=secret" class="image-link"{OUTWARD}>A cat</a></p>\n'
    )


def test_an_image_inside_a_link_is_its_text():
    assert render("[![cat](https://a.example/c.png)](https://b.example)") == (
        f'<p><a href="https://b.example"{OUTWARD}>cat</a></p>\n'
    )
