"""What was said before a run that belongs to no conversation, kept with the run until it has ended."""

from dataclasses import asdict, dataclass
from typing import Any

from agents.engine.messages import ChatMessage, ModelRequest, Role
from agents.models import Agent, Run


@dataclass(frozen=True)
class Transcript:
    """``instructions`` follow the agent's own prompt; None leaves temperature and length to the agent."""

    messages: tuple[tuple[Role, str], ...]
    instructions: str = ""
    temperature: float | None = None
    max_tokens: int | None = None

    @property
    def length(self) -> int:
        """Characters."""
        return len(self.instructions) + sum(len(text) for _role, text in self.messages)

    def stored(self) -> dict[str, Any]:
        """As JSON for ``Run.transcript``."""
        return asdict(self)


def request_of(run: Run) -> ModelRequest:
    """What the model of a run with a transcript is asked."""
    agent: Agent = run.agent
    kept: dict[str, Any] = run.transcript or {}
    prompt = "\n\n".join(filter(None, (agent.system_prompt, kept["instructions"])))
    temperature = kept["temperature"]
    return ModelRequest(
        model=agent.model,
        messages=(
            ChatMessage("system", prompt),
            *(ChatMessage(role, text) for role, text in kept["messages"]),
        ),
        temperature=agent.temperature if temperature is None else temperature,
        max_tokens=kept["max_tokens"],
        agent_name=agent.name,
    )
