"""What a page reads comes from an index, however long the conversation is."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet

from chat.selectors import active_messages, shown_messages

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.EMBEDDED, reason="PostgreSQL plans by the size of its tables"),
]


def plan_of(messages: QuerySet[Any, Any]) -> list[str]:
    query, values = messages.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}", values)
        return [row[3] for row in cursor.fetchall()]


def test_the_last_messages_are_read_without_sorting_all(conversation):
    plan = plan_of(shown_messages(conversation.pk).order_by("-id")[:51])
    assert "SEARCH chat_message USING INDEX message_shown (conversation_id=?)" in plan
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_all_are_counted_without_reading_one(conversation):
    counted = active_messages(conversation.pk).order_by().values("conversation").values(total=Count("pk"))
    assert plan_of(counted) == ["SEARCH chat_message USING COVERING INDEX message_shown (conversation_id=?)"]
