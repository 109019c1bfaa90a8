"""An agent saves a file: a person is asked first, and what was allowed is stored, told and shown."""

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from agents.models import Run, WorkspaceFile
from agents.services.workspaces import files_in
from chat.services.conversations import delete_conversation
from tests.chat.test_approvals import DENY, ONCE, decide, ended, log_of, parked, say

pytestmark = pytest.mark.django_db(transaction=True)

SAVE = "Save the following as notes.md:\n- tea\n- milk"


@pytest.fixture
def agent(agent):
    agent.tools = ["list_files", "read_file", "write_file"]
    agent.save()
    return agent


@pytest.fixture
def trusted(agent):
    """The agent, allowed to save by itself."""
    agent.tool_policies = {"write_file": "run"}
    agent.save()
    return agent


async def said(who, conversation, content, client_id="one"):
    answer = await say(who, conversation, content, client_id)
    return await ended(await Run.objects.aget(pk=answer.run_id))


async def test_nothing_is_stored_before_somebody_allows_it(alice, conversation, house):
    run = await parked(alice, conversation, SAVE)
    kind, asked = (await sync_to_async(log_of)(run))[-1]
    assert (kind, asked["name"]) == ("approval", "write_file")
    assert asked["arguments"]["path"] == "notes.md"
    assert "- milk" in asked["arguments"]["content"]
    assert not await WorkspaceFile.objects.aexists()

    await sync_to_async(decide)(alice, run, ONCE)
    answer = await ended(run)
    assert "Saved notes.md (13 bytes)." in answer.content
    file = await WorkspaceFile.objects.aget()
    assert bytes(file.content) == b"- tea\n- milk\n"
    assert answer.metadata["work"]["files"] == [
        {"file_id": str(file.pk), "path": "notes.md", "size": file.size, "replaced": False}
    ]


async def test_what_was_denied_is_not_stored(alice, conversation, house):
    run = await parked(alice, conversation, SAVE)
    await sync_to_async(decide)(alice, run, DENY)
    answer = await ended(run)
    assert "did not allow" in answer.content
    assert answer.metadata["work"]["files"] == []
    assert not await WorkspaceFile.objects.aexists()


async def test_a_file_is_in_the_page_and_can_be_fetched(alice, alices, trusted, conversation, house):
    await said(alice, conversation, SAVE)
    file = await WorkspaceFile.objects.aget()
    page = (await sync_to_async(alices.get)(conversation.get_absolute_url())).text
    address = reverse("chat:file", args=[conversation.pk, file.pk])
    assert f'href="{address}"' in page
    assert 'data-count="1"' in page
    assert (await sync_to_async(alices.get)(address)).content == bytes(file.content)


async def test_a_later_answer_lists_reads_and_replaces_it(alice, trusted, conversation, house):
    await said(alice, conversation, SAVE)
    listed = await said(alice, conversation, "Which files are there?", "two")
    assert "`notes.md (" in listed.content
    read = await said(alice, conversation, "Read notes.md", "three")
    assert "- tea\n- milk" in read.content
    replaced = await said(alice, conversation, 'Save "Only tea" as NOTES.md', "four")
    assert "Replaced notes.md" in replaced.content
    (file,) = replaced.metadata["work"]["files"]
    assert (file["path"], file["replaced"]) == ("notes.md", True)
    assert len(await sync_to_async(files_in)(conversation.pk)) == 1


async def test_a_conversation_deleted_while_a_write_waits_leaves_nothing(alice, conversation, house):
    await parked(alice, conversation, SAVE)
    await sync_to_async(delete_conversation)(actor=alice, conversation_id=conversation.pk)
    assert not await Run.objects.aexists()
    assert not await WorkspaceFile.objects.aexists()
