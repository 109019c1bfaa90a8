"""Keeping the text of search in step with titles and messages; called by whoever writes these."""

from uuid import UUID

from chat.models import SearchEntry


def index_title(conversation_id: UUID, title: str) -> None:
    SearchEntry.objects.update_or_create(
        conversation_id=conversation_id, message=None, defaults={"text": title}
    )


def index_message(conversation_id: UUID, message_id: UUID, text: str) -> None:
    SearchEntry.objects.update_or_create(
        message_id=message_id, defaults={"conversation_id": conversation_id, "text": text}
    )
