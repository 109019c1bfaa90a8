"""What the list page shows of an agent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from agents.documents import document_counts
from agents.models import Agent
from agents.models.agent import Visibility
from agents.selectors import may_change

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class AgentCard:
    """``conversations`` are the reader's own; ``shared`` says that others see the agent too."""

    id: UUID
    name: str
    description: str
    model: str
    conversations: int
    documents: int
    shared: bool
    changeable: bool


def cards_for(user: "User", agents: Iterable[Agent]) -> list[AgentCard]:
    """``agents`` as ``selectors.agent_cards`` gives them."""
    agents = list(agents)
    documents = document_counts([agent.pk for agent in agents])
    return [
        AgentCard(
            id=agent.pk,
            name=agent.name,
            description=agent.description,
            model=agent.model,
            conversations=agent.conversation_count,  # type: ignore[attr-defined]  # annotated by the selector
            documents=documents.get(agent.pk, 0),
            shared=agent.visibility != Visibility.PRIVATE,
            changeable=may_change(user, agent),
        )
        for agent in agents
    ]
