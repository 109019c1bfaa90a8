"""The readable text of an HTML page, with its headings and lists.

nh3 goes first: the parser of the standard library takes minutes over hostile pages, and raises over some.
What nh3 leaves is well-formed and has no elements but ours, so the second reading is quick. nh3 itself is
slow on elements nested by the ten thousand, so it gets a bounded text, without the scripts and styles that
make up most of many pages.
"""

import re
from html.parser import HTMLParser

import nh3

#: Elements whose text nobody reads as part of the page.
SKIPPED = {
    "script", "style", "template", "noscript", "svg", "iframe", "object", "nav", "form", "select", "button",
}  # fmt: skip
BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section",
    "table", "tr", "ul",
}  # fmt: skip
#: Characters of HTML that are read; the worst of that length take seconds, ordinary ones milliseconds.
MAX_HTML = 150_000
CELLS = {"td", "th"}
MARKS = {"li": "- ", **{f"h{level}": "#" * level + " " for level in range(1, 7)}}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.parts: list[str] = []
        self._into = self.parts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._into = self.title
        else:
            self.parts.append(" | " if tag in CELLS else "\n" + MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._into = self.parts
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self._into.append(data.replace("\n", " "))


def readable(html: str, *, most: int = MAX_HTML) -> tuple[str, str]:
    """Title and text. More than ``most`` characters may be read where nobody waits."""
    reader = _Reader()
    reader.feed(
        nh3.clean(
            _without_code(html)[:most],
            tags=BLOCKS | CELLS | {"title"},
            clean_content_tags=SKIPPED,
            attributes={},
            link_rel=None,
        )
    )
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    kept = [line for line in lines if not line or line.strip("#- |")]  # no heading or item without words
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept))
    return " ".join("".join(reader.title).split()), text.strip()


def _without_code(html: str) -> str:
    """Without scripts and styles, in one pass whatever the text is."""
    for tag in ("script", "style"):
        lower, parts, at = html.lower(), [], 0
        if len(lower) != len(html):  # a few letters have a longer small form
            return html
        while (begin := lower.find(f"<{tag}", at)) >= 0 and (end := lower.find(f"</{tag}", begin)) >= 0:
            parts.append(html[at:begin])
            at = end
        html = "".join(parts) + html[at:]
    return html
