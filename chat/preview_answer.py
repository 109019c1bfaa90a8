"""One answer of a test conversation: asked for, streamed and ended as a real one is, and stored nowhere."""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from django.utils.translation import gettext

from agents.engine import loop
from agents.engine.coalesce import coalesce
from agents.engine.events import Event, Start, to_data
from agents.engine.loop import Outcome
from agents.engine.messages import ModelRequest
from agents.eventlog import StoredEvent
from agents.providers.registry import provider_for
from agents.runner import coalesce_interval, limits
from agents.tools.box import EnabledTools
from chat.fragments import LiveAnswer, placed
from chat.message_view import unstored_view
from chat.models import Message
from chat.models.message import MessageStatus

logger = logging.getLogger(__name__)

Send = Callable[[str], Awaitable[None]]

#: Characters of one answer, reasoning included: it is kept in memory as long as its page is open.
MOST_CHARS = 200_000


class PreviewAnswer:
    """``message`` is the answer, and knows at the end what it came to; ``send`` takes the frames.

    ``tools`` are the names that are ticked in the form.
    """

    def __init__(
        self,
        question: Message,
        message: Message,
        request: ModelRequest,
        tools: list[str],
        send: Callable[[str], Awaitable[None]],
    ) -> None:
        self.message = message
        self._question = question
        self._request = request
        self._tools = tools
        self._send = send
        self._live = LiveAnswer(message.pk)
        self._numbers = itertools.count(1)
        self._began = time.monotonic()
        self._streaming: asyncio.Task[Outcome] | None = None
        self._stopped = False

    def stop(self) -> None:
        """Ends it with the text there is; nothing if it has ended."""
        if self._streaming is not None:
            self._stopped = True
            self._streaming.cancel()

    async def write(self) -> None:
        """Draws question and answer, the answer as it comes, and its end. Cancelled, it says nothing more."""
        self._streaming = asyncio.create_task(self._stream())
        try:
            outcome = await self._streaming
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            outcome = Outcome("cancelled")
        except Exception:
            # The border of this work: whatever broke, nobody waits for an answer that never ends.
            logger.exception("a test answer broke")
            outcome = Outcome("error", error="default")
        self._settle(outcome)
        # A long answer takes its time to draw, which is not the event loop's to spend.
        await self._send(await asyncio.to_thread(lambda: placed([unstored_view(self.message)])))

    async def _stream(self) -> Outcome:
        start = Start(run_id=str(self.message.pk), agent_id="", agent_name=self._request.agent_name)
        self._live.catch_up([self._event(start)])
        await self._send(
            placed([unstored_view(self._question), unstored_view(self.message, self._live.fold)])
        )
        provider, model = provider_for(self._request.model)
        request = replace(self._request, model=model)
        bounds = replace(limits(), max_chars=MOST_CHARS)
        tools = await asyncio.to_thread(EnabledTools, self._tools, gettext)
        told = loop.run(request, provider, tools, bounds, translate=gettext)
        async with aclosing(coalesce(told, coalesce_interval)) as events:
            async for event in events:
                if isinstance(event, Outcome):
                    return event
                if frame := self._live.frame([self._event(event)]):
                    await self._send(frame)
        return Outcome("error", error="default")

    def _event(self, event: Event) -> StoredEvent:
        """As the log would give it back."""
        now = datetime.now(UTC)
        return StoredEvent(self.message.pk, next(self._numbers), now, event.type, to_data(event))

    def _settle(self, outcome: Outcome) -> None:
        fold = self._live.fold
        self.message.content = fold.text
        self.message.status = MessageStatus(outcome.status)
        self.message.error = outcome.error or ""
        self.message.processing_time_ms = int((time.monotonic() - self._began) * 1000)
        self.message.metadata = {"finish": outcome.finish or "", "work": fold.work()}
