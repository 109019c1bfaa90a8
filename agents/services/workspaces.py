"""The files of a conversation: writing, reading, deleting. Each is one transaction.

Called for tools, and for people through chat, which knows who may: here a conversation is its id.
Where a write is refused the ToolProblem says why, in words for a model.
"""

from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet, Sum

from agents.errors import NotFound
from agents.file_names import FileName, file_name
from agents.models import Run, Workspace, WorkspaceFile
from agents.models.run import LIVE
from agents.tools.base import ToolProblem
from agents.tools.files import FileEntry, Written

MAX_FILES = 200


def files_in(chat_id: UUID) -> list[WorkspaceFile]:
    """The files of the conversation by name, without their bytes."""
    files = WorkspaceFile.objects.filter(workspace=chat_id).defer("content")
    return sorted(files, key=lambda file: file.key)  # databases sort text each in their own way


def count_files(chat_id: UUID) -> int:
    return WorkspaceFile.objects.filter(workspace=chat_id).count()


def file_in(chat_id: UUID, file_id: UUID) -> WorkspaceFile:
    """A file of this conversation, with its bytes. Raises NotFound."""
    file = WorkspaceFile.objects.filter(workspace=chat_id, pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def file_named(chat_id: UUID, path: str) -> WorkspaceFile:
    """The file of that name, with its bytes. Raises ToolProblem."""
    file = WorkspaceFile.objects.filter(workspace=chat_id, key=_named(path).key).first()
    if file is None:
        raise ToolProblem(f"There is no file {path[:200]!r}. list_files tells which there are.")
    return file


@transaction.atomic
def store_file(*, run_id: UUID, chat_id: UUID, path: str, content: str) -> Written:
    """Stores the text under the name, replacing what has it. Raises ToolProblem where that may not be."""
    name, raw = _named(path), _encoded(content)
    # Held until the end: who deletes the conversation meanwhile waits here, and then takes this file along.
    run = (
        Run.objects.select_for_update(no_key=True).filter(pk=run_id, chat_id=chat_id, state__in=LIVE).first()
    )
    if run is None or run.owner_id is None:
        raise ToolProblem("The conversation is gone or was stopped, so nothing can be saved in it.")
    workspace = _workspace(run, run.owner_id)
    # One write at a time for each person, so that several at once cannot pass a bound together.
    people = get_user_model().objects.select_for_update(no_key=True)
    people.filter(pk=workspace.owner_id).first()
    there = WorkspaceFile.objects.filter(workspace=workspace, key=name.key).defer("content").first()
    replaced = there.size if there else None
    if there is None:
        _check_place(workspace, name)
    _check_space(workspace, len(raw) - (replaced or 0))
    file = there or WorkspaceFile(workspace=workspace, path=name.path, key=name.key)
    file.content, file.size, file.sha256, file.run_id = raw, len(raw), sha256(raw).hexdigest(), run_id
    file.save()
    return Written(FileEntry(file.pk, file.path, file.size), replaced)


def _named(path: str) -> FileName:
    try:
        return file_name(path)
    except ValueError as error:
        raise ToolProblem(str(error)) from None


def _encoded(content: str) -> bytes:
    try:
        raw = content.encode("utf-8")
    except UnicodeEncodeError:
        raw = b"\x00"
    if b"\x00" in raw:
        raise ToolProblem("Only text can be saved: there are characters in it that no text has.")
    if len(raw) > settings.MAX_FILE_BYTES:
        raise ToolProblem(
            f"A file has at most {settings.MAX_FILE_BYTES:,} bytes, and this has {len(raw):,}. "
            "Save less, or several files."
        )
    return raw


def _workspace(run: Run, owner_id: UUID) -> Workspace:
    """That of the run's conversation; made for the agent that was asked, not one that was asked by it."""
    first = run
    while first.parent is not None:
        first = first.parent
    workspace, _made = Workspace.objects.get_or_create(
        chat_id=run.chat_id, defaults={"agent_id": first.agent_id, "owner_id": owner_id}
    )
    return workspace


def _check_place(workspace: Workspace, name: FileName) -> None:
    """A new file: not too many, and no name that is both a file and a folder."""
    files = WorkspaceFile.objects.filter(workspace=workspace)
    if files.count() >= MAX_FILES:
        raise ToolProblem(f"This conversation has {MAX_FILES} files, and more are not kept.")
    if (inside := files.filter(key__in=name.folders).values_list("path", flat=True).first()) is not None:
        raise ToolProblem(f"{inside} is a file, so nothing can be saved in a folder of that name.")
    if files.filter(key__startswith=f"{name.key}/").exists():
        raise ToolProblem(f"{name.path} is a folder with files in it, so no file can have that name.")


def _check_space(workspace: Workspace, growth: int) -> None:
    """What becomes smaller always fits: a person may be over a bound that an operator lowered."""
    if growth <= 0:
        return
    here = WorkspaceFile.objects.filter(workspace=workspace)
    if _bytes(here) + growth > settings.MAX_WORKSPACE_BYTES:
        raise ToolProblem(
            f"The files of a conversation have at most {settings.MAX_WORKSPACE_BYTES:,} bytes together. "
            "Save less, or ask the person to delete files."
        )
    theirs = WorkspaceFile.objects.filter(workspace__owner=workspace.owner_id)
    if _bytes(theirs) + growth > settings.MAX_PERSON_BYTES:
        raise ToolProblem(
            f"The files of all conversations of a person have at most {settings.MAX_PERSON_BYTES:,} bytes "
            "together. Ask the person to delete conversations or files."
        )


def _bytes(files: QuerySet[WorkspaceFile]) -> int:
    return files.aggregate(total=Sum("size"))["total"] or 0


@transaction.atomic
def delete_file(*, chat_id: UUID, file_id: UUID) -> None:
    """Raises NotFound."""
    deleted, _by_model = WorkspaceFile.objects.filter(workspace=chat_id, pk=file_id).delete()
    if not deleted:
        raise NotFound


def hand_workspace_on(*, chat_id: UUID, giver_id: UUID, heir_id: UUID) -> None:
    """The files of a chat that took the space of one person take that of another from now on."""
    Workspace.objects.filter(chat_id=chat_id, owner=giver_id).update(owner=heir_id)


@transaction.atomic
def delete_workspace(*, chat_id: UUID) -> None:
    """Removes all files of a chat. After its runs: who still writes holds one, and is waited for there."""
    Workspace.objects.filter(chat_id=chat_id).delete()


def chats_with_files() -> list[UUID]:
    return list(Workspace.objects.order_by("pk").values_list("pk", flat=True))


def damaged_files() -> Iterator[WorkspaceFile]:
    """The files whose bytes are not those that were stored."""
    for file in WorkspaceFile.objects.order_by("pk").iterator(chunk_size=10):
        if (file.size, file.sha256) != (len(file.content), sha256(file.content).hexdigest()):
            yield file
