"""An event as the outside gets it, by whatever door: its own fields in the envelope of schema v1."""

import json
from typing import Any
from uuid import UUID

from agents.eventlog import StoredEvent

VERSION = 1


def enveloped(stored: StoredEvent, *, chat_id: UUID, message_id: UUID) -> dict[str, Any]:
    """The common fields and the event's own; ``message_id`` is the message that asked for the run."""
    return {
        "v": VERSION,
        "type": stored.type,
        "id": stored.id,
        "ts": stored.ts.isoformat(timespec="microseconds"),
        "message_id": str(message_id),
        "chat_id": str(chat_id),
        **stored.data,
    }


def as_json(stored: StoredEvent, *, chat_id: UUID, message_id: UUID) -> str:
    """The envelope on one line."""
    fields = enveloped(stored, chat_id=chat_id, message_id=message_id)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
