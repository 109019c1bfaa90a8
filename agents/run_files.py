"""The files of a conversation as the tools of one of its runs see them."""

from dataclasses import dataclass
from uuid import UUID

from agents.database import in_database
from agents.services.workspaces import file_named, files_in, store_file
from agents.tools.base import CallContext
from agents.tools.files import FileEntry, Files, Written


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The ``Files`` of a run's conversation, in the database's threads."""

    run_id: UUID
    chat_id: UUID

    async def entries(self) -> list[FileEntry]:
        files = await in_database(files_in, self.chat_id)
        return [FileEntry(file.pk, file.path, file.size) for file in files]

    async def read(self, path: str) -> tuple[FileEntry, bytes]:
        file = await in_database(file_named, self.chat_id, path)
        return FileEntry(file.pk, file.path, file.size), bytes(file.content)

    async def write(self, path: str, content: str) -> Written:
        return await in_database(
            store_file, run_id=self.run_id, chat_id=self.chat_id, path=path, content=content
        )


def files_for(context: CallContext) -> Files | None:
    """None for a call that belongs to no stored run."""
    if context.run_id is None or context.chat_id is None:
        return None
    return RunFiles(context.run_id, context.chat_id)
