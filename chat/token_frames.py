"""The events of a run as the platform dialect streams them: ``token`` …, then ``done`` or ``error``."""

from uuid import UUID

from agents.engine.events import Approval, Content, End, Error, innermost
from agents.eventlog import StoredEvent
from agents.frames import frame


class TokenFrames:
    """Told each event of a run from its first, gives its frame; empty for what the dialect has no word of."""

    def __init__(self, answer_id: UUID) -> None:
        self._answer_id = answer_id
        self._pieces: list[str] = []

    def __call__(self, stored: StoredEvent) -> str:
        match event := stored.event:
            case Content(md):
                self._pieces.append(md)
                return frame("token", content=md)
            case Error(key, text):
                return frame("error", error=key, fallback_message=text)
            case End(status) if status != "error":  # that of a failed run has been told by now
                return done_frame(self._answer_id, "".join(self._pieces))
        match innermost(event):
            case Approval(call_id, name, args_summary, state="asked"):
                return frame("waiting", call_id=call_id, name=name, args_summary=args_summary)
        return ""


def done_frame(answer_id: UUID, content: str) -> str:
    """The last frame: the whole answer. A stopped one is as whole as it will be."""
    return frame("done", message_id=str(answer_id), full_content=content)
