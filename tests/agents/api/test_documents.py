"""``/api/agents/{id}/documents`` and ``/api/documents/{id}``: giving, listing, taking away."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from uuid_utils.compat import uuid7

from agents.models import Document
from tests.callers import with_key
from tests.programs import Program

pytestmark = pytest.mark.django_db

FIELDS = {
    *("id", "agent_id", "name", "format", "size", "status", "progress", "pages", "chunks", "problem"),
    *("created_at", "updated_at"),
}


def at(agent_id) -> str:
    return f"/api/agents/{agent_id}/documents"


def form(*files: tuple[str, bytes]) -> dict[str, list[SimpleUploadedFile]]:
    return {"file": [SimpleUploadedFile(name, data, "image/png") for name, data in files]}


RULES = ("rules.md", b"Books are lent for three weeks.")


@pytest.fixture
def her(alice) -> Client:
    return with_key(alice)


def test_several_are_given_at_once_and_listed(her, agent):
    answer = her.post(at(agent.pk), form(RULES, ("prices.csv", b"what,price\ntea,2\n")))
    made = answer.json()
    assert (answer.status_code, [set(one) for one in made]) == (201, [FIELDS, FIELDS])
    assert [(one["name"], one["format"], one["status"]) for one in made] == [
        ("rules.md", "md", "queued"),
        ("prices.csv", "csv", "queued"),
    ]
    assert made[0]["agent_id"] == str(agent.pk)
    assert her.get(at(agent.pk)).json() == made
    assert her.get(f"/api/agents/{agent.pk}").json()["document_count"] == 2


def test_the_same_again_is_the_same(her, agent):
    first, again = (her.post(at(agent.pk), form(RULES)) for _ in range(2))
    assert again.status_code == 201
    assert first.json() == again.json()


def test_taken_away_it_is_gone(her, agent):
    (made,) = her.post(at(agent.pk), form(RULES)).json()
    answer = her.delete(f"/api/documents/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert her.delete(f"/api/documents/{made['id']}").status_code == 404
    assert her.get(at(agent.pk)).json() == []


@pytest.mark.parametrize(
    ("files", "status", "error"),
    [
        ([], 422, "invalid"),
        ([("a.txt", b"")], 422, "invalid"),
        ([RULES, ("a.png", b"\x89PNG\x00\x00")], 415, "not_a_document"),
        ([RULES, ("a.txt", b"x" * 101)], 413, "document_too_large"),
        ([RULES, ("a.txt", b"x"), ("b.txt", b"y")], 422, "invalid"),
    ],
)
def test_what_is_wrong_with_one_refuses_all(her, agent, settings, files, status, error):
    settings.MAX_DOCUMENT_BYTES, settings.MAX_DOCUMENTS = 100, 2
    answer = her.post(at(agent.pk), form(*files))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"--x\r\n", "multipart/form-data; boundary=" + "x" * 300),
    ],
)
def test_a_form_that_cannot_be_read_is_said_to_be_one(her, agent, body, kind):
    answer = her.post(at(agent.pk), body, content_type=kind)
    assert (answer.status_code, answer.json()["error"]) in {(400, "bad_form"), (422, "invalid")}
    assert not Document.objects.exists()


def test_who_may_only_talk_with_the_agent_reads_the_list(bob, her, agent):
    his = with_key(bob)
    (made,) = her.post(at(agent.pk), form(RULES)).json()
    assert his.get(at(agent.pk)).status_code == 404
    agent.visibility = "everyone"
    agent.save()
    assert his.get(at(agent.pk)).json() == [made]
    for refused in (his.post(at(agent.pk), form(RULES)), his.delete(f"/api/documents/{made['id']}")):
        assert (refused.status_code, refused.json()["error"]) == (404, "not_found")
    assert Document.objects.count() == 1


def test_no_agent_is_no_agent_whatever_is_sent(her, agent):
    for files in ([], [RULES], [("a.png", b"\x89PNG\x00")]):
        assert her.post(at(uuid7()), form(*files)).status_code == 404


def test_a_key_that_only_reads_adds_and_deletes_nothing(alice, her, agent):
    (made,) = her.post(at(agent.pk), form(RULES)).json()
    reader = with_key(alice, "read")
    assert reader.get(at(agent.pk)).status_code == 200
    assert reader.post(at(agent.pk), form(("b.txt", b"b"))).status_code == 403
    assert reader.delete(f"/api/documents/{made['id']}").status_code == 403


def test_a_page_needs_its_token(alice, agent):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post(at(agent.pk), form(RULES)).status_code == 403
    assert not Document.objects.exists()


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_other_verbs_are_refused(hers: Program, agent, verb):
    assert hers.say(verb, at(agent.pk)).status_code == 405
    assert hers.say("get", f"/api/documents/{uuid7()}").status_code == 405
