"""Saying something to an agent, and waiting for what becomes of it."""

import asyncio
from collections.abc import Callable

from asgiref.sync import sync_to_async

from agents.models import Run
from chat.models import Message
from chat.services.messages import post_message


@sync_to_async
def say(who, conversation, content: str, client_id: str = "one") -> Message:
    """The answer that will come."""
    return post_message(
        actor=who, conversation_id=conversation.pk, content=content, client_id=client_id
    ).answer


async def until(condition: Callable[[], object]) -> None:
    """``condition`` reads the database."""
    async with asyncio.timeout(10):
        while not await sync_to_async(condition)():
            await asyncio.sleep(0.01)


async def ended(run: Run) -> Message:
    """The answer of the run, once it has come to its end."""
    await until(lambda: Run.objects.filter(pk=run.pk, ended_at__isnull=False).exists())
    return await Message.objects.aget(pk=run.answer_id)


async def answered(answer: Message) -> Message:
    """The answer, once nothing more comes of it."""
    async with asyncio.timeout(10):
        while answer.status in ("pending", "processing"):
            await asyncio.sleep(0.01)
            await answer.arefresh_from_db()
    return answer
