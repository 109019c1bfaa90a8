"""What a message to the offline model asks of files, the web and documents, and how it retells results."""

import re
from collections.abc import Iterator, Sequence

from agents.engine.messages import ChatMessage
from agents.providers.offline_skills import draft
from agents.providers.offline_words import body, keywords, quoted, sentences, words_of

Arguments = dict[str, object]

#: Where a message says what it wants. Looking takes the square of it, and the event loop waits.
INTENT_CHARS = 1_000
MOST_QUERY = 400
FEWEST_WORDS = 3
QUOTED_SENTENCES = 2
QUOTED_CHARS = 300
SHOWN_CHARS = 1_200
#: Words of a question that a quotation is chosen by, and the letters by which two words are one.
MOST_KEYWORDS, STEM = 8, 5

_ENDINGS = "md|txt|csv|json|html?|ya?ml|py|js|css|xml|svg|tex|log|sql"
_NAME = rf"[`\"'\u201c]?(?P<path>\w[\w/-]*(?:\.[\w-]+)*\.(?:{_ENDINGS}))\b[`\"'\u201d]?"
_WRITE = re.compile(
    rf"\b(?P<verb>save|store|write|put|keep)\b\s*(?P<what>.*?)\s*\b(?:as|to|into|in|under|named|called)\s+"
    rf"(?:an?\s+|the\s+)?(?:file\s+)?(?:named\s+|called\s+)?{_NAME}",
    re.IGNORECASE | re.DOTALL,
)
_READ = re.compile(
    rf"\b(?:read|open|show|print|summari[sz]e|what is in|what's in|what does)\b[^.\n]*?{_NAME}", re.IGNORECASE
)
_LIST = re.compile(
    r"\b(?:list|show|which|what)\b[^.?!\n]*\bfiles\b|\bany files\b|\bfiles are there\b", re.IGNORECASE
)
_SEARCH = re.compile(
    r"\b(?:search|look up|google)\b\s*(?:(?:on |in )?the (?:web|internet)|online)?\s*"
    r"(?:for|about)?\s*(?P<query>[^\n]+)",
    re.IGNORECASE,
)
#: What is to be made up, unlike what is to be kept as it was said.
_TO_MAKE_UP = re.compile(r"(?:an?|some|the|me|my|our)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\W*(?:(?:all )?(?:this|that|it|them|these|those)|(?:your|the) (?:last )?answer)\W*", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"\u201c\u201e](.+)[\"\u201d\u201c]", re.DOTALL)
_RESULT = re.compile(r"^(\d+)\. (.+)\n {3}(\S+)\n {3}(.*)$", re.MULTILINE)
_PASSAGE = re.compile(r"^\[(\d+)\] (.+)\n((?:.|\n)+?)(?=\n\n\[\d+\] |\Z)", re.MULTILINE)


def calls_in(words: str, messages: Sequence[ChatMessage]) -> Iterator[tuple[str, Arguments]]:
    """The calls that the words ask for; `messages` is the conversation, for what they point back to."""
    head = words[:INTENT_CHARS]
    if write := _WRITE.search(head):
        yield "write_file", {"path": write["path"], "content": _content(words, write, messages)}
        return
    if read := _READ.search(head):
        yield "read_file", {"path": read["path"]}
    elif _LIST.search(head):
        yield "list_files", {}
    elif search := _SEARCH.search(head):
        yield "web_search", {"query": search["query"].strip(" ?.!\"'")[:MOST_QUERY]}
    if len(words_of(words)) >= FEWEST_WORDS:
        yield "search_knowledge", {"query": " ".join(words.split())[:MOST_QUERY]}


def _content(words: str, write: re.Match[str], messages: Sequence[ChatMessage]) -> str:
    """What to save: what is pasted below or behind a colon, quoted, pointed at or said; or a draft.

    One saves what one has said, and writes what there is not yet: "write a poem" is drafted.
    """
    if pasted := body(words[write.end() :]):
        return f"{pasted}\n"
    what = write["what"].strip(" :,")
    if found := _QUOTED.search(what):
        return f"{found[1].strip()}\n"
    answers = [message.content for message in messages if message.role == "assistant" and message.content]
    if _POINTS_BACK.fullmatch(what) and answers:
        return f"{answers[-1].strip()}\n"
    if ":" in what:
        return f"{what.partition(':')[2].strip()}\n"
    if what and not (write["verb"].lower() == "write" and _TO_MAKE_UP.match(what)):
        return f"{what}\n"
    title = what[:1].upper() + what[1:] or "Notes"
    return f"# {title}\n\n{draft(f'draft {what}')}\n" if keywords(what, 1) else f"# {title}\n"


def listed(result: str) -> str:
    """What `list_files` told."""
    if " bytes)" not in result:
        return result
    return "These files are here:\n\n" + "\n".join(f"- `{line}`" for line in result.splitlines())


def read(result: str) -> str:
    """What `read_file` told, as it stands in the file."""
    head, found, text = result.partition(":\n\n")
    if not found:
        return result
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", text)), default=0))
    shown = text[:SHOWN_CHARS] + ("…" if len(text) > SHOWN_CHARS else "")
    return f"**{head}**\n\n{fence}\n{shown.rstrip()}\n{fence}"


def searched(result: str) -> str:
    """What `web_search` told."""
    found = _RESULT.findall(result)
    rows = [f"{n}. [{_plain(title)}]({url})  \n   {_plain(snippet)}" for n, title, url, snippet in found]
    return "This is what the web says:\n\n" + "\n".join(rows) if rows else result


def cited(result: str, question: str) -> str:
    """What `search_knowledge` told: the best passages at the question's nearest, with their numbers."""
    asked = {_stem(word) for word in keywords(question, MOST_KEYWORDS)}
    parts = []
    for number, heading, text in _PASSAGE.findall(result)[:3]:
        said = _nearest(_without_headings(sentences(text)), asked)[:QUOTED_CHARS]
        parts.append(f"{quoted(said)}\n\n{_plain(heading)} [{number}]")
    return "The documents say:\n\n" + "\n\n".join(parts) if parts else ""


def _without_headings(said: list[str]) -> list[str]:
    """A first line that is no sentence says where the passage stands."""
    return said[1:] if said[1:] and said[0][-1] not in ".!?…:|" else said


def _nearest(said: list[str], asked: set[str]) -> str:
    """The sentence with most of the words that were asked for, the first of equals, and what follows it."""
    had = [len(asked & {_stem(word) for word in words_of(one)}) for one in said]
    first = had.index(max(had)) if had else 0
    return " ".join(said[first : first + QUOTED_SENTENCES])


def _stem(word: str) -> str:
    return word.lower().rstrip("s")[:STEM]


def _plain(text: str) -> str:
    """Without what Markdown would take for a sign."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)
