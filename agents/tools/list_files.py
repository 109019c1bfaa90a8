"""The files of the conversation, by name."""

from django.utils.translation import gettext_noop

from agents.tools.base import CallContext, Told, Tool
from agents.tools.workspace import files_of


async def list_files(context: CallContext, folder: str = "") -> Told:
    """Lists the files that were saved in this conversation, with their sizes in bytes.

    folder: only the files in this folder, such as drafts; empty for all
    """
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    entries = [entry for entry in await files_of(context).entries() if entry.path.startswith(prefix)]
    if not entries:
        return Told("There are no files in this folder." if prefix else "There are no files yet.", "0")
    lines = "\n".join(f"{entry.path} ({entry.size:,} bytes)" for entry in entries)
    return Told(lines, str(len(entries)))


TOOL = Tool(list_files, about=gettext_noop("Lists the files of the conversation"))
