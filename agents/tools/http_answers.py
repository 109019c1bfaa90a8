"""What an HTTP interface answered, as text a model reads."""

import json
from email.message import Message
from functools import partial

from agents.sealing import without
from agents.tools.base import Told, ToolProblem
from agents.tools.net import Page
from agents.tools.readable import readable
from agents.tools.threads import in_thread

FIRST_BAD = 400
EXCERPT = 500
#: Characters of JSON that is laid out: of a thousand levels each line would begin with a thousand blanks.
MAX_LAID_OUT = 100_000


async def told(page: Page, secrets: dict[str, str]) -> Told:
    """Raises ToolProblem with what the server said for a status of 400 and above."""
    # Up to two megabytes of somebody's JSON or HTML are not the event loop's to read.
    text = without(secrets, await in_thread(partial(_text, page)))
    status = f"Status {page.status}"
    if page.status >= FIRST_BAD:
        said = " ".join(text.split())[:EXCERPT]
        raise ToolProblem(f"The server answered with the status {page.status}. {said}".strip())
    if not text.strip():
        return Told(f"{status}, without content.", summary=status)
    cut = "\n\n[The answer was longer than what is read of one.]" if page.cut else ""
    return Told(text + cut, summary=" ".join(text.split())[:EXCERPT])


def _text(page: Page) -> str:
    header = Message()
    header["Content-Type"] = page.content_type or "text/plain"
    kind, charset = header.get_content_type(), header.get_content_charset()
    if kind.endswith(("/json", "+json")) or header.get_content_maintype() == "text" or kind.endswith("xml"):
        text = _decoded(page.body, charset)
        if kind.endswith("json") and not page.cut:
            return _laid_out(text)
        return "\n".join(readable(text)).strip() if "html" in kind else text
    return f"[{kind[:100]}, {len(page.body) // 1000} kB: not readable as text]" if page.body else ""


def _laid_out(text: str) -> str:
    if len(text) > MAX_LAID_OUT:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return text


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        return body.decode("utf-8", "replace")
