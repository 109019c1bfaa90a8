"""A page in miniature: applies a stream's patches as a browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from chat.markdown import Close, Grow, Patch, Swap, Tail

VOID = {"br", "hr", "input"}


@dataclass
class Element:
    name: str
    attributes: tuple[tuple[str, str | None], ...] = ()
    children: list[Element | str] = field(default_factory=list)

    def append(self, child: Element | str) -> None:
        if isinstance(child, str) and self.children and isinstance(self.children[-1], str):
            self.children[-1] += child
        else:
            self.children.append(child)

    def last_child(self) -> Element:
        """As the selector ``> :last-child``."""
        return [child for child in self.children if isinstance(child, Element)][-1]

    def normal(self) -> object:
        """For comparison: text between blocks that is only white space is nothing."""
        children = [child if isinstance(child, str) else child.normal() for child in self.children]
        return (self.name, self.attributes, [child for child in children if not _is_layout(child)])


def _is_layout(child: object) -> bool:
    return isinstance(child, str) and not child.strip() and "\n" in child


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("#root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, tuple(attrs))
        self.open[-1].append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)


def tree(html: str) -> Element:
    """The elements of well-formed HTML; fails the test for any other."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.open) == 1, f"not closed: {[element.name for element in builder.open]}"
    return builder.open[0]


@dataclass
class Page:
    text: Element = field(default_factory=lambda: Element("#root"))
    tail: Element = field(default_factory=lambda: Element("#root"))

    def apply(self, patches: list[Patch]) -> None:
        for patch in patches:
            match patch:
                case Close(html):
                    _adopt(self.text, html)
                    self.tail = Element("#root")
                case Tail(html):
                    self.tail = tree(html)
                case Grow(depth, html):
                    place = self.tail
                    for _ in range(depth):
                        place = place.last_child()
                    _adopt(place, html)
                case Swap(depth, html):
                    place = self.tail
                    for _ in range(depth - 1):
                        place = place.last_child()
                    last = place.last_child()
                    after = next(n for n, child in enumerate(place.children) if child is last)
                    following, place.children = place.children[after + 1 :], place.children[:after]
                    _adopt(place, html)
                    for child in following:
                        place.append(child)


def _adopt(place: Element, html: str) -> None:
    for child in tree(html).children:
        place.append(child)
