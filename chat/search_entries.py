"""Keeping the text of search in step with titles and messages; called by whoever writes these."""

from uuid import UUID

from chat.models import SearchEntry


def index_title(conversation_id: UUID, title: str) -> None:
    SearchEntry.objects.update_or_create(
        conversation_id=conversation_id, message=None, defaults={"text": title}
    )


def index_new_message(conversation_id: UUID, message_id: UUID, text: str, *, title: str = "") -> None:
    """A message just made, and the title it gave its conversation: one statement on the way of a send."""
    entries = [SearchEntry(conversation_id=conversation_id, message_id=message_id, text=text)]
    if title:
        entries.append(SearchEntry(conversation_id=conversation_id, text=title))
    SearchEntry.objects.bulk_create(entries)


def index_message(conversation_id: UUID, message_id: UUID, text: str) -> None:
    """A message's text, new or changed, in one statement."""
    entry = SearchEntry(conversation_id=conversation_id, message_id=message_id, text=text)
    SearchEntry.objects.bulk_create(
        [entry], update_conflicts=True, unique_fields=["message"], update_fields=["text"]
    )
