"""Searching what an agent knows: only where it has a source, with numbers that stay the same over a run."""

from uuid import uuid4

import pytest

from agents.engine.events import Citation, CitationItem
from agents.engine.messages import ToolCall
from agents.knowledge.sources import registered
from agents.toolboxes import toolbox_for
from agents.tools.base import CallContext, ToolProblem
from agents.tools.knowledge import QUOTE_CHARS, Citable, Passage
from agents.tools.search_knowledge import MOST_PASSAGES, search_knowledge

TEA = Passage("d1", "Tea\n for beginners", 12, "Tea is hot.")
MILK = Passage("d2", "Milk", None, "Milk is cold.")


class Shelf:
    """A source that gives what it has."""

    def __init__(self, *passages):
        self.passages = passages
        self.asked = []

    async def search(self, query, most):
        self.asked.append((query, most))
        return self.passages


def knowing(*passages, cited=()):
    return CallContext(knowledge=Citable(Shelf(*passages), cited))


async def numbers(context):
    (event,) = (await search_knowledge("tea", context)).events
    return [item.n for item in event.items]


async def test_passages_come_with_numbers_titles_and_pages_and_as_an_event():
    told = await search_knowledge(" is  tea hot? ", knowing(TEA, MILK))
    assert told.text == "[1] Tea for beginners, page 12\nTea is hot.\n\n[2] Milk\nMilk is cold."
    assert told.summary == "Tea for beginners, Milk (2)"
    assert told.events == (
        Citation(
            (
                CitationItem(1, "d1", "Tea for beginners", 12, "Tea is hot."),
                CitationItem(2, "d2", "Milk", None, "Milk is cold."),
            )
        ),
    )


async def test_a_passage_keeps_its_number_however_often_it_is_found():
    shelf = Shelf(TEA)
    context = CallContext(knowledge=Citable(shelf))
    assert await numbers(context) == [1]
    shelf.passages = (MILK, TEA)
    assert await numbers(context) == [2, 1]


async def test_a_run_that_goes_on_counts_on():
    cited = [{"n": 4, "document_id": "d2", "title": "Milk", "page": None, "quote": "Milk is cold."}]
    assert await numbers(knowing(TEA, MILK, cited=cited)) == [5, 4]


async def test_no_more_is_given_than_was_asked_for_and_each_is_bounded_and_can_be_stored():
    long = Passage("d3", "x" * 1000, 1, "a\x00\ud800" + "y" * 10_000)
    (event,) = (await search_knowledge("tea", knowing(*[long] * 50))).events
    assert len(event.items) == MOST_PASSAGES
    for item in event.items:
        assert len(item.quote) == QUOTE_CHARS
        assert item.quote.startswith("a\ufffd\ufffdy")
        assert len(item.title) == 200


async def test_nothing_found_is_told_without_a_citation():
    told = await search_knowledge("tea", knowing())
    assert "say nothing about this" in told.text
    assert told.events == ()


@pytest.mark.parametrize("query", ["", " ", "x" * 401])
async def test_a_search_has_words_and_not_too_many(query):
    with pytest.raises(ToolProblem, match="1 to 400"):
        await search_knowledge(query, knowing(TEA))


async def names(agent_id, *ticked):
    box = await toolbox_for(ticked, context=CallContext(agent_id=agent_id))
    return [spec.name for spec in box.specs()]


@pytest.mark.django_db(transaction=True)
async def test_only_an_agent_with_a_source_has_the_tool():
    knows, other = uuid4(), uuid4()

    async def find(agent_id):
        return Shelf(TEA) if agent_id == knows else None

    assert await names(knows, "calculator") == ["calculator"]
    with registered(find):
        assert await names(knows, "calculator") == ["calculator", "search_knowledge"]
        assert await names(other, "calculator", "search_knowledge") == ["calculator"]
        assert await names(None, "calculator") == ["calculator"]
    assert await names(knows) == []


@pytest.mark.django_db(transaction=True)
async def test_a_source_that_breaks_is_a_tool_that_failed():
    class Broken:
        async def search(self, query, most):
            raise RuntimeError("secret inside")

    async def find(agent_id):
        return Broken()

    with registered(find):
        box = await toolbox_for([], context=CallContext(agent_id=uuid4()))
        result = await box.call(ToolCall("c", "search_knowledge", ""), {"query": "tea"})
    assert not result.ok
    assert "secret" not in result.content
