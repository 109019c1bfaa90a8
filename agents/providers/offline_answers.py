"""What the offline model says: one skill answers, chosen by the words of the last message."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agents.engine.messages import ModelRequest
from agents.providers import offline_skills as skills
from agents.providers.offline_tools import question_of, told_by_tools
from agents.providers.offline_words import keywords, quoted, sentences, words_of
from agents.refinements import by_rules, wish_in, written


@dataclass(frozen=True, slots=True)
class Answer:
    """Reasoning in plain sentences, text in Markdown."""

    reasoning: str
    text: str


@dataclass(frozen=True, slots=True)
class _Skill:
    """A skill is chosen when its pattern is found and it has something to say about the text."""

    pattern: re.Pattern[str]
    intention: str
    answer: Callable[[str], str]


def _skill(pattern: str, intention: str, answer: Callable[[str], str]) -> _Skill:
    return _Skill(re.compile(pattern, re.IGNORECASE), intention, answer)


_SKILLS = (
    _skill(
        r"\b(summar(y|ize|ise)|tl;?dr|shorten|in short)", "pick the sentences that carry most", skills.summary
    ),
    _skill(r"\b(outline|structure)\b", "turn the text into an outline", skills.outline),
    _skill(r"\b(count|how many (words|characters|letters)|word count)", "count what is there", skills.counts),
    _skill(r"\bsort(ed)?\b|\balphabet", "put the items in order", skills.sorting),
    _skill(r"\btable\b", "put the items in a table", skills.table),
    _skill(r"\b(checklist|to-?do)", "make a list to tick off", skills.checklist),
    _skill(r"\b(bullets?|list)\b", "make a list of the items", skills.bullets),
    _skill(r"\d{4}-\d{2}-\d{2}", "work out the dates", skills.dates),
    _skill(r"\d\s*[-+*/^%\u00d7\u00f7]\s*[(\d]", "calculate", skills.arithmetic),
    _skill(
        r"\b(code|python|javascript|sql|bash|shell|function|script)\b", "write a code sample", skills.code
    ),
    _skill(r"\b(formula|equation|math|latex)", "write the formula down", skills.formula),
    _skill(r"\b(write|draft|e-?mail|letter|proposal|report|plan)\b", "draft a structure", skills.draft),
)

_GREETING = re.compile(r"\W*(hello|hi|hey|hallo|good (morning|afternoon|evening)|greetings)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(who|what) are you\b|\bwhat can you do\b|^\W*help\W*$|\boffline\b", re.IGNORECASE)
SHORT_WORDS = 6
QUOTED_CHARS = 280


def answer_to(request: ModelRequest) -> Answer:
    """The answer to the last user message; the same request always gets the same one."""
    if wish := wish_in(request):
        return Answer("These are instructions to improve. I go by simple rules.", written(by_rules(wish)))
    questions = [message.content for message in request.messages if message.role == "user"]
    question = question_of(request)
    name = request.agent_name or "the offline model"
    prompt = next((message.content for message in request.messages if message.role == "system"), "")
    if told := told_by_tools(request):
        return Answer("The tools have answered. I put it into words.", f"{told}\n\n{_signature()}")
    greeted = _GREETING.match(question) is not None and len(words_of(question)) <= SHORT_WORDS
    if not question or greeted or _WHO.search(question):
        return Answer(
            f"Somebody opens a conversation. As {name} I introduce myself.", _introduction(name, prompt)
        )
    for skill in _SKILLS:
        if skill.pattern.search(question) and (text := skill.answer(question)):
            return Answer(_thoughts(name, question, skill.intention), f"{text}\n\n{_signature()}")
    text = _reflection(question, questions[:-1])
    return Answer(
        _thoughts(name, question, "sort the question and say what would help"), f"{text}\n\n{_signature()}"
    )


def _thoughts(name: str, question: str, intention: str) -> str:
    about = ", ".join(keywords(question, 4)) or "this"
    return (
        f"I am {name}, and no network is at hand. The message is about {about}. "
        f"What I can do with certainty: {intention}."
    )


def _introduction(name: str, prompt: str) -> str:
    lines = [f"Hello! I am **{name}**."]
    if first := next(iter(sentences(prompt)), ""):
        lines.append(f"My instructions begin like this:\n\n{quoted(first)}")
    lines.append(
        "Right now the **offline model** speaks for me: a small program inside this application that needs "
        "no key and no network. It does not know the world, but it does some things reliably:"
    )
    lines.append(
        "- summarise or outline a text you paste\n"
        "- count its words, sort a list, make a table or a checklist of it\n"
        "- calculate, as in `12 * (3 + 4)`, and work with dates such as `2026-12-24`\n"
        "- draft the structure of a letter or a plan, or show a short code sample"
    )
    lines.append("For a full language model, set `OPENAI_BASE_URL` or `OPENAI_API_KEY` and start again.")
    return "\n\n".join(lines)


def _reflection(question: str, earlier: list[str]) -> str:
    topics = keywords(question, 5)
    about = ", ".join(f"**{topic}**" for topic in topics) or "your message"
    first, last = (topics[0], topics[-1]) if topics else ("this", "something")
    parts = [
        f"You wrote about {about}.",
        quoted(question[:QUOTED_CHARS] + ("…" if len(question) > QUOTED_CHARS else "")),
        "The offline model cannot look this up, but here is a way to take it apart:",
        "\n".join(
            [
                f"1. **Say what is known.** Write down what you already have on {first}.",
                "2. **Name what is missing.** One line a gap; most questions have fewer than four.",
                f"3. **Choose the next step.** The smallest one that changes {last}.",
            ]
        ),
    ]
    if earlier and (before := keywords(earlier[-1], 3)):
        parts.append(f"Earlier you asked about {', '.join(before)}; the same three steps may join the two.")
    parts.append(
        "Paste a text and ask me to *summarise*, *outline* or *count* it, and I can do more than that."
    )
    return "\n\n".join(parts)


def _signature() -> str:
    return "*Answered by the offline model.*"
