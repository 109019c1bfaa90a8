"""What a provider yields while a model answers; no vendor's wire shape gets past these."""

from dataclasses import dataclass
from typing import Literal

FinishReason = Literal["stop", "length", "content_filter", "tool_calls", "unknown"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer as the model wrote it, `<think>` tags included."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of reasoning that the provider sends apart from the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ProgressDelta:
    """A sign of life with nothing to show: a role, or a tool call's arguments still growing."""


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """One whole tool call. `id` may be empty or already used; `arguments` may be broken JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """Tokens of this model call so far; a later one replaces an earlier one."""

    prompt_tokens: int
    completion_tokens: int
    model: str


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """The upstream said it was done; text and usage may still follow. `unknown` is any other reason given."""

    reason: FinishReason


Delta = TextDelta | ReasoningDelta | ProgressDelta | ToolCallDelta | UsageDelta | FinishDelta
