"""A conversation as one list of what was said and done: questions, calls of tools, their results, answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from agents.engine.fold import RunFold
from agents.eventlog import read
from chat.models import Message
from chat.models.message import MessageRole, MessageStatus
from chat.sounds import recording_of, speech_of
from chat.told import content_told, metadata_told

Role = Literal["user", "assistant", "tool", "system"]
Kind = Literal["user_input", "assistant_response", "tool_call", "tool_result", "system_message"]

ROLES: dict[str, tuple[Role, Kind]] = {
    MessageRole.USER: ("user", "user_input"),
    MessageRole.ASSISTANT: ("assistant", "assistant_response"),
    MessageRole.SYSTEM: ("system", "system_message"),
}
LIVE = (MessageStatus.PENDING, MessageStatus.PROCESSING)
#: States of a call that nothing more comes of.
ENDED = ("ok", "error", "denied")


@dataclass(frozen=True)
class Item:
    """``tool_name`` is there of calls and results, ``tool_success`` of results; ``more`` is plain JSON."""

    id: str
    conversation_id: UUID
    role: Role
    kind: Kind
    content: str
    at: datetime
    tool_name: str | None = None
    tool_success: bool | None = None
    more: dict[str, Any] = field(default_factory=dict)


def items_of(messages: Sequence[Message]) -> list[Item]:
    """The messages, each answer with its calls before it, in the order of the messages."""
    return [item for message in messages for item in (*_calls_for(message), item_of(message))]


def item_of(message: Message) -> Item:
    role, kind = ROLES[message.role]
    more = {"status": message.status, **metadata_told(message)}
    if message.processing_time_ms is not None:
        more["processing_time_ms"] = message.processing_time_ms
    if recording := recording_of(message.metadata):
        more["audio_url"] = recording.url
    if speech := speech_of(message.metadata):
        more["tts_audio_url"] = speech.url
    return Item(
        id=str(message.pk),
        conversation_id=message.conversation_id,
        role=role,
        kind=kind,
        content=content_told(message),
        at=message.created_at,
        more=more,
    )


def _calls_for(answer: Message) -> Iterator[Item]:
    """Arguments and results as the log has them: one line, secrets masked."""
    for call in _tools_of(answer):
        about = {"message_id": str(answer.pk), "call_id": call["call_id"]}
        asked = Item(
            id=f"{answer.pk}:{call['call_id']}:call",
            conversation_id=answer.conversation_id,
            role="tool",
            kind="tool_call",
            content=call["args_summary"],
            at=answer.created_at,
            tool_name=call["name"],
            more=about,
        )
        yield asked
        if call["status"] in ENDED:
            yield replace(
                asked,
                id=f"{answer.pk}:{call['call_id']}:result",
                kind="tool_result",
                content=call["result_summary"] or call.get("reason", ""),
                tool_success=call["status"] == "ok",
                more={**about, "status": call["status"], "ms": call["ms"]},
            )


def _tools_of(answer: Message) -> Sequence[Mapping[str, Any]]:
    """What is kept with a finished answer; of one under way what its log says so far."""
    if answer.role != MessageRole.ASSISTANT:
        return ()
    if answer.status not in LIVE or answer.run_id is None:
        tools: Sequence[Mapping[str, Any]] = answer.metadata.get("work", {}).get("tools", ())
        return tools
    fold = RunFold()
    for stored in read(answer.run_id):
        fold.apply(stored.event, stored.ts)
    return [row.kept() for row in fold.tools.values()]
