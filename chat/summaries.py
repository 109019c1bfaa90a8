"""Conversations in a few words each, for programs that list them; five queries whatever their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from agents.selectors import CallsOfChat, tool_calls_of_chats
from chat.models import Conversation, Message
from chat.models.message import GIVEN
from chat.selectors import first_questions, message_counts

#: Characters of the first question.
INPUT_CHARS = 1000
#: In what a program keeps with the first message.
FOCUS_AREAS = "focus_areas"


@dataclass(frozen=True)
class Summary:
    """``user_input`` is what a person said first; ``last_tool_result`` the last tool's, in one line."""

    conversation: Conversation
    user_input: str | None
    focus_areas: list[str]
    step_count: int
    last_tool_result: str | None
    message_count: int


def summaries_of(conversations: Sequence[Conversation]) -> list[Summary]:
    """In the order given."""
    ids = [conversation.pk for conversation in conversations]
    counts, firsts, calls = message_counts(ids), first_questions(ids), tool_calls_of_chats(ids)
    results = _results(calls)
    return [
        Summary(
            conversation=one,
            user_input=firsts[one.pk].content[:INPUT_CHARS] if one.pk in firsts else None,
            focus_areas=_focus_areas(firsts.get(one.pk)),
            step_count=calls[one.pk].number if one.pk in calls else 0,
            last_tool_result=results.get(one.pk),
            message_count=counts.get(one.pk, 0),
        )
        for one in conversations
    ]


def _focus_areas(first: Message | None) -> list[str]:
    given = first.metadata.get(GIVEN, {}).get(FOCUS_AREAS, []) if first else []
    return [area for area in given if isinstance(area, str)] if isinstance(given, list) else []


def _results(calls: Mapping[UUID, CallsOfChat]) -> dict[UUID, str]:
    """The last result of each chat as its answer has it; none while that is being written."""
    by_run = {one.run_id: (chat_id, one.call_id) for chat_id, one in calls.items()}
    answers = Message.objects.filter(run__in=by_run).values_list("run_id", "metadata")
    results: dict[UUID, str] = {}
    for run_id, metadata in answers:
        chat_id, call_id = by_run[run_id]
        tools = metadata.get("work", {}).get("tools", ())
        found = [row["result_summary"] for row in tools if row["call_id"] == call_id]
        results |= dict.fromkeys([chat_id] if found else [], "".join(found))
    return results
