"""``manage.py check_files``: what belongs to no conversation, or is not what was stored, is found."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from agents.models import Workspace, WorkspaceFile
from agents.services.workspaces import store_file
from chat.models import Conversation
from chat.services.conversations import start_conversation
from chat.services.messages import post_message


@pytest.fixture
def saved(alice, conversation) -> WorkspaceFile:
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Save", client_id="one")
    run_id = posted.answer.run_id
    store_file(run_id=run_id, chat_id=conversation.pk, path="notes.md", content="Tea")
    return WorkspaceFile.objects.get()


def check(*arguments):
    out = StringIO()
    call_command("check_files", *arguments, stdout=out)
    return out.getvalue()


def test_sound_files_are_nothing_to_speak_of(alice, agent, saved):
    start_conversation(actor=alice, agent=agent)
    assert check() == check("--delete") == ""
    assert WorkspaceFile.objects.exists()


def test_files_without_a_conversation_are_named_and_deleted_when_told_to(conversation, saved):
    Conversation.objects.all().delete()  # past the service, which takes the files along
    with pytest.raises(CommandError, match="Not all files"):
        check()
    assert WorkspaceFile.objects.exists()
    assert f"Without a conversation: the files of {conversation.pk}." in check("--delete")
    assert not Workspace.objects.exists()
    assert check() == ""


@pytest.mark.parametrize("change", [{"content": b"Teb"}, {"size": 4}, {"sha256": "0" * 64}])
def test_a_damaged_file_is_named_and_kept(saved, change):
    WorkspaceFile.objects.update(**change)
    with pytest.raises(CommandError, match="Not all files"):
        check("--delete")
    assert WorkspaceFile.objects.exists()
