"""What programs keep with a conversation: it comes with every list, so it has a bound."""

import pytest

from chat.models import Conversation
from chat.text import MAX_METADATA

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["AgentChat", "DirectMessage", "Room"])
def test_more_than_the_bound_is_refused(kind, as_alice, as_bob, agent):
    other = str(agent.pk) if kind == "AgentChat" else as_bob.id
    fits = {"a": "x" * (MAX_METADATA - len('{"a":""}'))}
    more = {"a": fits["a"] + "x"}
    refused = as_alice.post("/conversations", conversation_type=kind, participants=[other], metadata=more)
    assert (refused.status_code, Conversation.objects.count()) == (422, 0)
    assert refused.json()["detail"].startswith("metadata: ")
    kept = as_alice.post("/conversations", conversation_type=kind, participants=[other], metadata=fits)
    assert (kept.status_code, kept.json()["metadata"]) == (201, fits)
