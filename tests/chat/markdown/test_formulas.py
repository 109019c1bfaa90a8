"""Formulas, and what only looks like one."""

import pytest

from chat.markdown import render


@pytest.mark.parametrize("text", ["$x^2$", "\\(x^2\\)", "so $x^2$, yes", "**$x^2$**"])
def test_a_formula_in_a_line(text):
    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in render(text)


@pytest.mark.parametrize(
    "text",
    ["$$x$$", "$$\nx\n$$", "\\[x\\]", "\\[\nx\n\\]", "Here:\n$$\nx\n$$\nyes", "- a\n\n  $$\n  x\n  $$"],
)
def test_a_formula_as_a_block(text):
    assert '<math display="block"><mrow><mi>x</mi></mrow></math>' in render(text)


@pytest.mark.parametrize(
    "text", ["$5 and $6", "US$5 to US$6", "a $ b $ c", "`$x$`", "\\$x\\$", "$5-$10", "$AAPL/$TSLA", "$ $"]
)
def test_money_and_code_are_no_formulas(text):
    assert "<math" not in render(text)


@pytest.mark.parametrize("name", ["align", "aligned", "gathered", "cases", "pmatrix"])
def test_the_environments_models_write(name):
    html = render(f"$$\n\\begin{{{name}}}a &= b \\\\ c &= d\\end{{{name}}}\n$$")
    assert "<mtable" in html
    assert "<mtr>" in html


def test_a_block_formula_that_never_ends_stops_at_a_blank_line():
    html = render("$$\nx < 1\n\nThen **text**")
    assert '<pre class="math" tabindex="0">$$\nx &lt; 1</pre>' in html
    assert "<strong>text</strong>" in html


@pytest.mark.parametrize(
    "tex",
    [
        "\\frac{",
        "{" * 900,
        "^" * 900,
        "\\sqrt" * 300,
        "\\left(" * 200,
        "\\begin{x}",
        "\\def\\a{\\a\\a}\\a",
        "\\newcommand{\\a}{bb}\\a",
        "x" * 3000,
        "\\begin{matrix}" * 100,
        "\\unicode{x}",
        "\\hspace{z}",
    ],
)
def test_tex_that_is_wrong_or_too_much_shows_its_source(tex):
    html = render(f"${tex}$ and more")
    assert "and more" in html
    assert "<math" not in html or len(html) < 2000
