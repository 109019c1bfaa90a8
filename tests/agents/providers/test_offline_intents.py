"""The embedded model saves, lists and reads files, and searches, where a message asks for that."""

import time

import pytest

from agents.engine.messages import ChatMessage, ToolSpec
from tests.agents.providers.test_offline_tools import answered, asking, calls, text

NAMES = ("write_file", "list_files", "read_file", "web_search", "calculator", "fetch_page")
OFFER = tuple(ToolSpec(name, "", {}) for name in NAMES)
KNOWING = (ToolSpec("search_knowledge", "", {}),)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Save the following as notes.md:\n- tea\n- milk",
            [("write_file", {"path": "notes.md", "content": "- tea\n- milk\n"})],
        ),
        (
            'Please write "Tea is hot." to drafts/tea.txt',
            [("write_file", {"path": "drafts/tea.txt", "content": "Tea is hot.\n"})],
        ),
        (
            "save a list of fruit: apples, pears as a file named `fruit.csv`",
            [("write_file", {"path": "fruit.csv", "content": "apples, pears\n"})],
        ),
        (
            "Save milk, eggs and bread as notes.md",
            [("write_file", {"path": "notes.md", "content": "milk, eggs and bread\n"})],
        ),
        (
            "write hello world to hello.txt",
            [("write_file", {"path": "hello.txt", "content": "hello world\n"})],
        ),
        ("Which files are there?", [("list_files", {})]),
        ("List my files", [("list_files", {})]),
        ("Read notes.md, please", [("read_file", {"path": "notes.md"})]),
        ("What is in drafts/tea.v2.txt?", [("read_file", {"path": "drafts/tea.v2.txt"})]),
        ("Search the web for green tea.", [("web_search", {"query": "green tea"})]),
        ("look up the opening hours of the zoo", [("web_search", {"query": "the opening hours of the zoo"})]),
        ("Read https://example.org/notes.md", [("fetch_page", {"url": "https://example.org/notes.md"})]),
        ("Write a letter to anna.smith", []),
        ("Write a poem about files", []),
        ("Tell me about whales.", []),
    ],
)
async def test_it_calls_what_the_message_asks_for(question, expected):
    assert await calls(asking(question, tools=OFFER)) == expected


async def test_what_is_pointed_back_to_is_the_last_answer():
    said = (ChatMessage("assistant", "Tea is **hot**."), ChatMessage("user", "Save that as tea.md"))
    assert await calls(asking("What is tea?", *said, tools=OFFER)) == [
        ("write_file", {"path": "tea.md", "content": "Tea is **hot**.\n"})
    ]


async def test_what_there_is_not_yet_is_drafted():
    ((name, arguments),) = await calls(asking("Write a packing list for Rome to rome.md", tools=OFFER))
    assert (name, arguments["path"]) == ("write_file", "rome.md")
    assert arguments["content"].startswith("# A packing list for Rome\n\n## Draft")


async def test_it_says_what_came_of_a_write_and_makes_it_once():
    after = answered("write_file", {}, "Saved notes.md (3 bytes).")
    request = asking("Save the following as notes.md:\ntea", *after, tools=OFFER)
    assert await calls(request) == []
    assert "Saved notes.md (3 bytes)." in await text(request)


async def test_a_file_is_shown_as_it_stands_whatever_is_in_it():
    hostile = "# Title\n```\n[x](javascript:y)\n````\n<b>"
    after = answered("read_file", {}, f"notes.md, 9 characters in 1 lines:\n\n{hostile}")
    shown = await text(asking("Read notes.md", *after, tools=OFFER))
    assert f"`````\n{hostile}\n`````" in shown


async def test_files_are_listed():
    after = answered("list_files", {}, "a.md (12 bytes)\nb.md (1,024 bytes)")
    shown = await text(asking("List the files", *after, tools=OFFER))
    assert "- `a.md (12 bytes)`\n- `b.md (1,024 bytes)`" in shown


async def test_what_the_web_says_is_listed_with_its_addresses():
    result = (
        "Found.\n\n1. Tea [x](y) *z*\n   https://tea.test/\n   Hot.\n\n2. Milk\n   http://milk.test/\n   "
    )
    shown = await text(asking("Search for tea", *answered("web_search", {}, result), tools=OFFER))
    assert "1. [Tea \\[x\\](y) \\*z\\*](https://tea.test/)" in shown
    assert "2. [Milk](http://milk.test/)" in shown


async def test_documents_are_searched_and_quoted_with_their_numbers():
    question = "When is the library open?"
    assert await calls(asking(question, tools=KNOWING)) == [("search_knowledge", {"query": question})]
    assert await calls(asking("Hello", tools=KNOWING)) == []
    result = (
        "[1] Hours, page 2\nOpen from 13:00. Closed at 18:00. More.\n\n[2] Notice\nThe branch\nis closed."
    )
    shown = await text(asking(question, *answered("search_knowledge", {}, result), tools=KNOWING))
    assert "> Open from 13:00. Closed at 18:00.\n\nHours, page 2 [1]" in shown
    assert "Notice [2]" in shown
    result = (
        "[1] Rules\nLibrary › Loans\nBring a card. | books | three weeks |\nFilms: one week. Late is dear."
    )
    shown = await text(
        asking("How long is a film lent?", *answered("search_knowledge", {}, result), tools=KNOWING)
    )
    assert "> Films: one week. Late is dear.\n\nRules [1]" in shown
    nothing = answered("search_knowledge", {}, "The documents say nothing about this.")
    assert "library" in await text(asking(question, *nothing, tools=KNOWING))


@pytest.mark.parametrize(
    "piece", ["save ", "save as ", "read ", "what ", "search ", "[1] x\n", 'save "', "a."]
)
async def test_a_long_message_is_looked_through_at_once(piece):
    hostile = (piece * 5_000)[:10_000]
    began = time.process_time()
    await calls(asking(hostile, tools=OFFER + KNOWING))
    assert time.process_time() - began < 1
