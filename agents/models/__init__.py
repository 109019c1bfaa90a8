"""The rows of the machine that answers: agents, their prompts, their runs, their files, their documents."""

from agents.models.agent import Agent
from agents.models.budget import Budget
from agents.models.document import Chunk, Document, DocumentContent
from agents.models.http_toolset import HttpToolset
from agents.models.mcp_server import McpServer
from agents.models.prompt_version import PromptVersion
from agents.models.run import Run
from agents.models.run_event import RunEvent
from agents.models.run_step import RunStep
from agents.models.usage_total import UsageTotal
from agents.models.workspace import Workspace, WorkspaceFile

__all__ = [
    "Agent",
    "Budget",
    "Chunk",
    "Document",
    "DocumentContent",
    "HttpToolset",
    "McpServer",
    "PromptVersion",
    "Run",
    "RunEvent",
    "RunStep",
    "UsageTotal",
    "Workspace",
    "WorkspaceFile",
]
