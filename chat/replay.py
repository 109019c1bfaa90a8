"""A run's log played back: the frames its page was sent, made anew by the same code, each with its time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from agents.eventlog import StoredEvent
from chat.fragments import LiveAnswer, placed
from chat.message_view import MessageView, unstored_view
from chat.models import Message, Participant
from chat.models.message import MessageRole, MessageStatus

if TYPE_CHECKING:
    from agents.models import Run

#: Frames between two snapshots. Who goes to a moment draws the snapshot before it, and the frames from there.
SNAPSHOT_EVERY = 100
#: What was written within this time comes in one frame, with the last of it: nobody sees it sooner or apart.
MOMENT = timedelta(milliseconds=90)

MILLISECOND = timedelta(milliseconds=1)


@dataclass
class Replay:
    """``frames`` are (ms since the first event, fragments), ``snapshots`` (frames before it, the message)."""

    frames: list[tuple[int, str]] = field(default_factory=list)
    snapshots: list[tuple[int, str]] = field(default_factory=list)


def replay_of(run: "Run", events: Sequence[StoredEvent]) -> Replay:
    """The replay of a run's events, of all or of those there are so far.

    Times are those of the log: a frame comes when its event was written, which is when pages were told. A log
    that was shortened to its final text has one event for it, and plays back at once.
    """
    empty = blank_answer(run)
    answer = LiveAnswer(run.answer_id, run.chat_id, timed=False)
    replay = Replay(snapshots=[(0, placed([empty]))])
    for moment in _moments(events):
        frame = answer.frame(moment)
        if moment[0].type == "start":
            frame = placed([answer.view(empty)])
        elif answer.fold.end:
            frame = placed([_ended_view(run, answer)])
        if frame:
            replay.frames.append(((moment[-1].ts - events[0].ts) // MILLISECOND, frame))
        if frame and len(replay.frames) % SNAPSHOT_EVERY == 0 and not answer.fold.end:
            replay.snapshots.append((len(replay.frames), placed([answer.view(empty)])))
    return replay


def _moments(events: Sequence[StoredEvent]) -> Iterator[list[StoredEvent]]:
    """The events that are drawn together, in order: the first and the last of a run each by itself."""
    moment: list[StoredEvent] = []
    for stored in events:
        if moment and (
            stored.ts - moment[0].ts > MOMENT or stored.type == "end" or moment[0].type == "start"
        ):
            yield moment
            moment = []
        moment.append(stored)
    if moment:
        yield moment


def blank_answer(run: "Run") -> MessageView:
    """The answer of the run before it began."""
    return unstored_view(_message(run, MessageStatus.PENDING))


def _ended_view(run: "Run", answer: LiveAnswer) -> MessageView:
    """As ``chat.turns`` stored the answer, whatever has become of it since."""
    fold = answer.fold
    message = _message(run, MessageStatus(fold.end.status if fold.end else run.state))
    message.content = fold.text
    message.error = fold.error
    message.processing_time_ms = fold.end.ms_total if fold.end else None
    message.metadata = {"work": fold.work()}
    return unstored_view(message)


def _message(run: "Run", status: MessageStatus) -> Message:
    """Stored nowhere: an earlier run's answer has been written over, a child's was never a message."""
    return Message(
        id=run.answer_id,
        conversation_id=run.chat_id,
        sender=Participant(agent=run.agent),
        role=MessageRole.ASSISTANT,
        status=status,
        created_at=run.started_at or run.created_at,
    )
