"""Tokens to HTML, before the sanitiser: our frames and classes in place of the parser's defaults."""

from collections.abc import Sequence
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from chat.markdown.code import code_block
from chat.markdown.footnotes import CLOSED, opened, reference_html
from chat.markdown.links import OUTWARD
from chat.markdown.tex import mathml
from chat.markdown.words import word

#: A message is not a page: its headings stay under the page's own and the message's.
HEADING_SHIFT = 2
_ALIGNED = {"text-align:right": "align-right", "text-align:center": "align-center"}


class Writer(RendererHTML):
    """Its methods are found by token type."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        closed = token.meta["closed"] or not env.get("open_fence")
        content = token.content if closed else env["open_fence"](token)
        return code_block(content, token.info, closed)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return code_block(tokens[idx].content)

    def math(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return mathml(tokens[idx].content, tokens[idx].meta["display"])

    def math_open_end(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<code class="math">{escape(tokens[idx].content, quote=False)}</code>'

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if token.meta["closed"]:
            return f'<div class="math" tabindex="0">{mathml(token.content[2:-2].strip(), True)}</div>\n'
        return f'<pre class="math" tabindex="0">{escape(token.content, quote=False)}</pre>\n'

    def footnote_reference(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return reference_html(tokens[idx], env["numbers"])

    def footnote_reference_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return opened(tokens[idx].meta["label"], env["numbers"])

    def footnote_reference_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return CLOSED

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if "href" in tokens[idx].attrs:
            tokens[idx].attrs.update(OUTWARD)
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A link with the image's text: the page must not ask another server for anything by itself."""
        token = tokens[idx]
        text = self.renderInlineAsText(token.children or [], options, env).strip()
        if token.meta.get("linked"):
            return escape(text)
        source = str(token.attrs["src"])
        link = Token("link_open", "a", 1, attrs={"href": source, "class": "image-link", **OUTWARD})
        return f"<a{self.renderAttrs(link)}>{escape(text or source)}</a>"

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="table" tabindex="0">\n<table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        name = _ALIGNED.get(str(tokens[idx].attrs.get("style", "")))
        return f'<{tokens[idx].tag} class="{name}">' if name else f"<{tokens[idx].tag}>"

    td_open = th_open

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if "checked" not in token.meta:
            return self.renderToken(tokens, idx, options, env)
        checked, name = (" checked", word("Done")) if token.meta["checked"] else ("", word("Not done"))
        box = f'<input class="task__box" type="checkbox" disabled{checked} aria-label="{name}">'
        return f'<li class="task">{box} '

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<{_heading(tokens[idx])}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{_heading(tokens[idx])}>\n"

    def bullet_list_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Without the class for a list of tasks: it would change the list's beginning with its tenth item."""
        tokens[idx].attrs.pop("class", None)
        return self.renderToken(tokens, idx, options, env)

    ordered_list_open = bullet_list_open


def _heading(token: Token) -> str:
    return f"h{min(int(token.tag[1]) + HEADING_SHIFT, 6)}"
