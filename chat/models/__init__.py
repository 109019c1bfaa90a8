"""The rows of what people and agents say to each other."""

from chat.models.conversation import Conversation
from chat.models.membership import Membership
from chat.models.message import Message
from chat.models.participant import Participant
from chat.models.search_entry import SearchEntry

__all__ = ["Conversation", "Membership", "Message", "Participant", "SearchEntry"]
