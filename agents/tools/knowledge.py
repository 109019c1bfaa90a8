"""What tools need of a knowledge base, wherever its passages are kept, and the numbers they are cited by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agents.engine.events import CitationItem
from agents.engine.text import storable

TITLE_CHARS = 200
QUOTE_CHARS = 1_500


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document, as it stands there; `page` is None where the document has no pages."""

    document_id: str
    title: str
    page: int | None
    text: str


class KnowledgeSource(Protocol):
    """What one agent knows. `search` gives the best passages, best first, and raises ToolProblem."""

    async def search(self, query: str, most: int) -> Sequence[Passage]: ...


class Citable:
    """A source whose passages are numbered from 1 over a whole run; one that is found again keeps its number.

    `cited` are the citations of the run so far, where it was interrupted.
    """

    def __init__(self, source: KnowledgeSource, cited: Iterable[Mapping[str, Any]] = ()) -> None:
        self._source = source
        self._numbers = {_key(CitationItem(**item)): item["n"] for item in cited}

    async def search(self, query: str, most: int) -> tuple[CitationItem, ...]:
        passages = await self._source.search(query, most)
        return tuple(self._cited(passage) for passage in list(passages)[:most])

    def _cited(self, passage: Passage) -> CitationItem:
        title = storable(" ".join(passage.title.split())[:TITLE_CHARS])
        quote = storable(passage.text.strip()[:QUOTE_CHARS])
        item = CitationItem(0, passage.document_id, title, passage.page, quote)
        number = self._numbers.setdefault(_key(item), max(self._numbers.values(), default=0) + 1)
        return CitationItem(number, item.document_id, title, passage.page, quote)


def _key(item: CitationItem) -> tuple[object, ...]:
    return (item.document_id, item.page, item.quote)
