"""Documents are read in the background: one at a time, by one process, and again after one that died."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from agents.database import in_database
from agents.knowledge import extraction, indexer
from agents.knowledge.indexer import index_next, indexing_documents
from agents.models import Chunk, Document
from agents.services import indexing
from agents.services.documents import add_documents, delete_document
from children.pool import Children
from tests.agents.knowledge import files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given(alice, agent):
    """Gives the agent a document."""

    def give(data: bytes = b"Whales sing.", name: str = "whales.txt") -> Document:
        return add_documents(actor=alice, agent_id=agent.pk, files=[ContentFile(data, name=name)])[0]

    return give


@pytest.fixture
def dying(monkeypatch):
    """Each child dies of what it is asked."""
    children = Children("tests.children.odd_child", most=1)
    monkeypatch.setattr(extraction, "_children", children)
    yield
    children.close()


def stored() -> tuple[str, int, int | None, int, int]:
    document = Document.objects.get()
    chunks = Chunk.objects.filter(document=document).count()
    return document.status, document.progress, document.pages, document.chunk_count, chunks


async def test_it_is_read_stored_and_ready(given):
    await in_database(given, files.pdf("Whales sing.", "They sleep, too."), "whales.pdf")
    assert await index_next()
    assert await in_database(stored) == ("ready", 100, 2, 2, 2)
    assert not await index_next()


async def test_one_that_cannot_be_read_says_why_and_the_next_is_read(given):
    await in_database(given, files.picture_pdf(), "scan.pdf")
    await in_database(given)
    assert await index_next()
    assert await index_next()
    found = await in_database(lambda: list(Document.objects.values_list("status", "problem")))
    assert found == [("error", "empty"), ("ready", "")]


async def test_one_that_its_readers_die_of_is_given_up_in_the_end(given, dying):
    await in_database(given)
    for _attempt in range(indexing.MOST_ATTEMPTS):
        assert (await in_database(stored))[0] == "queued"
        assert await index_next()
    assert not await index_next()
    document = await in_database(Document.objects.get)
    assert (document.status, document.problem) == ("error", "gave_up")


def test_nobody_else_takes_one_that_is_being_read(given):
    given()
    assert indexing.claim_next() is not None
    assert indexing.claim_next() is None


def test_one_whose_process_died_is_read_anew_and_what_it_left_is_thrown_away(given):
    given()
    dead = indexing.claim_next()
    assert indexing.store_chunks(dead, 0, [(None, "Half of it")], 50)
    Document.objects.update(heartbeat_at=timezone.now() - indexing.LEASE - timedelta(seconds=1))
    job = indexing.claim_next()
    assert (job.document_id, job.attempt) == (dead.document_id, 2)
    indexing.drop_chunks(job)
    assert not Chunk.objects.exists()
    # Should it live after all, nothing that it does counts.
    assert not indexing.beat(dead, 60)
    assert not indexing.store_chunks(dead, 0, [(None, "Half of it")], 50)
    assert not indexing.finish(dead, pages=None, chunks=1)
    indexing.fail(dead, "empty")
    indexing.give_back(dead, blamed=True)
    assert indexing.finish(job, pages=None, chunks=0)


def test_at_a_start_where_nobody_else_is_alive_nobody_waits(given):
    given()
    assert indexing.claim_next() is not None
    indexing.free_all()
    assert indexing.claim_next() is not None


async def test_one_deleted_meanwhile_is_let_go(alice, given, monkeypatch):
    document = await in_database(given)
    extracted = indexer.extracted

    async def deleting(*asked):
        found = await extracted(*asked)
        await in_database(delete_document, actor=alice, document_id=document.pk)
        return found

    monkeypatch.setattr(indexer, "extracted", deleting)
    assert await index_next()
    assert not await in_database(Chunk.objects.exists)


async def test_while_it_serves_a_process_reads_what_comes(given, monkeypatch):
    monkeypatch.setattr(indexer, "LOOK", 0.01)
    async with indexing_documents():
        await in_database(given)
        while (await in_database(stored))[0] != "ready":
            pass


async def test_one_under_way_is_handed_over_and_its_attempt_does_not_count(given, monkeypatch):
    begun = []

    async def endless(*_asked):
        begun.append(True)
        await indexer.asyncio.Event().wait()

    monkeypatch.setattr(indexer, "extracted", endless)
    await in_database(given)
    async with indexing_documents():
        while not begun:
            await indexer.asyncio.sleep(0.01)
    document = await in_database(Document.objects.get)
    assert (document.status, document.attempts, document.worker) == ("queued", 0, "")
