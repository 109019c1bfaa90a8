"""The one parser: CommonMark without HTML, GFM's tables, tasks and strikethrough, footnotes and formulas.

What differs from call to call travels in ``env``: ``numbers`` (footnotes), ``streaming`` (an answer under
way), ``open`` (its last line may still go on, so what is begun there counts as closed), and back: ``held``
(some of its end is not drawn yet).
"""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def

from chat.markdown.fences import fence
from chat.markdown.footnotes import footnote_reference
from chat.markdown.limits import MAX_NESTING
from chat.markdown.links import bare_url, image, is_safe, link_with_text
from chat.markdown.math import math_block, math_inline
from chat.markdown.mending import ends_open, mend_pairs, open_code, open_link
from chat.markdown.nesting import too_deep
from chat.markdown.writer import Writer


def inlines(state: StateCore) -> None:
    """The core's inline step, telling the inline rules whether the text they see may go on."""
    streaming_open = state.env.get("open")
    last = _last_inline(state) if streaming_open else -1
    for number, token in enumerate(state.tokens):
        if token.type != "inline":
            continue
        token.children = []
        if token.meta.get("plain"):
            token.children = [Token("text", "", 0, content=token.content)]
            continue
        state.env["open"] = number == last and ends_open(state.src, token, state.tokens[number - 1].type)
        state.md.inline.parse(token.content, state.md, state.env, token.children)
    state.env["open"] = streaming_open


def _last_inline(state: StateCore) -> int:
    tokens = state.tokens
    return next(
        (n for n in range(len(tokens) - 1, -1, -1) if tokens[n].type == "inline" and tokens[n].content), -1
    )


def make_parser() -> MarkdownIt:
    md = MarkdownIt(
        "commonmark", {"html": False, "maxNesting": MAX_NESTING, "tasklists": True}, renderer_cls=Writer
    )
    md.enable(["table", "strikethrough", "linkify"])
    md.disable(["html_block", "html_inline"])
    md.validateLink = is_safe  # type: ignore[method-assign]  # markdown-it's own way to set the policy
    block = md.block.ruler
    block.before("table", "too_deep", too_deep)
    block.at("fence", fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    block.after("fence", "math_block", math_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    block.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    inline = md.inline.ruler
    inline.at("linkify", bare_url)
    inline.before("escape", "math", math_inline)
    inline.before("backticks", "open_code", open_code)
    inline.before("link", "footnote_reference", footnote_reference)
    inline.before("link", "open_link", open_link)
    inline.before("link", "link_with_text", link_with_text)
    inline.at("image", image)
    md.inline.ruler2.after("balance_pairs", "mend_pairs", mend_pairs)
    md.core.ruler.at("inline", inlines)
    return md
