"""What a page reads comes from an index, however long the conversation is."""

import pytest
from django.conf import settings
from django.db import connection

from chat.selectors import shown_messages

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.EMBEDDED, reason="PostgreSQL plans by the size of its tables"),
]


def test_the_last_messages_are_read_without_sorting_all(conversation):
    query, values = shown_messages(conversation.pk).order_by("-id")[:51].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}", values)
        plan = [row[3] for row in cursor.fetchall()]
    assert "SEARCH chat_message USING INDEX message_shown (conversation_id=?)" in plan
    assert not [step for step in plan if "TEMP B-TREE" in step]
