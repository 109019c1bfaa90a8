"""Finding passages of documents by words: SQLite FTS5 and PostgreSQL full text behind one function.

A passage need not have all the words of a question: the more of them it has, and the rarer they are, the
better it is. Nothing that is asked is an operator: every word is quoted.
"""

from dataclasses import dataclass
from functools import cache
from math import log
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.prepared import Prepared
from agents.database import in_database
from agents.knowledge.query import Term, terms_of, words_in
from agents.models import Document
from agents.models.document import DocumentStatus
from agents.tools.knowledge import Passage

_SQLITE = """
SELECT document.id, document.name, chunk.page, chunk.text
FROM agents_chunk_search JOIN agents_chunk AS chunk ON chunk.id = agents_chunk_search.rowid
JOIN agents_document AS document ON document.id = chunk.document_id
WHERE agents_chunk_search MATCH %s AND document.status = 'ready'
ORDER BY bm25(agents_chunk_search, 0.0, 1.0), chunk.id LIMIT %s
"""
_COUNTS = "SELECT count(*), {counts} FROM agents_chunk WHERE agent_id = %s"
_COUNT = "count(*) FILTER (WHERE search @@ to_tsquery('simple', %s))"
_POSTGRESQL = """
SELECT document.id, document.name, chunk.page, chunk.text
FROM agents_chunk AS chunk JOIN agents_document AS document ON document.id = chunk.document_id
WHERE chunk.agent_id = %s AND chunk.search @@ to_tsquery('simple', %s) AND document.status = 'ready'
ORDER BY {rank} DESC, chunk.id LIMIT %s
"""
#: It grows less with each time a word comes up, and with the length of the passage it falls.
_RANK = "%s * ts_rank(chunk.search, to_tsquery('simple', %s), 1)"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The ready documents of one agent, as tools search them."""

    agent_id: UUID

    async def search(self, query: str, most: int) -> list[Passage]:
        return await in_database(passages_for, self.agent_id, query, most)


async def find_shelf(agent_id: UUID) -> Shelf | None:
    """None for an agent without a ready document."""
    return Shelf(agent_id) if await in_database(_has_any, agent_id) else None


def _has_any(agent_id: UUID) -> bool:
    return _a_document().first(agent_id) is not None


@cache
def _a_document() -> Prepared[UUID]:
    ready = Document.objects.filter(status=DocumentStatus.READY).order_by()
    return Prepared.of(lambda agent_id: ready.filter(agent=agent_id).values_list("pk", flat=True)[:1], UUID)


def passages_for(agent_id: UUID, query: str, most: int) -> list[Passage]:
    """The best passages of the agent's ready documents, best first; none for a query without a word."""
    terms = terms_of(query)
    if not terms:
        return []
    rows = _in_postgresql if connection.vendor == "postgresql" else _in_sqlite
    found = [
        Passage(str(UUID(str(document_id))), name, page, text)
        for document_id, name, page, text in rows(agent_id, terms, most)
    ]
    return _without_the_weak(found, terms)


def _without_the_weak(found: list[Passage], terms: list[Term]) -> list[Passage]:
    """Those that have half as many of the words as the best: it may have few, but rare ones."""
    words = [words_in(passage.text) for passage in found]
    had = [sum(term.is_in(one) for term in terms) for one in words]
    return [passage for passage, count in zip(found, had, strict=True) if count * 2 >= had[0]]


def _in_sqlite(agent_id: UUID, terms: list[Term], most: int) -> list[Any]:
    words = " OR ".join(filter(None, map(_fts5, terms)))
    return _rows(_SQLITE, [f'agent_id : "{agent_id.hex}" AND text : ({words})', most])


def _fts5(term: Term) -> str:
    quoted = [f'"{word}"' for word in term.exact] + ([f'"{term.prefix}"*'] if term.prefix else [])
    return " OR ".join(quoted)


def _in_postgresql(agent_id: UUID, terms: list[Term], most: int) -> list[Any]:
    """PostgreSQL does not weigh words by how rare they are, so they are counted first."""
    asked = [_tsquery(term) for term in terms]
    counted = _rows(_COUNTS.format(counts=", ".join([_COUNT] * len(asked))), [*asked, agent_id])
    everything, *counts = counted[0]
    weights = [log(1 + everything / (1 + count)) for count in counts]
    rank = " + ".join([_RANK] * len(asked))
    weighed = [value for pair in zip(weights, asked, strict=True) for value in pair]
    return _rows(_POSTGRESQL.format(rank=rank), [agent_id, " | ".join(asked), *weighed, most])


def _tsquery(term: Term) -> str:
    quoted = [f"'{word}'" for word in term.exact] + ([f"'{term.prefix}':*"] if term.prefix else [])
    return " | ".join(quoted)


def _rows(statement: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
        return found
