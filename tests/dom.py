"""A page in miniature: parses HTML, applies fragments as htmx would, and compares what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "input", "img", "meta", "link", "wbr", "source"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self) -> list[Element]:
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self) -> Iterator[Element]:
        for child in self.elements():
            yield child
            yield from child.walk()

    def by_id(self, key: str) -> Element | None:
        return next((one for one in self.walk() if one.attributes.get("id") == key), None)

    def parent_of(self, wanted: Element) -> Element:
        return next(one for one in (self, *self.walk()) if any(child is wanted for child in one.children))

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def normal(self) -> object:
        """For comparison: runs of white space are one space, and none at the edges of elements."""
        parts: list[object] = []
        for child in self.children:
            if isinstance(child, Element):
                parts.append(child.normal())
            elif parts and isinstance(parts[-1], str):
                parts[-1] += child
            else:
                parts.append(child)
        squeezed = [" ".join(part.split()) if isinstance(part, str) else part for part in parts]
        return (self.name, sorted(self.attributes.items()), [part for part in squeezed if part])


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("#root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree(html: str) -> Element:
    """The elements of well-formed HTML; fails the test for any other."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.open) == 1, f"not closed: {[element.name for element in builder.open]}"
    return builder.open[0]


def apply(page: Element, frame: str) -> None:
    """Does to the page what htmx does with a frame of ``<hx-partial>``; a target not there is skipped."""
    for partial in tree(frame).elements():
        assert partial.name == "hx-partial", f"a frame holds partials only, not {partial.name}"
        target = _target(page, partial.attributes["hx-target"] or "")
        if target is not None:
            _swap(page, target, (partial.attributes["hx-swap"] or "").split()[0], partial.children)


def _target(page: Element, selector: str) -> Element | None:
    key, *chain = selector.split(">")
    element = page.by_id(key.removeprefix("#"))
    for step in chain:
        assert step == ":last-child", f"no selector of ours: {selector}"
        element = element.elements()[-1] if element is not None else None
    return element


def _swap(page: Element, target: Element, style: str, children: list[Element | str]) -> None:
    match style:
        case "beforeend":
            target.children.extend(children)
        case "innerHTML" | "innerMorph":
            target.children = list(children)
        case "outerHTML":
            place = page.parent_of(target).children
            place[place.index(target) : place.index(target) + 1] = children
        case "delete":
            page.parent_of(target).children.remove(target)
        case "place":
            for child in children:
                if isinstance(child, Element):
                    _place(page, target, child)
        case _:
            raise AssertionError(f"no swap of ours: {style}")


def _place(page: Element, target: Element, element: Element) -> None:
    old = page.by_id(element.attributes["id"] or "")
    if old is not None:
        page.parent_of(old).children.remove(old)
    order = element.attributes["data-order"] or ""
    siblings = [one for one in target.elements() if (one.attributes.get("data-order") or "") > order]
    at = next(
        (i for i, one in enumerate(target.children) if siblings and one is siblings[0]), len(target.children)
    )
    target.children.insert(at, element)
