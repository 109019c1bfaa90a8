"""Place: where somebody speaks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from agents.selectors import agent_for
from chat.errors import NotFound
from chat.selectors import membership_for

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent


@dataclass(frozen=True)
class Place:
    """A conversation, or an agent with whom one begins: one of the two."""

    conversation_id: UUID | None = None
    agent_id: UUID | None = None

    def agent(self, user: "User") -> "Agent | None":
        """Whom the person speaks to, where it is one agent. Raises NotFound for a place not theirs."""
        if self.conversation_id is not None:
            return membership_for(user, self.conversation_id).conversation.agent
        found = agent_for(user, self.agent_id) if self.agent_id else None
        if found is None:
            raise NotFound(_("This agent does not exist any more, or is not yours."))
        return found
