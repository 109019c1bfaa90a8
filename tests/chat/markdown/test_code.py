"""Code blocks."""

import time

from django.utils import translation

from chat.markdown import render
from chat.markdown.code import LANGUAGES, highlighted
from chat.markdown.limits import MAX_HIGHLIGHTED


def test_a_code_block_has_its_language_and_a_copy_button():
    html = render("```python\nprint(1)\n```")
    assert html.startswith(
        '<div class="code"><div class="code__bar"><span>python</span>'
        '<button type="button" class="code__copy" data-copy="">Copy</button></div><pre tabindex="0"><code>'
    )
    assert '<span class="nb">print</span>' in html


def test_colours_change_no_character():
    code = "def f(a: int) -> str:\n\treturn f'{a!r}' # <b> & ü\n\n\n"
    for language in ("python", "html", "rust", "json", "bash", "yaml", "sql", "diff"):
        html = highlighted(code, language)
        text = html
        while "<" in text:
            text = text[: text.index("<")] + text[text.index(">") + 1 :]
        assert text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == code, language


def test_an_unknown_language_stays_plain_and_is_still_named():
    html = render("```brainfog\n<b>+</b>\n```")
    assert "<span>brainfog</span>" in html
    assert "<code>&lt;b&gt;+&lt;/b&gt;</code>" in html


def test_indented_code_has_the_same_frame():
    assert '<div class="code">' in render("    x = 1\n")


def test_very_long_code_is_left_without_colours():
    assert "<span" not in highlighted("x = 1\n" * MAX_HIGHLIGHTED, "python")


def test_a_lexer_that_takes_too_long_is_stopped_and_no_character_is_lost():
    code = "a \n" * 6_000  # Java's takes minutes for this
    start = time.thread_time()
    html = highlighted(code, "java")
    assert time.thread_time() - start < 2
    assert html.replace('<span class="', "").count("a \n") + html.count("a</span> \n") == 6_000


def test_every_language_of_the_list_is_known():
    assert [name for name in sorted(LANGUAGES) if "<span" not in highlighted('# x\n"1" {1} <a>', name)] == []


def test_the_button_speaks_the_readers_language():
    with translation.override("de"):
        german = render("```\nx\n```")
    assert translation.gettext("Copy") in render("```\nx\n```")
    with translation.override("de"):
        assert f">{translation.gettext('Copy')}</button>" in german
