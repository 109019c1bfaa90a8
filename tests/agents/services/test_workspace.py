"""The files of a conversation: stored whole or not at all, within bounds, gone with their owners."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import connections

from agents.errors import NotFound
from agents.models import Workspace, WorkspaceFile
from agents.selectors import impact_of
from agents.services.agents import delete_agent
from agents.services.runs import delete_runs, queue_run
from agents.services.workspaces import (
    MAX_FILES,
    delete_file,
    delete_workspace,
    file_in,
    file_named,
    files_in,
    store_file,
)
from agents.tools.base import ToolProblem

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(alice, agent):
    return new_run(alice, agent)


def new_run(owner, agent, chat_id=None):
    return queue_run(
        agent=agent, owner=owner, chat_id=chat_id or uuid4(), message_id=uuid4(), answer_id=uuid4()
    )


def save(run, path="notes.md", content="Tea"):
    return store_file(run_id=run.pk, chat_id=run.chat_id, path=path, content=content)


def test_a_file_is_stored_with_what_is_known_of_it(alice, agent, run):
    written = save(run, "Caf\u00e9/notes.md", "Grüße")
    file = WorkspaceFile.objects.get()
    assert (written.entry.id, written.entry.path, written.entry.size) == (file.pk, "Café/notes.md", 7)
    assert written.replaced is None
    assert bytes(file.content) == "Grüße".encode()
    assert (file.size, file.sha256, file.run_id) == (7, sha256("Grüße".encode()).hexdigest(), run.pk)
    assert (file.workspace.owner, file.workspace.agent) == (alice, agent)


def test_a_file_of_that_name_is_replaced_and_keeps_its_id_and_spelling(run):
    first = save(run, "Notes.md", "Tea")
    second = save(run, "notes.MD", "Coffee")
    assert second.replaced == 3
    assert (second.entry.id, second.entry.path) == (first.entry.id, "Notes.md")
    assert bytes(file_named(run.chat_id, "NOTES.md").content) == b"Coffee"


def test_files_are_listed_by_name_without_their_bytes(run, django_assert_num_queries):
    for name in ("b.md", "A.md", "c/d.md", "é.md"):
        save(run, name)
    with django_assert_num_queries(1):
        files = files_in(run.chat_id)
        assert [file.path for file in files] == ["A.md", "b.md", "c/d.md", "é.md"]


def test_another_conversation_has_other_files(alice, agent, run):
    written, other = save(run), new_run(alice, agent)
    assert files_in(other.chat_id) == []
    with pytest.raises(NotFound):
        file_in(other.chat_id, written.entry.id)
    with pytest.raises(ToolProblem):
        file_named(other.chat_id, "notes.md")
    with pytest.raises(NotFound):
        delete_file(chat_id=other.chat_id, file_id=written.entry.id)
    assert WorkspaceFile.objects.exists()


def test_a_run_writes_in_its_own_conversation_only(alice, agent, run):
    with pytest.raises(ToolProblem, match="gone"):
        store_file(run_id=run.pk, chat_id=uuid4(), path="notes.md", content="Tea")
    with pytest.raises(ToolProblem, match="gone"):
        store_file(run_id=uuid4(), chat_id=run.chat_id, path="notes.md", content="Tea")
    assert not Workspace.objects.exists()


@pytest.mark.parametrize("content", ["a\x00b", "\ud800"])
def test_what_is_no_text_is_refused(run, content):
    with pytest.raises(ToolProblem, match="Only text"):
        save(run, content=content)
    assert not WorkspaceFile.objects.exists()


def test_a_wrong_name_is_refused_and_nothing_is_stored(run):
    with pytest.raises(ToolProblem, match="Names begin inside"):
        save(run, "/etc/passwd")
    assert not Workspace.objects.exists()


def test_no_name_is_both_a_file_and_a_folder(run):
    save(run, "Notes/tea.md")
    save(run, "coffee")
    with pytest.raises(ToolProblem, match="is a folder"):
        save(run, "notes")
    with pytest.raises(ToolProblem, match="coffee is a file"):
        save(run, "COFFEE/black.md")
    save(run, "notes_/tea.md")
    save(run, "note")
    assert WorkspaceFile.objects.count() == 4


def test_a_file_has_a_bound(run, settings):
    settings.MAX_FILE_BYTES = 10
    save(run, content="é" * 5)
    with pytest.raises(ToolProblem, match="at most 10 bytes, and this has 12"):
        save(run, content="é" * 6)
    assert bytes(file_named(run.chat_id, "notes.md").content).decode() == "é" * 5


def test_a_conversation_has_a_bound_that_replacing_within_it_does_not_reach(run, settings):
    settings.MAX_WORKSPACE_BYTES = 10
    save(run, "a", "x" * 6)
    save(run, "b", "x" * 4)
    save(run, "a", "y" * 6)
    with pytest.raises(ToolProblem, match="files of a conversation have at most 10 bytes"):
        save(run, "a", "x" * 7)
    with pytest.raises(ToolProblem):
        save(run, "c", "x")
    settings.MAX_WORKSPACE_BYTES = 1
    assert save(run, "a", "x").entry.size == 1  # smaller always fits


def test_a_person_has_a_bound_over_all_conversations_and_others_have_their_own(
    alice, bob, agent, run, settings
):
    settings.MAX_PERSON_BYTES = 10
    save(run, content="x" * 6)
    with pytest.raises(ToolProblem, match="all conversations of a person have at most 10 bytes"):
        save(new_run(alice, agent), content="x" * 5)
    save(new_run(bob, agent), content="x" * 10)


def test_a_conversation_has_a_number_of_files_at_most(run):
    workspace = save(run).entry and Workspace.objects.get()
    WorkspaceFile.objects.bulk_create(
        WorkspaceFile(
            workspace=workspace, path=f"{n}", key=f"{n}", size=0, sha256="", run_id=run.pk, content=b""
        )
        for n in range(MAX_FILES - 1)
    )
    with pytest.raises(ToolProblem, match=f"has {MAX_FILES} files"):
        save(run, "one more")
    save(run, "notes.md", "Replacing is no new file")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_what_a_delegate_writes_belongs_to_the_agent_that_was_asked(alice, agent, run, level):
    parent = run
    for _ in range(level):
        child = new_run(alice, other_agent(alice), run.chat_id)
        child.parent = parent
        child.save()
        parent = child
    save(child)
    assert Workspace.objects.get().agent == agent
    assert WorkspaceFile.objects.get().run_id == child.pk


def other_agent(owner):
    from agents.models import Agent

    return Agent.objects.create(owner=owner, name="Helper", system_prompt="Help.")


def test_files_go_with_their_conversation_their_agent_and_their_person(alice, agent, run):
    save(run)
    delete_runs(chat_id=run.chat_id)
    delete_workspace(chat_id=run.chat_id)
    assert not WorkspaceFile.objects.exists()

    save(new_run(alice, agent))
    assert impact_of(agent, reader=alice).files == 1
    delete_agent(actor=alice, agent_id=agent.pk)
    assert not Workspace.objects.exists()

    save(new_run(alice, shared := other_agent(None)))
    alice.delete()
    assert not Workspace.objects.exists()
    assert shared.workspaces.count() == 0


def test_a_write_after_the_deletion_leaves_nothing_behind(run):
    delete_runs(chat_id=run.chat_id)
    delete_workspace(chat_id=run.chat_id)
    with pytest.raises(ToolProblem, match="gone"):
        save(run)
    assert not Workspace.objects.exists()


@pytest.mark.parametrize("change", [{"owner": None}, {"state": "cancelled"}, {"state": "completed"}])
def test_a_run_of_nobody_or_that_has_ended_writes_nothing(run, change):
    type(run).objects.filter(pk=run.pk).update(**change)
    with pytest.raises(ToolProblem, match="gone"):
        save(run)


def at_once(jobs):
    """Calls each job in a thread of its own with a connection of its own; gives results or problems."""

    def safely(job):
        try:
            return job()
        except ToolProblem as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(safely, jobs))


@pytest.mark.django_db(transaction=True)
def test_forty_writes_at_once_are_all_stored_and_none_is_torn(alice, agent):
    run = new_run(alice, agent)
    texts = [f"{n} " * 20_000 for n in range(40)]
    at_once([lambda n=n: save(run, f"{n % 4}.md", texts[n]) for n in range(40)])
    files = WorkspaceFile.objects.all()
    assert len(files) == 4
    for file in files:
        assert bytes(file.content).decode() in texts
        assert (file.size, file.sha256) == (len(file.content), sha256(file.content).hexdigest())


@pytest.mark.django_db(transaction=True)
def test_writes_at_once_do_not_pass_a_bound_together(alice, agent, settings):
    settings.MAX_PERSON_BYTES = 1_000
    runs = [new_run(alice, agent) for _ in range(4)]
    results = at_once([lambda n=n: save(runs[n % 4], f"{n}.md", "x" * 100) for n in range(24)])
    assert sum(isinstance(result, ToolProblem) for result in results) == 14
    assert sum(WorkspaceFile.objects.values_list("size", flat=True)) == 1_000


@pytest.mark.django_db(transaction=True)
def test_a_conversation_deleted_while_files_are_written_leaves_none(alice, agent):
    run = new_run(alice, agent)

    def delete():
        delete_runs(chat_id=run.chat_id)
        delete_workspace(chat_id=run.chat_id)

    at_once([delete if n == 7 else lambda n=n: save(run, f"{n}.md") for n in range(16)])
    assert get_user_model().objects.filter(pk=alice.pk).exists()
    assert not Workspace.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_agent_deleted_while_files_are_written_leaves_none(alice, agent):
    run = new_run(alice, agent)
    save(run)
    delete = lambda: delete_agent(actor=alice, agent_id=agent.pk)  # noqa: E731 (one job among others)

    at_once([delete if n == 7 else lambda n=n: save(run, f"{n}.md") for n in range(16)])
    assert not Workspace.objects.exists()
