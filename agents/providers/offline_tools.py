"""Which tools the offline model calls for a message, and what it makes of their results."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import takewhile
from zoneinfo import available_timezones

from agents.engine.messages import ChatMessage, ModelRequest, ToolCall
from agents.engine.statuses import NOT_ALLOWED
from agents.providers.offline_intents import calls_in, cited, listed, read, searched
from agents.providers.offline_words import keywords, quoted, sentences

MOST_ZONES = 4
QUOTED_SENTENCES = 4
QUOTED_CHARS = 600

Arguments = dict[str, object]

_URL = re.compile(r"https?://[^\s<>\"'`]+")
_SUM = re.compile(r"[-(\d][-+*/%().\d\s\u00d7\u00f7^]*[-+*/%\u00d7\u00f7^][-+*/().\d\s\u00d7\u00f7^]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\b(what|which|tell|current).*\b(time|date|day|weekday)\b|\btime is it\b", re.IGNORECASE)
_ASK = re.compile(r"\s*ask (?:the )?([^:,\n]{1,100})[:,]\s*(.+)", re.IGNORECASE | re.DOTALL)
_PLAN = re.compile(r"\bplan\b", re.IGNORECASE)


def calls_for(request: ModelRequest) -> list[ToolCall]:
    """The next calls to make before answering; none when all are made, or nothing on offer is of use."""
    offered = {tool.name for tool in request.tools}
    made = Counter(name for name, _ in _results(request))
    for round_of_calls in _rounds(question_of(request), request.messages):
        calls = []
        for name, arguments in round_of_calls:
            if name not in offered:
                continue
            if made[name]:
                made[name] -= 1
            else:
                calls.append(ToolCall("", name, json.dumps(arguments)))
        if calls:
            return calls
    return []


def told_by_tools(request: ModelRequest) -> str:
    """What the results come to, in Markdown; '' without any that are worth saying."""
    question = question_of(request)
    parts = [_told(name, result, question) for name, result in _results(request)]
    return "\n\n".join(dict.fromkeys(part for part in parts if part))


def _told(name: str, result: str, question: str) -> str:
    if result.startswith(NOT_ALLOWED):
        return f"You did not allow `{name}`, so I left it."
    if name == "search_knowledge":
        return cited(result, question)
    return _SAID[name](result) if name in _SAID else ""


def question_of(request: ModelRequest) -> str:
    """The words of the last user message."""
    asked = [message.content for message in request.messages if message.role == "user"]
    return asked[-1].strip() if asked else ""


def _results(request: ModelRequest) -> Iterator[tuple[str, str]]:
    """Names and results of the calls made for the last question."""
    newest_first = takewhile(lambda message: message.role != "user", reversed(request.messages))
    yield from _results_in(list(newest_first)[::-1])


def _results_in(messages: list[ChatMessage]) -> Iterator[tuple[str, str]]:
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    for message in messages:
        if message.role == "tool" and message.tool_call_id in names:
            yield names[message.tool_call_id], message.content


def _rounds(question: str, messages: Sequence[ChatMessage]) -> Iterator[list[tuple[str, Arguments]]]:
    """Calls to make at once, then those to make after them."""
    if asked := _ASK.match(question):
        yield [("ask_agent", {"agent": asked[1].strip(), "question": asked[2].strip()})]
        return
    first: list[tuple[str, Arguments]] = [
        ("fetch_page", {"url": url.rstrip(".,;:!?)")}) for url in _URL.findall(question)[:2]
    ]
    first += calls_in(_URL.sub(" ", question), messages)
    words = _DATE.sub(" ", _URL.sub(" ", question))
    if expression := _expression(words):
        first.append(("calculator", {"expression": expression}))
    if _TIME.search(words):
        first += [("current_time", {"zone": zone}) for zone in _zones(words)]
    yield first
    if _PLAN.search(words):
        for steps in _plans(words):
            yield [("update_plan", {"steps": steps})]


def _expression(words: str) -> str:
    found = max((match.strip() for match in _SUM.findall(words)), key=len, default="")
    spelled = found.replace("\u00d7", "*").replace("\u00f7", "/").replace("^", "**").rstrip("+-*/%. ")
    return spelled if re.search(r"[\d)]\s*[-+*/%]+\s*[(\d]", spelled) else ""


def _plans(words: str) -> Iterator[list[dict[str, str]]]:
    about = ", ".join(keywords(words.replace("plan", " ").replace("Plan", " "), 2)) or "it"
    texts = (f"See what is known about {about}", "Put the steps in order", "Write the draft")
    for done in range(len(texts) + 1):
        states = ["completed"] * done + ["in_progress"] + ["pending"] * len(texts)
        yield [{"text": text, "status": state} for text, state in zip(texts, states, strict=False)]


def _zones(words: str) -> list[str]:
    lower = f" {' '.join(re.findall(r'[a-z]+', words.lower()))} "
    return [zone for city, zone in _cities().items() if f" {city} " in lower][:MOST_ZONES] or [""]


@cache
def _cities() -> dict[str, str]:
    """Small names of places with a time zone of their own, and the zone."""
    named = (zone for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith("Etc/"))
    return {zone.rpartition("/")[2].replace("_", " ").lower(): zone for zone in named}


def _page(result: str) -> str:
    head, _, text = result.partition("\n\n")
    first = " ".join(sentences(text)[:QUOTED_SENTENCES])[:QUOTED_CHARS]
    return f"The page says:\n\n{quoted(head)}\n>\n{quoted(first)}" if first else result


_SAID: dict[str, Callable[[str], str]] = {
    "calculator": lambda result: f"**{result.replace('*', chr(92) + '*')}**",
    "current_time": lambda result: f"It is **{result}**.",
    "fetch_page": _page,
    "ask_agent": lambda result: result,
    "list_files": listed,
    "read_file": read,
    "write_file": str,
    "web_search": searched,
}
