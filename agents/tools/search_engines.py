"""The search services there are: how each is asked, and what its answer says.

Whatever a service answers is read with suspicion: only titles, addresses and snippets come out, each as one
bounded line of plain text, and no address of a result is fetched here.

Sources: docs.searxng.org (Search API), api-dashboard.search.brave.com (Web Search API).
"""

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import nh3

from agents.tools import net
from agents.tools.base import ToolProblem
from agents.tools.threads import in_thread

BRAVE = "https://api.search.brave.com"
MOST_RESULTS = 8
TITLE_CHARS = 150
URL_CHARS = 500
SNIPPET_CHARS = 400
BOUNDS = net.Bounds(total_s=10, connect_s=5, max_bytes=1_000_000)

OK, UNAUTHORISED, FORBIDDEN, TOO_OFTEN = 200, 401, 403, 429


@dataclass(frozen=True, slots=True)
class Found:
    """One result, in plain text of one line each."""

    title: str
    url: str
    snippet: str


async def searxng(query: str, base: str) -> list[Found]:
    """Asks the operator's own SearXNG, wherever its address is. Raises ToolProblem."""
    asked = f"{base}/search?{urlencode({'q': query, 'format': 'json'})}"
    answer = await net.ask_service(asked, private=True, bounds=BOUNDS)
    if answer.status == FORBIDDEN:
        raise ToolProblem("The search service refused. Its JSON format is off unless its settings allow it.")
    data = await _json(answer)
    return list(_found(data.get("results"), "content"))


async def brave(
    query: str, key: str, base: str = BRAVE, *, private: bool = False, bounds: net.Bounds = BOUNDS
) -> list[Found]:
    """Asks Brave with the operator's key. Raises ToolProblem. `base` and `private` are for tests."""
    asked = f"{base}/res/v1/web/search?{urlencode({'q': query, 'count': MOST_RESULTS})}"
    headers = {"X-Subscription-Token": key}
    answer = await net.ask_service(asked, headers=headers, private=private, bounds=bounds)
    if answer.status in (UNAUTHORISED, FORBIDDEN):
        raise ToolProblem("The search service does not accept the key of this installation.")
    web = (await _json(answer)).get("web")
    return list(_found(web.get("results") if isinstance(web, dict) else None, "description"))


async def _json(answer: net.Page) -> dict[str, Any]:
    if answer.status == TOO_OFTEN:
        raise ToolProblem("The search service has been asked too often. Wait, or go on without it.")
    if answer.status != OK:
        raise ToolProblem(f"The search service answered with the status {answer.status}.")
    if answer.cut:
        raise ToolProblem("The search service answered with more than is read.")
    try:
        data = await in_thread(partial(json.loads, answer.body))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ToolProblem("The search service answered with something that is no search result.")
    return data


def _found(results: object, snippet: str) -> Iterator[Found]:
    """The results that have an address a page can have. None where there is no list of them."""
    given = [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []
    pages = [one for one in given if _is_page(one.get("url"))]
    for one in pages[:MOST_RESULTS]:
        title = _line(one.get("title"), TITLE_CHARS) or one["url"]
        yield Found(title, one["url"], _line(one.get(snippet), SNIPPET_CHARS))


def _is_page(url: object) -> bool:
    if not isinstance(url, str) or len(url) > URL_CHARS or not url.isprintable() or " " in url:
        return False
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def _line(text: object, most: int) -> str:
    """One line of plain text: services mark what was found with elements."""
    if not isinstance(text, str):
        return ""
    plain = html.unescape(nh3.clean(text[: 4 * most], tags=set()))
    line = " ".join(plain.split())
    return line if len(line) <= most else line[: most - 1] + "…"
