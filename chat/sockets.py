"""What the sockets of our pages share: who may open one, in whose words it speaks, and what ends with it.

A handler only starts work, because a consumer handles one message at a time; the work is the socket's task.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import parse_cookie
from django.utils import timezone, translation

from accounts.admissions import Admission, ended
from accounts.preferences import ZONE_COOKIE, language_for, zone_for
from accounts.sockets import NOT_SIGNED_IN, Refused, Visitor, caller_of, visitor_of_page
from chat.errors import NotFound
from chat.places import Places

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

#: Close codes of ours, besides those of a refused handshake (accounts/sockets.py).
NOT_FOUND, TOO_MANY, BROKEN = 4404, 4429, 4500

_places = Places()


class PersonSocket(AsyncWebsocketConsumer):
    """The socket of a signed-in person, opened from a page of ours."""

    #: None: Channels would open a channel for each socket, and no socket could open where the layer is away.
    channel_layer_alias = ""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def __call__(self, *connection: Any) -> None:
        with ExitStack() as self._place:
            await super().__call__(*connection)

    async def connect(self) -> None:
        try:
            visitor = await self.let_in()
        except Refused as refused:
            return await self.refuse(refused.code)
        if _places.taken(visitor.user.pk) >= settings.MAX_SOCKETS:
            return await self.refuse(TOO_MANY)
        self._place.enter_context(_places.one_for(visitor.user.pk))
        self.credential = visitor.credential
        self._speak_as(visitor.user)
        self.start("admission", self._leave_with(visitor.credential.admission))
        return await self.opened(visitor.user)

    async def let_in(self) -> Visitor:
        """Who has opened this socket. Raises Refused."""
        return await visitor_of_page(self.scope)

    async def _leave_with(self, admission: Admission) -> None:
        """Ends the socket, and what it does, once the person is let in no longer."""
        await ended(admission)
        await self._leave(NOT_SIGNED_IN)

    async def _leave(self, code: int) -> None:
        """Closes, and ends the other tasks: nothing more is drawn, or asked of a model, for nobody."""
        for task in self._tasks.values():
            if task is not asyncio.current_task():
                task.cancel()
        await self.close(code)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does, without crossing to a thread each time to close connections it has not opened."""
        await getattr(self, get_handler_name(message))(message)

    async def opened(self, user: "User") -> None:
        """Accepts or refuses, now that it is known who asks."""
        raise NotImplementedError

    async def refuse(self, code: int) -> None:
        """Accepts first: a browser is not told the code of a handshake that fails."""
        await self.accept()
        await self.close(code)

    def _speak_as(self, user: "User") -> None:
        """The language and time zone of every fragment this socket sends."""
        headers = caller_of(self.scope).headers
        translation.activate(language_for(user, headers.get("accept-language", "")))
        timezone.activate(zone_for(user, parse_cookie(headers.get("cookie", "")).get(ZONE_COOKIE, "")))

    async def disconnect(self, code: int) -> None:
        for task in self._tasks.values():
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing is taken in here; what a client says is dropped."""

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs the work as a task of this socket, which ends with it. No two at a time have one name."""
        task = self._tasks[name] = asyncio.create_task(self._guarded(name, work), name=name)
        task.add_done_callback(partial(self._over, name, work))
        return task

    def _over(self, name: str, work: Coroutine[Any, Any, None], task: asyncio.Task[None]) -> None:
        work.close()  # a task that is cancelled at once has never begun it
        if self._tasks.get(name) is task:
            del self._tasks[name]

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except NotFound:
            await self._leave(NOT_FOUND)
        except Exception:
            # The border of the socket: closed with a code that makes the page come back and ask anew.
            logger.exception("socket task %s broke", name)
            await self._leave(BROKEN)

    async def send_frame(self, frame: str) -> None:
        if frame:
            await self.send(frame)
