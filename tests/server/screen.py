"""A page without a browser: the HTML as it was loaded, and what each frame of the socket makes of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}
TARGET = re.compile(r"(#[\w-]+)((?:>:last-child)*)\Z")


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    @property
    def elements(self) -> list["Element"]:
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.elements:
            yield from child.walk()

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class Screen:
    """What a person with this page open sees. ``apply`` does what htmx and our ``place`` do in a browser."""

    def __init__(self, html: str) -> None:
        self.root = tree(html)

    def find(self, element_id: str) -> Element | None:
        return next((element for element in self.root.walk() if element.id == element_id), None)

    @property
    def cursor(self) -> str:
        found = self.find("cursor")
        return found.attributes["data-cursor"] if found else ""

    def answers(self) -> list[str]:
        """The ids of the answers on the page, from top to bottom."""
        return [
            article.id.removeprefix("message-")
            for article in self.root.walk()
            if "message--assistant" in article.attributes.get("class", "").split()
        ]

    def status(self, message_id: str) -> str:
        article = self.find(f"message-{message_id}")
        return article.attributes["data-status"] if article else ""

    def words(self, message_id: str) -> list[str]:
        """The words of an answer, finished blocks and open one, whatever the white space between them."""
        parts = (self.find(f"message-{message_id}-{part}") for part in ("text", "tail"))
        return " ".join(part.text() for part in parts if part).split()

    def apply(self, frame: str) -> None:
        for partial in tree(frame).elements:
            assert partial.tag == "hx-partial", f"a frame holds <{partial.tag}>"
            swap = partial.attributes["hx-swap"].split()[0]
            target = self._target(partial.attributes["hx-target"])
            if target is not None:
                self._swap(swap, target, partial.children)

    def _target(self, selector: str) -> Element | None:
        match = TARGET.match(selector)
        assert match is not None, f"no selector of ours: {selector}"
        element = self.find(match[1][1:])
        for _ in range(match[2].count(":last-child")):
            assert element is not None, f"nothing at {selector}"
            element = element.elements[-1]
        return element

    def _swap(self, swap: str, target: Element, children: list[Element | str]) -> None:
        match swap:
            case "beforeend":
                target.children += children
            case "innerHTML" | "innerMorph":
                target.children = children
            case "outerHTML" | "outerMorph":
                self._replace(target, children)
            case "delete":
                self._replace(target, [])
            case "place":
                for child in children:
                    if isinstance(child, Element):
                        _place(self.root, target, child)
            case _:
                raise AssertionError(f"no swap of ours: {swap}")

    def _replace(self, old: Element, new: list[Element | str]) -> None:
        parent = next(element for element in self.root.walk() if old in element.children)
        at = parent.children.index(old)
        parent.children[at : at + 1] = new


def _place(root: Element, target: Element, new: Element) -> None:
    """In place of its former self, or before the first sibling that stands later."""
    for parent in root.walk():
        parent.children = [
            child for child in parent.children if isinstance(child, str) or not new.id or child.id != new.id
        ]
    order = new.attributes.get("data-order", "")
    later = (
        number
        for number, child in enumerate(target.children)
        if isinstance(child, Element) and child.attributes.get("data-order", "") > order
    )
    target.children.insert(next(later, len(target.children)), new)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("#root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass  # HTML lets some elements be closed by their parent's end

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree(html: str) -> Element:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.open[0]
