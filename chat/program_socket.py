"""The socket for programs: commands in as JSON, events out as JSON (docs/api/websocket.md).

A handler only starts work, so that a ``cancel`` never waits for what came before it.
"""

import asyncio
import itertools
import logging
from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid4

from accounts.errors import MissingScope
from accounts.sockets import Visitor, visitor_by_program
from agents import metrics
from agents.changes import storable
from agents.courses import Course
from agents.database import AWAY, act, in_database
from agents.services.approvals import Choice
from chat import program_frames, socket_commands
from chat.attendance import Attendance, Dialect
from chat.errors import Conflict, NotFound, Refused, Unavailable
from chat.feeds import News, heard_by
from chat.models.conversation import ConversationKind
from chat.selectors import agent_to_talk_with, membership_for
from chat.services.answers import stop_answer, stop_current_answer
from chat.services.approvals import decide_call
from chat.services.messages import post_first_message, post_message
from chat.services.typing import tell_typing
from chat.socket_bounds import Allowance, IdleTimer
from chat.sockets import TOO_MANY, PersonSocket

if TYPE_CHECKING:
    from accounts.models import User

#: Close codes of ours, besides those of every socket. After the last the client comes back and resumes.
IDLE, TOO_SLOW = 4408, 4410
#: Commands under way, and conversations that one socket takes part in.
MOST_COMMANDS, MOST_CONVERSATIONS = 200, 100
#: Sockets of one person that hear of all their chats with agents without having named any.
MOST_LISTENERS = 10
#: News that wait until the client can take them.
MOST_NEWS = 1000


logger = logging.getLogger(__name__)


class Stored(NamedTuple):
    """A message of the client, and the frame that says so; made where the database may be asked."""

    conversation_id: UUID
    created: bool
    ack: str


class ProgramConsumer(PersonSocket):
    """``/ws`` and ``/api/v1/chat/ws``: one socket for all of a person's conversations.

    It takes part in a conversation from the first command that names it, and says every event of its runs.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stack = ExitStack()  # what ends with the socket, besides its tasks
        self._left = False
        self._has_named = False  # whether it has said which conversations it is about

    async def let_in(self) -> Visitor:
        return await visitor_by_program(self.scope)

    async def opened(self, user: "User") -> None:
        self._dialects = _dialects(self.scope["query_string"])
        self.user = user
        self.connection_id = str(uuid4())
        self._numbers = itertools.count()
        self._attended: dict[UUID, Attendance] = {}
        self._posting = asyncio.Lock()  # messages are stored in the order in which they were sent
        self._news: deque[News] = deque()
        self._has_news = asyncio.Event()
        self._allowance = Allowance()
        self._idle = IdleTimer(lambda: self._close_soon(IDLE))
        self._stack.callback(self._idle.stop)
        self._feed = self._stack.enter_context(heard_by(user.pk, self._hear))
        await self.accept()
        await self._say(program_frames.frame("connection", connection_id=self.connection_id))
        self.start("news", self._tell_news())

    async def disconnect(self, code: int) -> None:
        self._left = True
        self._stack.close()
        await super().disconnect(code)

    async def _leave(self, code: int) -> None:
        if not self._left:
            self._left = True
            self._stack.close()
            await super()._leave(code)

    def _close_soon(self, code: int) -> None:
        self.start("leave", self._leave(code))

    async def _say(self, frame: str) -> None:
        """Returns once the client can take more (config/server.py). Who takes nothing is sent away."""
        try:
            async with asyncio.timeout(settings.SOCKET_PATIENCE):
                await self.base_send({"type": "websocket.send", "text": frame, "wait": True})
        except TimeoutError:
            metrics.slow_clients.labels("socket").inc()
            await self._leave(TOO_SLOW)
            raise asyncio.CancelledError from None  # whoever wanted to say it has nobody to say it to

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._left:
            return
        self._idle.heard()
        if not self._allowance.spend() or len(self._tasks) > MOST_COMMANDS:
            await self._leave(TOO_MANY)
        else:
            self.start(f"command {next(self._numbers)}", self._obey(text_data))

    async def _obey(self, text: str | None) -> None:
        given: dict[str, Any] = {}
        try:
            given = socket_commands.fields_of(text)
            command = socket_commands.command_in(given)
            if scope := self.credential.missing_for("POST" if command.changes else "GET"):
                raise MissingScope(scope)
            await self._do(command)
        except Refused as refused:
            await self._say(program_frames.refusal(refused, given))
        except AWAY:
            await self._say(program_frames.refusal(Unavailable(), given))

    async def _do(self, command: socket_commands.Command) -> None:
        self._has_named = self._has_named or not isinstance(command, socket_commands.PingCommand)
        match command:
            case socket_commands.PingCommand():
                await self._say(program_frames.frame("pong"))
            case socket_commands.MessageCommand():
                await self._post(command)
            case socket_commands.TypingCommand():
                await self._type(command)
            case socket_commands.CancelCommand():
                await self._cancel(command)
            case socket_commands.ResumeCommand():
                await self._resume(command)
            case socket_commands.DecisionCommand():
                await self._decide(command)

    async def _post(self, command: socket_commands.MessageCommand) -> None:
        async with self._posting:
            if command.conversation_id is None:
                return await self._post_first(command.data)
            attendance = await self._take_part(command.conversation_id)
            with attendance.before_what_follows():
                client_id = command.data.client_id or uuid4().hex
                posted = await act(self._store, command.conversation_id, command.data, client_id)
                await self._say(posted.ack)
        return None

    def _store(self, conversation_id: UUID, data: socket_commands.MessageData, client_id: str) -> Stored:
        posted = post_message(
            actor=self.user,
            conversation_id=conversation_id,
            content=data.content,
            client_id=client_id,
            reply_to=data.reply_to,
        )
        return Stored(conversation_id, posted.created, program_frames.ack(posted))

    async def _post_first(self, data: socket_commands.MessageData) -> None:
        posted = await act(self._begin, data, data.client_id or uuid4().hex)
        await self._say(posted.ack)
        if posted.created:
            self._attend(posted.conversation_id, Course(posted.conversation_id))
        else:
            await self._take_part(posted.conversation_id)

    def _begin(self, data: socket_commands.MessageData, client_id: str) -> Stored:
        posted = post_first_message(
            actor=self.user,
            agent_id=data.agent_id or agent_to_talk_with(self.user),
            content=data.content,
            client_id=client_id,
        )
        return Stored(posted.message.conversation_id, posted.created, program_frames.ack(posted))

    async def _type(self, command: socket_commands.TypingCommand) -> None:
        await self._take_part(command.conversation_id)
        await act(
            tell_typing,
            actor=self.user,
            conversation_id=command.conversation_id,
            typing=command.data.typing,
            origin=self.connection_id,
        )

    async def _cancel(self, command: socket_commands.CancelCommand) -> None:
        conversation_id, message_id = command.conversation_id, command.data.message_id
        await self._take_part(conversation_id)
        if message_id is None:
            await act(stop_current_answer, actor=self.user, conversation_id=conversation_id)
        else:
            await act(stop_answer, actor=self.user, conversation_id=conversation_id, message_id=message_id)

    async def _resume(self, command: socket_commands.ResumeCommand) -> None:
        conversation_id = command.conversation_id
        course = await in_database(self._course, conversation_id, command.data.since)
        self._attend(conversation_id, course)

    async def _decide(self, command: socket_commands.DecisionCommand) -> None:
        await self._take_part(command.conversation_id)
        said = command.data
        allowed = said.decision != "deny"
        choice = Choice(allowed, always=said.decision == "always", reason="" if allowed else said.reason)
        await act(
            decide_call,
            actor=self.user,
            conversation_id=command.conversation_id,
            run_id=said.run_id,
            call_id=storable(said.call_id),
            choice=choice,
        )

    async def _take_part(self, conversation_id: UUID) -> Attendance:
        """Raises NotFound. From now on, unless the socket takes part already."""
        if conversation_id not in self._attended:
            course = await in_database(self._course, conversation_id, "")
            if conversation_id not in self._attended:
                self._attend(conversation_id, course)
        return self._attended[conversation_id]

    def _course(self, conversation_id: UUID, since: str) -> Course:
        membership_for(self.user, conversation_id)
        return Course.from_event(conversation_id, since) if since else Course.from_now(conversation_id)

    def _attend(self, conversation_id: UUID, course: Course) -> None:
        if conversation_id not in self._attended and len(self._attended) >= MOST_CONVERSATIONS:
            raise Conflict(
                _("One socket takes part in %(most)d conversations at most. Open another.")
                % {"most": MOST_CONVERSATIONS}
            )
        earlier = self._attended.get(conversation_id)
        if earlier is not None:
            earlier.end()
        attendance = self._attended[conversation_id] = Attendance(
            course, self.user.pk, self._say, self._dialects
        )
        telling = self._tell_runs(conversation_id, attendance)
        attendance.task = self.start(f"conversation {next(self._numbers)}", telling)

    async def _tell_runs(self, conversation_id: UUID, attendance: Attendance) -> None:
        try:
            await attendance.run()
        except NotFound as refused:
            if self._attended.get(conversation_id) is attendance:
                del self._attended[conversation_id]
            await self._say(program_frames.refusal(refused, conversation_id=conversation_id))

    def _hear(self, news: News) -> None:
        if news.get("origin") == self.connection_id or not self._concerns(news):
            return
        if len(self._news) >= MOST_NEWS:
            self._close_soon(TOO_SLOW)
        self._news.append(news)
        self._has_news.set()

    async def _tell_news(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            while self._news:
                news = self._news.popleft()
                if news["kind"] == "live":
                    await self._listen_in(UUID(news["conversation_id"]), news["run_id"])
                    continue
                for frame in program_frames.news_frames(news, self._dialects):
                    await self._say(frame)

    async def _listen_in(self, conversation_id: UUID, run_id: UUID) -> None:
        """Somebody is answered in a conversation that this socket has not named."""
        try:
            if conversation_id not in self._attended:
                course = await in_database(Course.from_run, conversation_id, run_id)
                if conversation_id not in self._attended:
                    self._attend(conversation_id, course)
        except Refused as refused:  # it is gone, or there are too many to follow
            logger.info("not following a conversation: %s", refused.key)

    def _concerns(self, news: News) -> bool:
        """What people say to each other reaches every socket of theirs. Of chats with agents a socket that
        has named some hears those; one that has named none hears all, unless it is one of very many."""
        if news.get("conversation_kind", ConversationKind.AGENT_CHAT) != ConversationKind.AGENT_CHAT:
            return True
        if news["kind"] not in ("live", "received"):
            return True
        if UUID(news["conversation_id"]) in self._attended:
            return True
        return not self._has_named and len(self._feed.hearers) <= MOST_LISTENERS


def _dialects(query: bytes) -> frozenset[Dialect]:
    """``?events=runs`` or ``people``; both where nothing, or something else, is said."""
    match parse_qs(query.decode("latin1")).get("events"):
        case ["runs"]:
            return frozenset({"runs"})
        case ["people"]:
            return frozenset({"people"})
    return frozenset({"runs", "people"})
