"""What is asked of a model: messages, tools on offer, and the request as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]

CONTINUE_INSTRUCTION = (
    "Your answer was interrupted. Continue it exactly where it stopped, beginning with the very next "
    "character. Repeat nothing, add no introduction, and do not mention the interruption."
)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call the model asks for. `arguments` is JSON text as the model wrote it, so it may be broken."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of the transcript; `tool_call_id` names the call that a tool message answers."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool on offer; `parameters` is a JSON Schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a model.

    `max_tokens` None leaves the limit to the provider. `continue_from` is the text of an answer that was cut:
    the model is to add to it, and only what it adds comes back. `agent_name` is for the offline model.
    """

    model: str
    messages: tuple[ChatMessage, ...]
    temperature: float | None = None
    max_tokens: int | None = None
    tools: tuple[ToolSpec, ...] = field(default=())
    agent_name: str = ""
    continue_from: str = ""

    def with_continuation_spelled_out(self) -> "ModelRequest":
        """The same request in plain messages, for providers that cannot resume by themselves.

        Chat Completions has no way to prefill an answer that every server honours (some append to a last
        assistant message, OpenAI starts a new one), so the partial answer goes in as the assistant's message
        and a short instruction of the user asks for the rest. Both kinds of server understand that.
        """
        if not self.continue_from:
            return self
        partial = ChatMessage("assistant", self.continue_from)
        instruction = ChatMessage("user", CONTINUE_INSTRUCTION)
        return replace(self, messages=(*self.messages, partial, instruction), continue_from="")
