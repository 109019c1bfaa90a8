"""Which tools the offline model calls for a message, and what it makes of their results."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import takewhile
from zoneinfo import available_timezones

from agents.engine.messages import ChatMessage, ModelRequest, ToolCall
from agents.engine.recovery import HEADING
from agents.providers.offline_words import keywords, quoted, sentences

MOST_ZONES = 4
QUOTED_SENTENCES = 4
QUOTED_CHARS = 600

Arguments = dict[str, object]

_URL = re.compile(r"https?://[^\s<>\"'`]+")
_SUM = re.compile(r"[-(\d][-+*/%().\d\s\u00d7\u00f7^]*[-+*/%\u00d7\u00f7^][-+*/().\d\s\u00d7\u00f7^]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\b(what|which|tell|current).*\b(time|date|day|weekday)\b|\btime is it\b", re.IGNORECASE)
_PLAN = re.compile(r"\bplan\b", re.IGNORECASE)
_RECALLED = re.compile(r"^- (\w+)\((.*)\): finished: (.*)$", re.MULTILINE)


def calls_for(request: ModelRequest) -> list[ToolCall]:
    """The next calls to make before answering; none when all are made, or nothing on offer is of use."""
    offered = {tool.name for tool in request.tools}
    made = Counter(name for name, _ in _results(request))
    for round_of_calls in _rounds(question_of(request)):
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
    parts = [_SAID[name](result) for name, result in _results(request) if name in _SAID]
    return "\n\n".join(dict.fromkeys(parts))


def question_of(request: ModelRequest) -> str:
    """The words of the last user message, without a note on an interruption."""
    asked = [message.content for message in request.messages if message.role == "user"]
    return asked[-1].partition(HEADING)[0].strip() if asked else ""


def _results(request: ModelRequest) -> Iterator[tuple[str, str]]:
    """Names and results of the calls made for the last question, before and after an interruption."""
    newest_first = takewhile(lambda message: message.role != "user", reversed(request.messages))
    after = list(newest_first)[::-1]
    asked = next((one.content for one in reversed(request.messages) if one.role == "user"), "")
    for name, arguments, result in _RECALLED.findall(asked.partition(HEADING)[2]):
        yield name, f"{arguments} = {result}" if name == "calculator" else result
    yield from _results_in(after)


def _results_in(messages: list[ChatMessage]) -> Iterator[tuple[str, str]]:
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    for message in messages:
        if message.role == "tool" and message.tool_call_id in names:
            yield names[message.tool_call_id], message.content


def _rounds(question: str) -> Iterator[list[tuple[str, Arguments]]]:
    """Calls to make at once, then those to make after them."""
    first: list[tuple[str, Arguments]] = [
        ("fetch_page", {"url": url.rstrip(".,;:!?)")}) for url in _URL.findall(question)[:2]
    ]
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
}
