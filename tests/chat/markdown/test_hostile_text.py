"""Nothing a model or a person writes can run, load, or reach the page's own scripts."""

from html.parser import HTMLParser

import pytest

from chat.markdown import Stream, render
from chat.markdown.sanitizer import sanitized

SCRIPT_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript&#58;alert(1)",
    "&#x0000006a;avascript:x",
    "\\javascript:x",
    "javascript\\:x",
    "%6Aavascript:x",
    "javascript%3Aalert(1)",
    "\x01javascript:x",
    "vbscript:x",
    "data:text/html,<script>x</script>",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:image/png;base64,AA==",
    "file:///etc/passwd",
    "blob:https://a/b",
    "ws://a",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil",
    "https:/x",
    "jav&#x0A;ascript:x",
    "javascript://a.example/%0aalert(1)",
    "feed:javascript:x",
    "view-source:x",
    "about:blank",
    "x:y",
]
HTML = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<a href=javascript:alert(1)>x</a>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>x</script>'>",
    "<style>*{x:expression(1)}</style>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "<div hx-get=/logout/ hx-trigger=load>",
    "<hx-partial hx-target=#composer>x</hx-partial>",
    "<template hx type=partial>x</template>",
    "<div id=messages class=message data-copy style=position:fixed>",
    "<input name=attributes>",
    "<form id=composer action=//evil>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>x</script>]]>",
    "<?php x ?>",
    "<noscript><p title='</noscript><img src=x onerror=x>'>",
    "</p></div></article><script>x</script>",
    "<a id=cookie><a id=cookie name=x>",
    "<xmp><script>x</script></xmp>",
    "<details open ontoggle=x>",
]
INJECTIONS = [
    '```"><script>alert(1)</script>\nx\n```',
    "```' onmouseover=alert(1) x='\nx\n```",
    "```{.x onload=x id=messages}\nx\n```",
    "~~~<img/src=x/onerror=x>\nx\n~~~",
    '[x](https://a.example "\\"><script>x</script>")',
    "[x](https://a.example '\" onclick=x \"')",
    '[x](https://a.example "<hx-partial hx-target=#composer>")',
    '[x](https://a.example/"onclick=x")',
    '[x](<https://a.example/"><img src=x>>)',
    '![" onerror="x](https://a.example/x.png)',
    '![x](https://a.example/"onload=x)',
    "![](javascript:x)",
    "[![x](javascript:x)](javascript:y)",
    '[^"><script>]\n\n[^"><script>]: x',
    "[^x]\n\n[^x]: <script>x</script>",
    '[x]: https://a.example "onclick=x"\n\n[x]',
    "| <script>x</script> |\n|---|\n| <img src=x onerror=x> |",
    "- [x] <script>x</script>",
    "# <script>x</script> {#messages onclick=x}",
    "$\\text{<script>alert(1)</script>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{position:fixed}{x}$",
    "$\\class{message}{x}$",
    "$\\text{</math><script>x</script>}$",
    "$$\\text{<img src=x onerror=x>}$$",
    "$\\text{&lt;script&gt;x}$",
    "$\\unicode{x3c}script>$",
    "$\\mathrm{<img src=x onerror=x>}$",
    "$\\operatorname{<script>}$",
    "$\\tag{<script>}$",
    "$\\begin{array}{<script>}x\\end{array}$",
    '$\\hspace{1em" onclick="x}$',
    '$\\color{red" onclick="x}{y}$',
    '$\\genfrac{<}{>}{1px" onclick=x}{0}{a}{b}$',
    "$\\id{messages}{x}$",
    'https://a.example/"onclick=x',
    "https://a.example/<script>",
    '<https://a.example/"onclick=x>',
    "&lt;script&gt;x&lt;/script&gt;",
    "`<script>x</script>`",
    "    <script>x</script>",
    "$$\n<script>x</script>",
    "```html\n<script>x</script>\n```",
    "```html\n<script>x",
    "[x](https://a.example){onclick=x}",
    "<https://a.example onclick=x>",
    "*<b*onclick=x>*",
    "\\<script>x\\</script>",
]
CORPUS = [
    *HTML,
    *INJECTIONS,
    *(f"[x]({address})" for address in SCRIPT_ADDRESSES),
    *(f"[x](<{address}>)" for address in SCRIPT_ADDRESSES),
    *(f"![x]({address})" for address in SCRIPT_ADDRESSES),
    *(f"<{address}>" for address in SCRIPT_ADDRESSES),
    *(f"[x][y]\n\n[y]: {address}" for address in SCRIPT_ADDRESSES),
]
ELEMENTS = """
p br hr h3 h4 h5 h6 strong em s blockquote pre code ul ol li table thead tbody tr th td sup section a div span
button input math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover
mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts
"""
CLASSES = """
code code__bar code__copy math table task task__box align-right align-center image-link footnote-ref
footnote-back footnotes
"""


class Judge(HTMLParser):
    """Fails on the first thing that no answer may hold."""

    def handle_starttag(self, tag, attrs):
        assert tag in ELEMENTS.split(), tag
        for name, value in attrs:
            value = value or ""
            assert not name.startswith(("on", "hx-", "data-hx", "style", "src", "action", "form")), name
            assert name != "href" or value.startswith(("http://", "https://", "HTTP", "mailto:", "#fn")), (
                value
            )
            assert name != "id" or value.startswith(("fn-", "fnref-")), value
            if name == "class":
                assert tag == "span" or set(value.split()) <= set(CLASSES.split()), value

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def judge(html: str) -> None:
    Judge().feed(html)
    assert "<hx-" not in html.lower(), "htmx looks for this in the raw text of a frame"


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_is_inert(text):
    judge(render(text, prefix="m"))
    judge(render(f"- a\n\n  > {text} **b**\n\n| x |\n|---|\n| {text} |\n"))


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_is_inert_at_every_moment_of_a_stream(text):
    stream = Stream(prefix="m")
    for character in f"a {text} b":
        for patch in stream.feed(character):
            judge(patch.html)
    judge(stream.html + stream.tail)


@pytest.mark.parametrize("html", HTML)
def test_the_sanitiser_alone_would_do(html):
    judge(sanitized(html))


def test_the_sanitiser_keeps_no_id_class_or_address_but_ours():
    assert sanitized('<li id="messages" class="task message">x</li>') == '<li class="task">x</li>'
    assert sanitized('<a href="/logout/" id="composer">x</a>') == "<a>x</a>"
    assert sanitized('<a href="https://a.example" title="<hx-partial>">x</a>').count("<") == 2
    assert sanitized('<input type="text" name="q">') == "<input>"
