"""The files of a conversation for its people: only members see them, fetch them and delete them."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agents import errors
from agents.services import workspaces
from chat.errors import NotFound
from chat.groups import tell_messages_soon
from chat.models import Conversation
from chat.selectors import membership_for

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import WorkspaceFile

#: Ids that one query asks for: SQLite takes a thousand values.
MOST_IDS = 500


def files_for(user: "User", conversation_id: UUID) -> "list[WorkspaceFile]":
    """By name, without their bytes. Raises NotFound."""
    membership_for(user, conversation_id)
    return workspaces.files_in(conversation_id)


def file_for(user: "User", conversation_id: UUID, file_id: UUID) -> "WorkspaceFile":
    """With its bytes. Raises NotFound, also where the file is another conversation's."""
    membership_for(user, conversation_id)
    try:
        return workspaces.file_in(conversation_id, file_id)
    except errors.NotFound:
        raise _no_such_file() from None


@transaction.atomic
def delete_file(*, actor: "User", conversation_id: UUID, file_id: UUID) -> None:
    """For good. Raises NotFound."""
    membership_for(actor, conversation_id)
    try:
        workspaces.delete_file(chat_id=conversation_id, file_id=file_id)
    except errors.NotFound:
        raise _no_such_file() from None
    transaction.on_commit(lambda: tell_messages_soon(conversation_id, []))  # open pages count again


def orphaned_workspaces() -> list[UUID]:
    """The conversations that are gone and have left files behind, which no service of ours does."""
    with_files = workspaces.chats_with_files()
    here: set[UUID] = set()
    for start in range(0, len(with_files), MOST_IDS):
        batch = with_files[start : start + MOST_IDS]
        here |= set(Conversation.objects.filter(pk__in=batch).values_list("pk", flat=True))
    return [chat_id for chat_id in with_files if chat_id not in here]


def _no_such_file() -> NotFound:
    return NotFound(_("This file does not exist any more, or is not yours."))
