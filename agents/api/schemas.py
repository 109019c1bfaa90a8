"""What the doors to agents take in and give out. What the values may be is decided by ``agents.changes``."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from accounts.schemas import TEXT, WORDS, Strict
from agents.changes import MAX_PROMPT, MAX_TOOLS
from agents.document_formats import Format
from agents.models.agent import LANGUAGE, MAX_LANGUAGE
from agents.models.document import DocumentStatus
from agents.refining import MAX_WISH
from agents.tools.registry import TOOLS
from agents.tools.remote_names import MAX_CHARS, PATTERN


def _text(description: str, **bounds: Any) -> Any:
    """Bounds are told here and kept by the services, which have words for them in the caller's language."""
    return Field(default="", description=description, json_schema_extra={"pattern": TEXT} | bounds)


def _tool_names() -> Any:
    items = {
        "anyOf": [
            {"enum": sorted(TOOLS)},
            {"type": "string", "pattern": f"^{PATTERN}$", "maxLength": MAX_CHARS},
        ]
    }
    extra: Any = {"items": items, "maxItems": MAX_TOOLS}
    about = "Names of tools that are here, or `<server>__<tool>` for those of other servers"
    return Field(default_factory=list, description=about, json_schema_extra=extra)


_EXAMPLE: dict[str, Any] = {
    "name": "Librarian",
    "description": "Knows books",
    "system_prompt": "You know books. Name author and year.",
    "model": "",
    "temperature": 0.7,
    "voice": "alloy",
    "speech_speed": 1.0,
    "language": "",
    "tools": ["calculator"],
}


class AgentChangesIn(Strict):
    """Any of an agent's fields; those that are not given stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"temperature": 0.2}]})

    name: str = _text("1 to 100 characters", pattern=WORDS, minLength=1, maxLength=100)
    system_prompt: str = _text("Its instructions", pattern=WORDS, minLength=1, maxLength=MAX_PROMPT)
    description: str = _text("One line for the list of agents", maxLength=300)
    model: str = _text("Empty for the configured one; `offline` for the built-in one", maxLength=200)
    temperature: float = Field(default=0.7, json_schema_extra={"minimum": 0, "maximum": 2})
    voice: str = _text("For answers read aloud", pattern=WORDS, minLength=1, maxLength=100)
    speech_speed: float = Field(default=1.0, json_schema_extra={"minimum": 0.25, "maximum": 4})
    language: str = _text(
        "Of speech, such as `de` or `pt-BR`; empty: found out each time",
        pattern=LANGUAGE,
        maxLength=MAX_LANGUAGE,
    )
    tools: list[str] = _tool_names()
    context_tokens: int = Field(
        default=8000,
        description="How much is sent to the model at most, in tokens",
        json_schema_extra={"minimum": 500, "maximum": 2_000_000},
    )


class AgentIn(AgentChangesIn):
    """A new agent. What is not given is as for one that is made in a page."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: str = Field(
        description="1 to 100 characters",
        json_schema_extra={"pattern": WORDS, "minLength": 1, "maxLength": 100},
    )
    system_prompt: str = Field(
        description="Its instructions",
        json_schema_extra={"pattern": WORDS, "minLength": 1, "maxLength": MAX_PROMPT},
    )


class AgentOut(Schema):
    """``session_count`` are the caller's own sessions with the agent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "019a0000-0000-7000-8000-00000000000a",
                    **_EXAMPLE,
                    "session_count": 3,
                    "document_count": 0,
                    "created_at": "2026-11-21T03:00:00.123Z",
                    "updated_at": "2026-11-21T03:00:00.123Z",
                }
            ]
        }
    )

    id: UUID
    name: str
    description: str
    system_prompt: str | None = Field(description="null for an agent that you may talk with, but not change")
    model: str = Field(description="Empty for the configured one")
    temperature: float
    voice: str
    speech_speed: float
    language: str
    tools: list[str]
    session_count: int
    document_count: int
    created_at: datetime
    updated_at: datetime


class DocumentOut(Schema):
    """A document of an agent. It is searched once it is `ready`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "019a0000-0000-7000-8000-0000000000d0",
                    "agent_id": "019a0000-0000-7000-8000-00000000000a",
                    "name": "rules.md",
                    "format": "md",
                    "size": 1234,
                    "status": "ready",
                    "progress": 100,
                    "pages": None,
                    "chunks": 3,
                    "problem": None,
                    "created_at": "2026-11-21T03:00:00.123Z",
                    "updated_at": "2026-11-21T03:00:01.123Z",
                }
            ]
        }
    )

    id: UUID
    agent_id: UUID
    name: str
    format: Format
    size: int = Field(description="In bytes")
    status: DocumentStatus
    progress: int = Field(description="0 to 100")
    pages: int | None = Field(description="null where it has none, or is not read yet")
    chunks: int = Field(description="Pieces it was divided into")
    problem: str | None = Field(description="Why it could not be read, where `status` is `error`")
    created_at: datetime
    updated_at: datetime


class RefineIn(Strict):
    """At least one of the three texts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"goal": "Explain ships to children"}],
            "anyOf": [
                {"required": [name], "properties": {name: {"type": "string", "pattern": WORDS}}}
                for name in ("goal", "system_prompt", "feedback")
            ],
        }
    )

    goal: str = _text("What the agent is for", maxLength=MAX_WISH)
    system_prompt: str = _text("The instructions there are", maxLength=MAX_PROMPT)
    feedback: str = _text("What is wrong with them", maxLength=MAX_WISH)
    stream: bool = Field(default=False, description="As events, while they are written")


class RefinementOut(Schema):
    """Whole instructions to take or leave."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "system_prompt": "You explain ships to children. Use short sentences.",
                    "rationale": "It says for whom the answers are.",
                    "changes": ["Said how to answer children."],
                }
            ]
        }
    )

    system_prompt: str
    rationale: str
    changes: list[str]


class AgentPage(Schema):
    """``total`` counts all that were found, ``agents`` are those of this page."""

    agents: list[AgentOut]
    total: int
