"""What a program may say over its socket, read from a frame."""

import json
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StrictBool, TypeAdapter, ValidationError

from chat.errors import Invalid, Refused

#: Characters of one frame. The longest message, written in escapes, fits.
MOST_CHARS = 128 * 1024


class BadFrame(Refused):
    """What is no command at all; ``key`` says in which way."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


class Given(BaseModel):
    """Fields we do not know are not ours to judge. ``changes``: a key that may only read may not say it."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    changes: ClassVar[bool] = True


class MessageData(Given):
    content: str
    client_id: str = ""
    agent_id: UUID | None = None
    reply_to: UUID | None = None


class MessageCommand(Given):
    """Without a conversation it begins one, with ``agent_id`` or the agent talked with last."""

    type: Literal["message"]
    conversation_id: UUID | None = None
    data: MessageData


class TypingData(Given):
    typing: StrictBool = True


class TypingCommand(Given):
    type: Literal["typing"]
    conversation_id: UUID
    data: TypingData = TypingData()


class CancelData(Given):
    message_id: UUID | None = None


class CancelCommand(Given):
    """Stops the answer to that message, or whichever is being written."""

    type: Literal["cancel"]
    conversation_id: UUID
    data: CancelData = CancelData()


class ResumeData(Given):
    since: str = ""


class ResumeCommand(Given):
    """Goes on after the event ``since``; without one, with what is under way and what comes."""

    changes: ClassVar[bool] = False
    type: Literal["resume"]
    conversation_id: UUID
    data: ResumeData = ResumeData()


class DecisionData(Given):
    run_id: UUID
    call_id: str
    decision: Literal["allow", "always", "deny"]
    reason: str = ""


class DecisionCommand(Given):
    type: Literal["decision"]
    conversation_id: UUID
    data: DecisionData


class PingCommand(Given):
    changes: ClassVar[bool] = False
    type: Literal["ping"]


Command = MessageCommand | TypingCommand | CancelCommand | ResumeCommand | DecisionCommand | PingCommand

TYPES = frozenset({"message", "typing", "cancel", "resume", "decision", "ping"})
_commands: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="type")])


def fields_of(text: str | None) -> dict[str, Any]:
    """The fields of a frame, of which nothing is known yet. Raises BadFrame."""
    if text is None:
        raise BadFrame("binary", _("This socket takes text only: JSON, in one frame a message."))
    if len(text) > MOST_CHARS:
        raise BadFrame("too_large", _("A frame has at most %(limit)d characters.") % {"limit": MOST_CHARS})
    try:
        given = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise BadFrame("invalid_json", _("This is no JSON object, or one that names a field twice."))
    return given


def command_in(given: dict[str, Any]) -> Command:
    """Raises BadFrame for a type that we do not know, and Invalid with one line a field."""
    kind = given.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        known = ", ".join(sorted(TYPES))
        raise BadFrame("unknown_type", _("The type must be one of: %(types)s.") % {"types": known})
    try:
        return _commands.validate_python(given)
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors())
        raise Invalid("\n".join(lines)) from None


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are not JSON."""
    raise ValueError(name)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        raise ValueError("a field twice")
    return given
