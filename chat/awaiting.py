"""Answers to programs that ask and wait: what a run has come to, without holding a thread meanwhile."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from accounts.admissions import Admission, ended
from accounts.errors import NotSignedIn
from accounts.later import LaterResponse
from accounts.requests import ApiRequest
from agents.database import in_database
from agents.engine.fold import RunFold
from agents.eventlog import follow
from chat.models import Message
from chat.selectors import message_for
from chat.services.messages import Posted

if TYPE_CHECKING:
    from accounts.models import User

#: Seconds longer than a run may take, for its way there and back and for others that are before it.
MARGIN = 30.0

#: The stored question and answer, and whether the answer is whole, to what the program reads.
Render = Callable[[Message, Message, bool], HttpResponse]


def once_answered(request: ApiRequest, posted: Posted, render: Render) -> LaterResponse:
    """Waits until the answer is written, and gives what ``render`` makes of it in a database thread.

    It is not whole where a person has to decide first, or it takes longer than a run may take. The run goes
    on when the client leaves. Raises NotFound later, if the conversation is gone by then.
    """
    user, admission = request.user, request.credential.admission

    async def answer() -> HttpResponse:
        whole = await until_answered(admission, posted)
        return await in_database(_rendered, user, posted, whole, render)

    return LaterResponse(request, answer)


async def until_answered(admission: Admission, posted: Posted) -> bool:
    """Waits as ``once_answered`` does; whether the answer is whole. Raises NotSignedIn."""
    run_id = posted.answer.run_id
    return run_id is None or await _answered_to(admission, run_id)


def _rendered(user: "User", posted: Posted, whole: bool, render: Render) -> HttpResponse:
    answer = message_for(user, posted.message.conversation_id, posted.answer.pk)
    return render(posted.message, answer, whole)


async def _answered_to(admission: Admission, run_id: UUID) -> bool:
    """Raises NotSignedIn once whoever waits may do so no longer."""
    waiting = asyncio.create_task(answered(run_id, within=settings.MODEL_TOTAL_TIMEOUT + MARGIN))
    leaving = asyncio.create_task(ended(admission))
    try:
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            raise NotSignedIn
        return waiting.result()
    finally:
        for task in (waiting, leaving):
            task.cancel()
        await asyncio.gather(waiting, leaving, return_exceptions=True)


async def answered(run_id: UUID, *, within: float) -> bool:
    """True once the run has ended; False when it waits for a person, or after ``within`` seconds.

    True as well for a run that is gone: what there is of it will not change any more.
    """
    fold = RunFold()
    try:
        async with asyncio.timeout(within), aclosing(follow(run_id)) as portions:
            async for events in portions:
                for stored in events:
                    fold.apply(stored.event, stored.ts)
                if fold.end is None and _asks_a_person(fold):
                    return False
    except TimeoutError:
        return False
    return True


def _asks_a_person(fold: RunFold) -> bool:
    return any(
        row.status == "asked" or (row.nested is not None and _asks_a_person(row.nested))
        for row in fold.tools.values()
    )
