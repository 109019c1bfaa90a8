"""The documents of agents, in the admin: found and listed, without what stands in them."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from agents.models import Document
from agents.services import indexing
from agents.services.documents import add_documents

LIST = reverse("admin:agents_document_changelist")


@pytest.fixture
def document(alice, agent) -> Document:
    file = ContentFile(b"What is private.", name="<b>rules.txt")
    return add_documents(actor=alice, agent_id=agent.pk, files=[file])[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [({}, 1), ({"q": "rules"}, 1), ({"q": "Librarian"}, 1), ({"q": "Nobody"}, 0),
     ({"status__exact": "queued"}, 1), ({"status__exact": "ready"}, 0), ({"format__exact": "txt"}, 1)],
)  # fmt: skip
def test_documents_are_found_by_name_agent_and_status(roots, document, query, found):
    assert len(roots.get(LIST, query).context["cl"].result_list) == found


def test_the_page_says_what_went_wrong_and_shows_no_content(roots, document):
    indexing.fail(indexing.claim_next(), "encrypted")
    page = roots.get(reverse("admin:agents_document_change", args=[document.pk])).content.decode()
    assert "&lt;b&gt;rules.txt" in page
    assert "locked with a password" in page
    assert "private" not in page
