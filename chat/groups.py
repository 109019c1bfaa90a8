"""Channel-layer groups: their names, and telling them that something has changed.

A message to a group is a hint to look at the database, never the content itself.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync

from agents.pushes import push


def conversation_group(conversation_id: UUID) -> str:
    return f"conversation.{conversation_id}"


def user_group(user_id: UUID) -> str:
    return f"user.{user_id}"


def feed_group(user_id: UUID) -> str:
    return f"feed.{user_id}"


async def tell_messages(
    conversation_id: UUID, message_ids: list[UUID], people: Collection[UUID] = ()
) -> None:
    """These messages are new or changed: pages that show the conversation draw them again.

    ``people`` are those whose programs are told as well.
    """
    ids = [str(pk) for pk in message_ids]
    await push(conversation_group(conversation_id), {"type": "messages.changed", "ids": ids})
    news = {"kind": "messages", "conversation_id": str(conversation_id), "ids": ids}
    await tell_people(people, news)


async def tell_list(user_id: UUID) -> None:
    """The person's list of conversations has changed."""
    await push(user_group(user_id), {"type": "list.changed"})


async def tell_people(user_ids: Collection[UUID], news: dict[str, Any]) -> None:
    """What the programs of these people are told; ``kind`` says of what."""
    for user_id in user_ids:
        await push(feed_group(user_id), {"type": "feed.news", "news": news})


tell_people_soon = async_to_sync(tell_people)
tell_messages_soon = async_to_sync(tell_messages)
tell_list_soon = async_to_sync(tell_list)
