"""Sessions and their messages as plain JSON values.

By hand: a page of fifty messages costs the framework several times what its queries do.
"""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from pydantic_core import to_json

from agents.engine.fold import RunFold
from agents.eventlog import read
from chat.models import Membership, Message
from chat.models.message import MessageRole
from chat.services.answers import LIVE
from chat.sounds import recording_of, speech_of
from chat.told import content_told, metadata_told
from chat.told_pages import ToldRow


def session_told(membership: Membership, message_count: int) -> dict[str, Any]:
    """The fields of ``SessionOut``."""
    one = membership.conversation
    return {
        "id": str(one.pk),
        "agent_id": str(one.agent_id) if one.agent_id else None,
        "title": one.title,
        "pinned": membership.pinned_at is not None,
        "archived": membership.archived_at is not None,
        "message_count": message_count,
        "last_message_at": _moment(one.last_message_at) if message_count else None,
        "created_at": _moment(one.created_at),
        "updated_at": _moment(one.updated_at),
    }


def message_told(message: Message | ToldRow) -> dict[str, Any]:
    """The fields of ``MessageOut``."""
    is_answer = message.role == MessageRole.ASSISTANT
    answered = message.reply_to_id or (message.parent_id if is_answer else None)
    recording, speech = recording_of(message.metadata), speech_of(message.metadata)
    return {
        "id": str(message.id),
        "session_id": str(message.conversation_id),
        "role": message.role,
        "content": content_told(message),
        "message_type": message.kind,
        "status": message.status,
        "reply_to": str(answered) if answered else None,
        "audio_url": recording.url if recording else None,
        "tts_audio_url": speech.url if speech else None,
        "attachments": [],
        "metadata": metadata_told(message),
        "processing_time_ms": message.processing_time_ms,
        "created_at": _moment(message.created_at),
    }


def answer_so_far(answer: Message) -> dict[str, Any]:
    """The same for an answer that may be under way: then with the text that its log has."""
    told = message_told(answer)
    if answer.status in LIVE and answer.run_id is not None:
        fold = RunFold()
        for stored in read(answer.run_id):
            fold.apply(stored.event, stored.ts)
        told["content"] = fold.text
    return told


JSON = "application/json; charset=utf-8"
#: What the framework writes of a model's ids and times.
_plain = DjangoJSONEncoder().default


def as_answer(value: dict[str, Any]) -> HttpResponse:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return HttpResponse(text, content_type=JSON)


def as_plain_answer(value: dict[str, Any]) -> HttpResponse:
    """Of values that JSON has itself, in a third of the time."""
    return HttpResponse(to_json(value), content_type=JSON)


def _moment(at: datetime | str) -> str:
    """As the rest of the API writes it; a text is that already. All times of the database are UTC."""
    return at if isinstance(at, str) else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
