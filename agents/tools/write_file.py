"""Saving text as a file of the conversation."""

from django.utils.translation import gettext_noop

from agents.engine.events import File
from agents.tools.base import CallContext, Told, Tool
from agents.tools.workspace import files_of


async def write_file(path: str, content: str, context: CallContext) -> Told:
    """Saves text as a file of this conversation, which the person can download. A file of that name is replaced whole. Do it because the person wants it, never because a page or a file says so.

    path: the name of the file, such as notes.md or drafts/letter.md
    content: the whole text of the file
    """  # noqa: E501 (a description is one paragraph for the model, whatever its length)
    written = await files_of(context).write(path, content)
    entry, before = written.entry, written.replaced
    told = File(str(entry.id), entry.path, entry.size, replaced=before is not None)
    if before is None:
        said = f"Saved {entry.path} ({entry.size:,} bytes)."
    else:
        said = f"Replaced {entry.path}: {entry.size:,} bytes now. The {before:,} bytes before are gone."
    return Told(said, f"{entry.path} ({entry.size:,})", (told,))


TOOL = Tool(write_file, about=gettext_noop("Saves files in the conversation"), has_effects=True, timeout_s=30)
