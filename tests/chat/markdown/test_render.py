"""What Markdown becomes."""

import pytest

from chat.markdown import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello **you**", "<p>Hello <strong>you</strong></p>\n"),
        ("~~gone~~", "<p><s>gone</s></p>\n"),
        ("# Title\n\n###### Small", "<h3>Title</h3>\n<h6>Small</h6>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("a\\\nb", "<p>a<br>\nb</p>\n"),
        ("", ""),
        ("a\r\n\r\nb\rc", "<p>a</p>\n<p>b\nc</p>\n"),
        ("\x00\ud800", "<p>\ufffd\ufffd</p>\n"),
    ],
)
def test_text_becomes_html(text, html):
    assert render(text) == html


def test_a_table_is_framed_and_aligned_by_class():
    html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |\n")
    assert '<div class="table" tabindex="0">\n<table>' in html
    assert '<th class="align-center">a</th>' in html
    assert '<td class="align-right">2</td>' in html


def test_tasks_are_named_boxes_nobody_can_change():
    html = render("- [x] bought\n- [ ] cooked")
    assert '<li class="task"><input class="task__box" type="checkbox" disabled="" checked=""' in html
    assert 'aria-label="Not done"> cooked</li>' in html


def test_text_nested_beyond_reason_is_still_there():
    assert "needle" in render(">" * 500 + " needle")
    assert "needle" in render("".join("  " * depth + "- x\n" for depth in range(40)) + "  " * 40 + "- needle")
