"""The documents of an agent in its page: rows, files that come, those that do not, deletion."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agents.models import Agent, Document
from agents.services import indexing
from agents.services.documents import add_documents

HTMX = {"headers": {"HX-Request": "true"}}
RULES = b"# Rules\n\nBooks are lent for three weeks.\n"


def file(data=RULES, name="rules.md", kind="text/markdown"):
    return SimpleUploadedFile(name, data, content_type=kind)


def url(agent):
    return reverse("agents:documents", args=[agent.pk])


def edit_url(agent):
    return reverse("agents:edit", args=[agent.pk])


def delete_url(agent, document):
    return reverse("agents:delete_document", args=[agent.pk, document.pk])


def page_of(answer):
    return " ".join(answer.content.decode().split())


def given(person, agent, data=RULES, name="rules.md"):
    return add_documents(actor=person, agent_id=agent.pk, files=[file(data, name)])[0]


def test_a_form_without_a_script_leads_back_to_the_page_with_its_row(alices, agent):
    answer = alices.post(url(agent), {"file": [file(), file(b"a,b\n1,2\n", "table.csv")]})

    assert answer.headers["Location"] == f"{edit_url(agent)}#knowledge"
    page = page_of(alices.get(edit_url(agent)))
    assert "The documents are there and will be read now." in page
    for name in ("rules.md", "table.csv"):
        assert f'<progress class="document__progress" max="100" value="0" aria-label="{name}">' in page
    assert "2 documents are being read" in page


def test_the_rows_are_asked_for_until_nothing_waits(alices, alice, agent):
    document = given(alice, agent)
    answer = alices.get(url(agent), **HTMX)
    assert 'hx-trigger="every 1s"' in page_of(answer)
    assert "queued" in page_of(answer)

    job = indexing.claim_next()
    indexing.beat(job, 12)
    answer = page_of(alices.get(url(agent), **HTMX))
    assert "being read" in answer
    assert 'value="12"' in answer

    indexing.finish(job, pages=3, chunks=14)
    answer = page_of(alices.get(url(agent), **HTMX))
    assert "hx-trigger" not in answer
    assert "<progress" not in answer
    assert "All documents are ready" in answer
    for words in ("ready", "3 pages", "14 passages", delete_url(agent, document)):
        assert words in answer


def test_one_that_could_not_be_read_says_why(alices, alice, agent):
    given(alice, agent)
    indexing.fail(indexing.claim_next(), "encrypted")

    answer = page_of(alices.get(url(agent), **HTMX))

    assert "This document is locked with a password." in answer
    assert "1 document could not be read" in answer
    assert "hx-trigger" not in answer


def test_each_refused_file_is_named_and_the_others_are_taken(alices, agent, settings):
    settings.MAX_DOCUMENT_BYTES = 100
    files = [
        file(b"x" * 101, "long.txt"),
        file(b"\x89PNG\r\n\x1a\n\x00\x00", "picture.md"),
        file(b"", "nothing.txt"),
        file(),
    ]

    answer = alices.post(url(agent), {"file": files}, **HTMX)

    assert answer.status_code == 422
    page = page_of(answer)
    assert '<b class="knowledge__name">long.txt</b> A document has at most 100 bytes.' in page
    assert "“picture.md” cannot be read." in page
    assert "“nothing.txt” is empty." in page
    assert 'hx-target="#document-refusals" hx-swap="beforeend"' in page
    assert list(Document.objects.values_list("name", flat=True)) == ["rules.md"]


def test_one_too_many_is_named(alices, alice, agent, settings):
    settings.MAX_DOCUMENTS = 1
    given(alice, agent)

    answer = alices.post(url(agent), {"file": [file(b"Else", "more.txt")]}, **HTMX)

    assert answer.status_code == 422
    expected = '<b class="knowledge__name">more.txt</b> An agent has at most 1 document.'
    assert expected in page_of(answer)
    assert Document.objects.count() == 1


def test_without_a_script_a_refusal_stands_in_the_page_of_the_form(alices, agent):
    answer = alices.post(url(agent), {"file": [file(b"", "nothing.txt")]})

    assert answer.status_code == 422
    page = page_of(answer)
    assert "“nothing.txt” is empty." in page
    assert "Nothing is saved yet" not in page
    assert "You know books." in page


def test_no_file_is_said(alices, agent):
    assert "Choose at least one file." in page_of(alices.post(url(agent), {}, **HTMX))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"\x00\xff", "multipart/form-data; boundary=\xff"),
        (b"file=rules.md", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ],
)
def test_no_bytes_break_it(alices, agent, body, kind):
    answer = alices.post(url(agent), body, content_type=kind, **HTMX)

    assert answer.status_code in (400, 422)
    assert not Document.objects.exists()


def test_names_are_text_and_never_markup(alices, agent):
    name = "<img src=x onerror=alert(1)>.md"
    alices.post(url(agent), {"file": [file(name=name)]})
    refused = alices.post(url(agent), {"file": [file(b"", name)]}, **HTMX)

    for page in (alices.get(edit_url(agent)), refused):
        assert "<img src=x" not in page.content.decode()
        assert "&lt;img src=x" in page.content.decode()


def test_a_deleted_one_is_gone(alices, alice, agent):
    document, other = given(alice, agent), given(alice, agent, b"Else", "else.txt")

    assert "else.txt" in page_of(alices.post(delete_url(agent, document), **HTMX))
    assert list(Document.objects.all()) == [other]
    assert alices.post(delete_url(agent, document)).status_code == 404
    assert alices.post(delete_url(agent, other)).headers["Location"] == f"{edit_url(agent)}#knowledge"
    assert not Document.objects.exists()


def test_a_document_goes_only_under_its_own_agent(alices, alice, agent):
    other = Agent.objects.create(owner=alice, name="Other", system_prompt="x")
    document = given(alice, agent)

    assert alices.post(delete_url(other, document)).status_code == 404
    assert Document.objects.exists()


@pytest.mark.parametrize("visibility", ["private", "everyone"])
def test_who_may_only_talk_with_the_agent_finds_nothing(bobs, alice, agent, visibility):
    Agent.objects.update(visibility=visibility)
    document = given(alice, agent)

    assert bobs.get(url(agent), **HTMX).status_code == 404
    assert bobs.post(url(agent), {"file": [file(b"Else", "b.txt")]}, **HTMX).status_code == 404
    assert bobs.post(delete_url(agent, document)).status_code == 404
    assert list(Document.objects.all()) == [document]


def test_an_agent_that_never_was_is_not_found(alices):
    assert alices.get(reverse("agents:documents", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_other_verbs_change_nothing(alices, alice, agent, verb):
    document = given(alice, agent)
    for address in (url(agent), delete_url(agent, document)):
        assert getattr(alices, verb)(address).status_code == 405
    assert alices.get(delete_url(agent, document)).status_code == 405
    assert Document.objects.exists()


def test_a_form_from_elsewhere_is_refused(alice, agent):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)

    assert strict.post(url(agent), {"file": [file()]}).status_code == 403
    assert not Document.objects.exists()


def test_an_agent_that_is_not_stored_says_when_documents_can_be_added(alices):
    page = alices.get(reverse("agents:create")).content.decode()

    assert "Documents can be added once the agent is saved." in page
    assert 'type="file"' not in page


def test_the_card_counts_them(alices, alice, agent):
    list_url = reverse("agents:list")
    assert "document" not in page_of(alices.get(list_url)).partition('class="cards"')[2].partition("</ul>")[0]

    given(alice, agent)
    given(alice, agent, b"Else", "else.txt")

    assert [card.documents for card in alices.get(list_url).context["cards"]] == [2]
    assert "2 documents" in page_of(alices.get(list_url))


def test_the_question_before_a_deletion_counts_them(alices, alice, agent):
    given(alice, agent)

    assert "<li>1 document</li>" in page_of(alices.get(reverse("agents:delete", args=[agent.pk])))


def test_a_hundred_documents_take_as_many_queries_as_one(alices, alice, agent, django_assert_max_num_queries):
    for number in range(30):
        given(alice, agent, b"%d" % number, f"{number}.txt")
    alices.get(url(agent), **HTMX)
    with django_assert_max_num_queries(4):
        alices.get(url(agent), **HTMX)
