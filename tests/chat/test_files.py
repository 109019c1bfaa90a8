"""The files of a conversation over HTTP: for its members, to keep and never to run, and gone when deleted."""

from email.message import Message as Headers

import pytest
from django.urls import reverse

from agents.models import Run, Workspace, WorkspaceFile
from agents.services.workspaces import store_file
from chat.services.conversations import delete_conversation, start_conversation
from chat.services.messages import post_message

#: An id that nothing has; the same in each worker, which must collect the same tests.
NOBODYS = "01a1fc1d-7ad7-7274-9b77-5d43d62cf03f"
HTMX = {"headers": {"HX-Request": "true"}}


def saver(person, conversation):
    """What writes files as a run of the conversation does."""
    posted = post_message(actor=person, conversation_id=conversation.pk, content="Save it", client_id="one")

    def save(path="notes.md", content="Tea"):
        written = store_file(run_id=posted.answer.run_id, chat_id=conversation.pk, path=path, content=content)
        return WorkspaceFile.objects.get(pk=written.entry.id)

    return save


@pytest.fixture
def save(alice, conversation):
    return saver(alice, conversation)


def url(name, *args):
    return reverse(f"chat:{name}", args=args)


def test_a_file_is_fetched_as_something_to_save(alices, conversation, save):
    file = save("drafts/notes.md", "Grüße & <b>")
    answer = alices.get(url("file", conversation.pk, file.pk))
    assert (answer.status_code, answer.content) == (200, "Grüße & <b>".encode())
    assert answer["Content-Disposition"] == 'attachment; filename="notes.md"'
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "page.xhtml", "app.js", "feed.xml", "sw.js"])
def test_no_file_is_a_page_whatever_it_is_called(alices, conversation, save, name):
    file = save(name, "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    answer = alices.get(url("file", conversation.pk, file.pk))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["Grüße.md", "日本語.md", "50 % off; a=b, c'd.md", "émoji 😀.md"])
def test_a_file_keeps_its_name(alices, conversation, save, name):
    file = save(f"a/{name}")
    headers = Headers()
    headers["Content-Disposition"] = alices.get(url("file", conversation.pk, file.pk))["Content-Disposition"]
    assert headers.get_filename() == name
    assert headers.get_content_disposition() == "attachment"


@pytest.mark.parametrize("name", ["files", "file", "delete_file"])
def test_a_stranger_finds_nothing_and_changes_nothing(bobs, bob, agent, conversation, save, name):
    file = save()
    agent.visibility = "everyone"
    agent.save()
    own = start_conversation(actor=bob, agent=agent)
    saver(bob, own)("mine.md")
    doors = [conversation.pk, own.pk, NOBODYS]
    doors = doors[:1] if name == "files" else doors
    for chat in doors:
        args = [chat] if name == "files" else [chat, file.pk]
        answer = (bobs.post if name == "delete_file" else bobs.get)(url(name, *args))
        assert answer.status_code == 404
        assert b"Tea" not in answer.content
    assert WorkspaceFile.objects.count() == 2


def test_a_file_of_another_conversation_of_theirs_is_not_found_in_this_one(
    alices, alice, agent, conversation, save
):
    file, other = save(), start_conversation(actor=alice, agent=agent)
    assert alices.get(url("file", other.pk, file.pk)).status_code == 404
    assert alices.post(url("delete_file", other.pk, file.pk)).status_code == 404
    assert alices.get(url("file", conversation.pk, NOBODYS)).status_code == 404


def test_somebody_not_signed_in_is_sent_to_sign_in(client, conversation, save, settings):
    settings.PERSONAL = False
    for name in ("files", "file", "delete_file"):
        args = [conversation.pk] if name == "files" else [conversation.pk, save().pk]
        answer = (client.post if name == "delete_file" else client.get)(url(name, *args))
        assert answer.status_code in (302, 403)
        assert b"Tea" not in answer.content
    assert WorkspaceFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "verbs"),
    [
        ("files", ["post", "put", "delete"]),
        ("file", ["post", "put", "delete", "patch"]),
        ("delete_file", ["get", "head", "put", "delete"]),
    ],
)
def test_a_wrong_verb_is_refused(alices, conversation, save, name, verbs):
    file = save()
    args = [conversation.pk] if name == "files" else [conversation.pk, file.pk]
    for verb in verbs:
        assert getattr(alices, verb)(url(name, *args)).status_code == 405
    assert WorkspaceFile.objects.exists()


def test_the_list_has_names_sizes_and_links(alices, conversation, save):
    files = [save("a&b.md", "x" * 2048), save("z.md")]
    page = alices.get(url("files", conversation.pk), **HTMX).text
    assert "a&amp;b.md" in page
    assert "2.0\xa0KB" in page
    for file in files:
        assert url("file", conversation.pk, file.pk) in page


def test_the_page_says_how_many_there_are(alices, conversation, save):
    assert 'data-count="0"' in alices.get(conversation.get_absolute_url()).text
    save("a.md")
    save("b.md")
    assert 'data-count="2"' in alices.get(conversation.get_absolute_url()).text


def test_a_deleted_file_is_gone_and_the_list_says_so(alices, conversation, save):
    file = save()
    answer = alices.post(url("delete_file", conversation.pk, file.pk), **HTMX)
    assert "no files in this conversation" in answer.text
    assert not WorkspaceFile.objects.exists()
    assert alices.post(url("delete_file", conversation.pk, file.pk), **HTMX).status_code == 404


def test_files_go_with_their_conversation(alice, conversation, save):
    save()
    delete_conversation(actor=alice, conversation_id=conversation.pk)
    assert not Workspace.objects.exists()
    assert not Run.objects.exists()
