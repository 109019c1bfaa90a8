"""One answer of a test conversation: asked for, streamed and ended as a real one is, and stored nowhere.

What it uses counts for whoever tries it out, and for no agent: the form may be of one that is not saved.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from django.utils.translation import gettext

from agents.budgets import refusal
from agents.database import in_database
from agents.engine import loop
from agents.engine.account import Account
from agents.engine.coalesce import coalesce
from agents.engine.errors import ErrorKind
from agents.engine.events import Event, Start, Usage, to_data
from agents.engine.loop import Outcome
from agents.engine.messages import ModelRequest
from agents.engine.steps import Kept
from agents.eventlog import StoredEvent, spend
from agents.prices import price_of
from agents.providers.registry import OFFLINE, provider_for
from agents.toolboxes import toolbox_for
from agents.tools.base import CallContext
from agents.tools.box import EnabledTools
from agents.under_way import coalesce_interval, limits
from agents.usage_totals import spent
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

    ``tools`` are the names that are ticked in the form, ``policies`` what they may do unlike the default.
    """

    def __init__(
        self,
        question: Message,
        message: Message,
        request: ModelRequest,
        tools: list[str],
        policies: Mapping[str, str],
        send: Callable[[str], Awaitable[None]],
    ) -> None:
        self.message = message
        self._question = question
        self._request = request
        self._tools = tools
        self._policies = policies
        self._send = send
        self._live = LiveAnswer(message.pk, message.conversation_id)
        self._numbers = itertools.count(1)
        self._began = time.monotonic()
        self._streaming: asyncio.Task[Outcome] | None = None
        self._stopped = False
        self._counted: Usage | None = None

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
        asking = CallContext(owner_id=self._question.sender.user_id)
        tools = await toolbox_for(self._tools, gettext, asking, self._policies)
        account = Account(price_of(model, free=provider.name == OFFLINE), self._may_ask)
        told = loop.run(request, provider, tools, bounds, gate=tools, account=account, translate=gettext)
        try:
            return await self._told(tools, told)
        finally:
            await self._count(account.close())

    async def _told(self, tools: EnabledTools, told: AsyncGenerator[Event | Kept | Outcome, None]) -> Outcome:
        async with aclosing(tools), aclosing(coalesce(told, coalesce_interval)) as events:
            async for event in events:
                if isinstance(event, Outcome):
                    return event
                if isinstance(event, Usage):
                    await self._count(event)
                new = event.events if isinstance(event, Kept) else (event,)
                if frame := self._live.frame([self._event(one) for one in new]):
                    await self._send(frame)
        return Outcome("error", error="default")

    async def _may_ask(self, used: Usage | None) -> ErrorKind | None:
        return await in_database(refusal, owner_id=self._question.sender.user_id, agent_id=None, used=used)

    async def _count(self, used: Usage | None) -> None:
        if used is not None:
            before, self._counted = self._counted, used
            await spend(spent(self._question.sender.user, None, before, used))

    def _event(self, event: Event) -> StoredEvent:
        """As the log would give it back."""
        now = datetime.now(UTC)
        return StoredEvent(self.message.pk, next(self._numbers), now, event.type, to_data(event))

    def _settle(self, outcome: Outcome) -> None:
        fold = self._live.fold
        self.message.content = fold.text
        self.message.status = MessageStatus(outcome.status)  # never waiting: here nobody can be asked
        self.message.error = outcome.error or ""
        self.message.processing_time_ms = int((time.monotonic() - self._began) * 1000)
        self.message.metadata = {"finish": outcome.finish or "", "work": fold.work()}
