"""What the offline model can really do. Each skill takes the message and gives Markdown, or '' to pass."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

from agents.arithmetic import value_of
from agents.providers.offline_words import body, items, keywords, sentences, words_of

MOST_ITEMS = 100
WORDS_A_MINUTE = 230


def summary(message: str) -> str:
    text = body(message)
    parts = sentences(text)
    if not parts[1:]:
        return ""
    counts = Counter(word.lower() for word in keywords(text, MOST_ITEMS))
    counts.update(word.lower() for word in words_of(text) if word.lower() in counts)

    def weight(sentence: str) -> float:
        words = words_of(sentence)
        return sum(counts[word.lower()] for word in words) / (len(words) + 3)

    best = set(sorted(parts, key=weight, reverse=True)[: max(1, min(5, len(parts) // 3))])
    chosen = [part for part in dict.fromkeys(parts) if part in best]
    listed = "\n".join(f"- {part}" for part in chosen)
    return f"### Summary\n\n{listed}\n\nThat is {len(chosen)} of {len(parts)} sentences, in your own words."


def outline(message: str) -> str:
    text = body(message)
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    if not paragraphs:
        return ""
    lines = ["### Outline", ""]
    for number, paragraph in enumerate(paragraphs[:MOST_ITEMS], start=1):
        title = ", ".join(keywords(paragraph, 3)) or "Part"
        lines.append(f"{number}. **{title}**")
        lines += [f"   - {sentence}" for sentence in sentences(paragraph)[:4]]
    return "\n".join(lines)


def counts(message: str) -> str:
    text = body(message) or message
    words = words_of(text)
    rows = [
        ("Words", len(words)),
        ("Different words", len({word.lower() for word in words})),
        ("Characters", len(text)),
        ("Sentences", len(sentences(text))),
        ("Lines", len(text.splitlines())),
    ]
    minutes = max(1, round(len(words) / WORDS_A_MINUTE))
    table_rows = "\n".join(f"| {name} | {number:,} |" for name, number in rows)
    return f"| What | Number |\n|---|---:|\n{table_rows}\n\nReading it takes about {minutes} min."


def sorting(message: str) -> str:
    found = items(message)
    if not found[1:]:
        return ""
    return "In order:\n\n" + "\n".join(
        f"{number}. {item}"
        for number, item in enumerate(sorted(found, key=str.casefold)[:MOST_ITEMS], start=1)
    )


def table(message: str) -> str:
    found = items(message)
    if not found[1:]:
        return ""
    rows = []
    for number, item in enumerate(found[:MOST_ITEMS], start=1):
        name, _, detail = item.replace("|", "\\|").partition(":")
        rows.append(f"| {number} | {name.strip()} | {detail.strip()} |")
    return "| # | Item | Detail |\n|---:|---|---|\n" + "\n".join(rows)


def checklist(message: str) -> str:
    found = items(message)
    return "\n".join(f"- [ ] {item}" for item in found[:MOST_ITEMS]) if found[1:] else ""


def bullets(message: str) -> str:
    found = items(message)
    return "\n".join(f"- {item}" for item in found[:MOST_ITEMS]) if found[1:] else ""


def dates(message: str) -> str:
    found = []
    for text in re.findall(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b", message)[:MOST_ITEMS]:
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            continue
    if not found:
        return ""
    lines = [f"- **{day}** is a {day:%A}, day {day:%-j} of its year." for day in found]
    lines += [
        f"- From {first} to {second}: **{(second - first).days:,} days**."
        for first, second in pairwise(found)
    ]
    return "\n".join(lines)


def arithmetic(message: str) -> str:
    spelled = message.replace("\u00d7", "*").replace("\u00f7", "/").replace("^", "**")
    candidates = [part.strip() for part in re.findall(r"[-+*/%().\d\s]{3,200}", spelled)]
    expression = max(candidates, key=len, default="").rstrip(".").strip()
    try:
        value = value_of(expression)
    except ValueError:
        return ""
    shown = f"{value:,.10g}" if isinstance(value, float) else f"{value:,}"
    return f"`{expression}` = **{shown}**"


_SAMPLES = {
    "javascript": (
        "const count = (words) =>\n"
        "  words.reduce((totals, word) => totals.set(word, (totals.get(word) ?? 0) + 1), new Map());\n\n"
        'console.log(count(["tea", "milk", "tea"]));'
    ),
    "sql": "SELECT word, count(*) AS times\nFROM words\nGROUP BY word\nORDER BY times DESC\nLIMIT 10;",
    "bash": "tr -cs '[:alpha:]' '\\n' < text.txt | sort | uniq -c | sort -rn | head",
    "python": (
        "from collections import Counter\n\n\n"
        "def most_common(text: str, number: int = 3) -> list[tuple[str, int]]:\n"
        '    """The words that come up most, with how often."""\n'
        "    return Counter(text.lower().split()).most_common(number)\n\n\n"
        'print(most_common("tea or milk or tea"))'
    ),
}


def code(message: str) -> str:
    said = message.lower().replace("shell", "bash")
    language = next((name for name in _SAMPLES if name in said), "python")
    return (
        "I know only a few programs by heart. This one counts words:\n\n"
        f"```{language}\n{_SAMPLES[language]}\n```\n\n"
        "Change the input and run it; each part does one thing."
    )


def formula(message: str) -> str:
    return (
        "A quadratic equation $ax^2 + bx + c = 0$ has the solutions\n\n"
        "$$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$$\n\n"
        "They are real where $b^2 \\ge 4ac$. Give me numbers, as in `2 * (3 + 4)`, and I calculate them."
    )


def draft(message: str) -> str:
    about = ", ".join(keywords(message, 3)) or "your subject"
    return (
        f"## Draft: {about}\n\n"
        f"**Purpose.** In one sentence: what should be different after somebody reads about {about}?\n\n"
        "### 1. Where we are\n\n- what has happened so far\n- who is concerned\n\n"
        f"### 2. What is proposed\n\n- the first step with {about}\n- what it costs, and until when\n\n"
        "### 3. What you need from the reader\n\n- [ ] a decision\n- [ ] a date\n\n"
        "> Fill in one line each; a draft that is short gets an answer."
    )
