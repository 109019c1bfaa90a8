"""The admin of agents and of all that hangs on them, a module for each noun."""

from agents.admin import agent, budget, document, prompt_version, run, tool_sources, usage, workspace_file
from agents.admin.lists import ReadOnlyAdmin, filtered_list
from agents.admin.prompt_version import EXCERPT

__all__ = [
    "EXCERPT",
    "ReadOnlyAdmin",
    "agent",
    "budget",
    "document",
    "filtered_list",
    "prompt_version",
    "run",
    "tool_sources",
    "usage",
    "workspace_file",
]
