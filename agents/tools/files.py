"""What tools need of the workspace they work in, wherever its files are kept."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file without its bytes; ``size`` is in bytes."""

    id: UUID
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did. ``replaced`` is the size of what was there, or None where nothing was."""

    entry: FileEntry
    replaced: int | None


class Files(Protocol):
    """The files of one conversation. Each method raises ToolProblem in words for the model.

    `read` gives a file's bytes. `write` is durable when it returns, replaces a file of that name whole, and
    readers see the one or the other.
    """

    async def entries(self) -> list[FileEntry]: ...

    async def read(self, path: str) -> tuple[FileEntry, bytes]: ...

    async def write(self, path: str, content: str) -> Written: ...
