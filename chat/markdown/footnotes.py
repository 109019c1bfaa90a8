"""Footnotes: ``[^label]`` in the text, ``[^label]: …`` as blocks, numbered in the order of first mention.

The block rule is mdit-py-plugins'; references, numbers and ids are ours. Whole documents gather the notes at
their end. A stream cannot: there each definition stays where it stands, and every reference is believed.
"""

import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field

from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from chat.markdown.limits import MAX_LABEL
from chat.markdown.words import word

_REFERENCE = re.compile(rf"\[\^([^\s\[\]]{{1,{MAX_LABEL}}})\]")


@dataclass
class Numbers:
    """Which label has which number, and how often it was mentioned; ``prefix`` keeps ids apart on a page."""

    prefix: str = ""
    by_label: MutableMapping[str, int] = field(default_factory=dict)
    mentions: MutableMapping[str, int] = field(default_factory=dict)

    def mention(self, label: str) -> tuple[int, int]:
        """The label's number, and which mention of it this is, both from 1."""
        number = self.by_label.setdefault(label, len(self.by_label) + 1)
        self.mentions[label] = self.mentions.get(label, 0) + 1
        return number, self.mentions[label]

    def note_id(self, number: int) -> str:
        return f"fn-{self.prefix}{number}"

    def reference_id(self, number: int, mention: int) -> str:
        return f"fnref-{self.prefix}{number}" + (f"-{mention}" if mention > 1 else "")


def footnote_reference(state: StateInline, silent: bool) -> bool:
    """Inline rule at ``[^``: a label that is defined, or in a stream any."""
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    if found is None or state.linkLevel > 0:
        return False
    known = state.env.get("footnotes", {}).get("refs", ())
    if not state.env.get("streaming") and ":" + found[1] not in known:
        return False
    if not silent:
        state.push("footnote_reference", "", 0).meta = {"label": found[1]}
    state.pos = found.end()
    return True


def reference_html(token: Token, numbers: Numbers) -> str:
    number, mention = numbers.mention(token.meta["label"])
    return (
        f'<sup class="footnote-ref"><a href="#{numbers.note_id(number)}" '
        f'id="{numbers.reference_id(number, mention)}">{number}</a></sup>'
    )


def definitions(tokens: Sequence[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """The document without its footnotes, and the tokens of each by label; a repeated label counts once."""
    body: list[Token] = []
    notes: dict[str, list[Token]] = {}
    into: list[list[Token]] = [body]
    for token in tokens:
        if token.type == "footnote_reference_open":
            into.append(notes.setdefault(token.meta["label"], []) if token.meta["label"] not in notes else [])
        elif token.type == "footnote_reference_close":
            into.pop()
        else:
            into[-1].append(token)
    return body, notes


def section(notes: dict[str, list[Token]], renderer: RendererHTML, options: OptionsDict, env: EnvType) -> str:
    """The mentioned notes in order; a note may itself mention another for the first time."""
    numbers: Numbers = env["numbers"]
    items: list[str] = []
    labels = list(numbers.by_label)
    for label in labels:
        html = renderer.render(notes[label], options, env)
        if len(numbers.by_label) > len(labels):
            labels.extend(list(numbers.by_label)[len(labels) :])
        items.append(f'<li id="{numbers.note_id(len(items) + 1)}">\n{html}</li>\n')
    return _wrapped(
        "".join(_with_way_back(item, label, numbers) for item, label in zip(items, labels, strict=True))
    )


def opened(label: str, numbers: Numbers) -> str:
    """The beginning of one note where it stands in a stream, under its number."""
    number = numbers.by_label.get(label) or len(numbers.by_label) + 1
    return f'<section class="footnotes">\n<ol>\n<li value="{number}">\n'


def _wrapped(items: str) -> str:
    return f'<section class="footnotes">\n<ol>\n{items}</ol>\n</section>\n' if items else ""


CLOSED = "</li>\n</ol>\n</section>\n"


def _with_way_back(item: str, label: str, numbers: Numbers) -> str:
    number = numbers.by_label[label]
    name = word("Back to the text")
    links = "".join(
        f' <a href="#{numbers.reference_id(number, mention)}" class="footnote-back" aria-label="{name}">↩</a>'
        for mention in range(1, numbers.mentions[label] + 1)
    )
    end = "</p>\n</li>\n"
    return (
        item.removesuffix(end) + links + end
        if item.endswith(end)
        else item.removesuffix("</li>\n") + links + "</li>\n"
    )
