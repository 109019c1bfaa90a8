"""The socket of an agent's form: a conversation with settings that nobody has saved, kept nowhere.

It lives in the page and in its socket, and ends with them. What comes in is a form of the page as JSON:
``say`` with the settings and the words, ``stop``, or ``restart``.
"""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from agents.forms import UnsavedAgentForm
from chat.errors import Conflict, Invalid, Refused
from chat.fragments import partial
from chat.models import Message, Participant
from chat.models.message import MessageRole, MessageStatus
from chat.places import Places
from chat.preview_answer import PreviewAnswer
from chat.sockets import PersonSocket
from chat.text import clean_content
from chat.turns import request_for

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent

#: Messages a test remembers; older ones are only in the page.
MOST_MESSAGES = 20
#: Answers under way for one person in this process, however many forms are open.
MOST_ANSWERS = 3

CLEARED = partial("#messages .message", "delete", "")
#: What was refused before is said no longer.
TAKEN = partial("#composer-error", "innerHTML swapEmpty:true", "")

_under_way = Places()


class PreviewConsumer(PersonSocket):
    """``/ws/preview/``; one answer at a time."""

    async def opened(self, user: "User") -> None:
        self.user = user
        self._conversation_id = uuid7()
        self._messages: deque[Message] = deque(maxlen=MOST_MESSAGES)
        self._answer: PreviewAnswer | None = None
        self._answering: asyncio.Task[None] | None = None
        await self.accept()
        # A page that comes back shows messages that this socket has never heard of.
        lost = _notice(_("The connection was lost, so the test begins anew."))
        await self.send_frame(partial(".preview:has(.message) #composer-error", "innerHTML", lost) + CLEARED)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What no page of ours sends is dropped."""
        given, tools = _fields(text_data)
        match given.get("type"):
            case "say":
                await self._say(given, tools)
            case "stop" if self._answer:
                self._answer.stop()
            case "restart":
                await self._restart()

    async def _say(self, given: Mapping[str, str], tools: list[str]) -> None:
        try:
            self._check_free()
            agent = self._agent(given, tools)
            text = clean_content(given.get("content", ""))
        except Refused as refused:
            await self.send_frame(partial("#composer-error", "innerHTML", _notice(refused.text)))
        else:
            self._begin(agent, text)  # before anything is awaited, so that the bounds hold
            await self.send_frame(TAKEN + partial("#composer-text", "outerHTML", _empty_field()))

    def _check_free(self) -> None:
        if self._answering and not self._answering.done():
            raise Conflict(_("An answer is under way. Stop it first."))
        if _under_way.taken(self.user.pk) >= MOST_ANSWERS:
            raise Conflict(_("Other tests of yours are being answered. Wait for one of them, or stop it."))

    def _agent(self, given: Mapping[str, str], tools: list[str]) -> "Agent":
        """The agent as the form has it. Raises Invalid where it could not be saved like that."""
        form = UnsavedAgentForm({**given, "tools": tools})
        if not form.is_valid():
            raise Invalid(form.refusal())
        form.instance.pk = _id_in(given) or self._conversation_id  # its colour comes from its id
        return form.instance

    def _begin(self, agent: "Agent", text: str) -> None:
        question = self._message(Participant(user=self.user), role=MessageRole.USER, content=text)
        self._messages.append(question)
        said = [(one.role, one.content) for one in reversed(self._messages) if one.content]
        request = request_for(agent, said[: agent.history_messages])
        message = self._message(
            Participant(agent=agent), role=MessageRole.ASSISTANT, status=MessageStatus.PROCESSING
        )
        self._messages.append(message)
        self._answer = PreviewAnswer(
            question, message, request, agent.tools, agent.tool_policies, self.send_frame
        )
        self._answering = self.start(f"answer {message.pk}", self._answer.write())
        place = ExitStack()
        place.enter_context(_under_way.one_for(self.user.pk))
        self._answering.add_done_callback(lambda _task: place.close())

    def _message(self, sender: Participant, **values: Any) -> Message:
        """Never saved; the pages know how to draw it."""
        return Message(
            conversation_id=self._conversation_id, sender=sender, created_at=timezone.now(), **values
        )

    async def _restart(self) -> None:
        if self._answering:
            self._answering.cancel()
        self._answer = self._answering = None
        self._messages.clear()
        await self.send_frame(TAKEN + CLEARED)


def _fields(text: str | None) -> tuple[dict[str, str], list[str]]:
    """The fields of a form as htmx sends them, and the ticked tools; empty for anything else."""
    try:
        given = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}, []
    if not isinstance(given, dict):
        return {}, []
    ticked = given.get("tools", [])  # one is a text, several are a list
    tools = ticked if isinstance(ticked, list) else [ticked]
    strings = {name: value for name, value in given.items() if isinstance(value, str)}
    return strings, [tool for tool in tools if isinstance(tool, str)]


def _id_in(given: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(given.get("agent", ""))
    except ValueError:
        return None


def _notice(text: str) -> str:
    return render_to_string("chat/_send_error.html", {"error": {"text": text}})


def _empty_field() -> str:
    return render_to_string("agents/_preview_text.html")
