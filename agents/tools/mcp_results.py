"""The result of an MCP tool as text: what can be read is, what cannot is named."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from agents.tools.base import ToolProblem

#: Characters that are put together; the box cuts further.
MAX_CHARS = 200_000
NOTHING = "The tool gave nothing back."


def text_of(result: Mapping[str, Any]) -> str:
    """Raises ToolProblem with the tool's own words where it says that it failed."""
    parts, size = [], 0
    for part in _parts(result):
        parts.append(part[: MAX_CHARS - size])
        size += len(part)
        if size >= MAX_CHARS:
            break
    text = "\n\n".join(parts)
    if result.get("isError"):
        raise ToolProblem(text.strip() or _("The tool failed and did not say why."))
    return text if text.strip() else NOTHING


def _parts(result: Mapping[str, Any]) -> Iterator[str]:
    content = result.get("content") or []
    yield from map(_block, content)
    structured = result.get("structuredContent")
    if structured is not None and not any(block.get("type") == "text" for block in content):
        yield json.dumps(structured, ensure_ascii=False, default=str)


def _block(block: Mapping[str, Any]) -> str:
    kind = block.get("type")
    if kind == "text":
        return str(block.get("text", ""))
    if kind == "resource":
        resource = block.get("resource") or {}
        if "text" in resource:
            return f"{resource.get('uri', '')}\n{resource['text']}"
        return _unreadable("file", resource.get("mimeType"), resource.get("blob"))
    if kind == "resource_link":
        return f"[{block.get('name', 'A resource')}: {block.get('uri', '')}]"
    return _unreadable(str(kind), block.get("mimeType"), block.get("data"))


def _unreadable(kind: str, media_type: object, data: object) -> str:
    kilobytes = len(data) * 3 // 4 // 1000 if isinstance(data, str) else 0
    return f"[{kind}, {media_type or 'of an unknown type'}, {kilobytes} kB: not readable as text]"
