"""Giving an agent documents, and taking them away."""

import pytest
from django.core.files.base import ContentFile

from agents.documents import document_counts, documents_of, problem_of
from agents.errors import DocumentTooLarge, Invalid, NotADocument, NotFound
from agents.models import Chunk, Document, DocumentContent
from agents.selectors import impact_of
from agents.services import indexing
from agents.services.agents import delete_agent
from agents.services.documents import add_documents, delete_document

pytestmark = pytest.mark.django_db

RULES = b"# Rules\n\nBooks are lent for three weeks.\n"


def file(data: bytes = RULES, name: str = "rules.md") -> ContentFile:
    return ContentFile(data, name=name)


def test_new_ones_wait_to_be_read_with_their_bytes(alice, agent):
    (made,) = add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    assert (made.name, made.format, made.size, made.status) == ("rules.md", "md", len(RULES), "queued")
    assert bytes(made.content.data) == RULES
    assert list(documents_of(alice, agent.pk)) == [made]
    assert document_counts([agent.pk]) == {agent.pk: 1}


def test_the_same_bytes_are_the_same_document(alice, agent):
    first = add_documents(actor=alice, agent_id=agent.pk, files=[file(), file(name="again.md")])
    second = add_documents(
        actor=alice, agent_id=agent.pk, files=[file(name="later.md"), file(b"Else", "b.txt")]
    )
    assert [one.name for one in first] == ["rules.md"]
    assert [one.name for one in second] == ["rules.md", "b.txt"]
    assert Document.objects.count() == DocumentContent.objects.count() == 2


def test_one_that_failed_is_tried_again_when_it_is_sent_again(alice, agent):
    (made,) = add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    indexing.fail(indexing.claim_next(), "encrypted")
    made.refresh_from_db()
    assert (made.status, problem_of(made)) == ("error", "This document is locked with a password.")
    (again,) = add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    assert (again.pk, again.status, again.attempts, problem_of(again)) == (made.pk, "queued", 0, "")


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        ([], Invalid),
        ([file(b"")], Invalid),
        ([file(), file(b"\x89PNG\r\n\x1a\n\x00\x00", "a.txt")], NotADocument),
        ([file(), file(b"print()", "a.py")], NotADocument),
        ([file(), file(b"x" * 101, "a.txt")], DocumentTooLarge),
        ([file(), file(b"1", "1.txt"), file(b"2", "2.txt")], Invalid),
    ],
)
def test_all_are_taken_or_none(alice, agent, settings, files, refusal):
    settings.MAX_DOCUMENT_BYTES, settings.MAX_DOCUMENTS = 100, 2
    with pytest.raises(refusal):
        add_documents(actor=alice, agent_id=agent.pk, files=files)
    assert not Document.objects.exists()


def test_what_an_agent_has_already_needs_no_room(alice, agent, settings):
    settings.MAX_DOCUMENTS = 1
    add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    settings.MAX_DOCUMENTS = 0
    add_documents(actor=alice, agent_id=agent.pk, files=[file()])


def test_only_who_may_change_the_agent_gives_and_takes(alice, bob, agent):
    agent.visibility = "everyone"
    agent.save()
    (made,) = add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    with pytest.raises(NotFound):
        add_documents(actor=bob, agent_id=agent.pk, files=[file(b"Mine", "b.txt")])
    with pytest.raises(NotFound):
        delete_document(actor=bob, document_id=made.pk)
    assert list(documents_of(bob, agent.pk)) == [made]
    agent.visibility = "private"
    agent.save()
    with pytest.raises(NotFound):
        documents_of(bob, agent.pk)


def test_deleted_it_is_gone_with_bytes_and_pieces(alice, agent):
    (made,) = add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    indexing.store_chunks(indexing.claim_next(), 0, [(None, "Books")], 50)
    delete_document(actor=alice, document_id=made.pk)
    assert not any(model.objects.exists() for model in (Document, DocumentContent, Chunk))
    with pytest.raises(NotFound):
        delete_document(actor=alice, document_id=made.pk)


def test_they_go_with_their_agent_which_says_so_before(alice, agent):
    add_documents(actor=alice, agent_id=agent.pk, files=[file()])
    indexing.store_chunks(indexing.claim_next(), 0, [(None, "Books")], 50)
    assert impact_of(agent, reader=alice).documents == 1
    delete_agent(actor=alice, agent_id=agent.pk)
    assert not any(model.objects.exists() for model in (Document, DocumentContent, Chunk))
