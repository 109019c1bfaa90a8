"""The rows of the machine that answers: agents, their prompts, their runs and what happened in them."""

from agents.models.agent import Agent
from agents.models.prompt_version import PromptVersion
from agents.models.run import Run
from agents.models.run_event import RunEvent

__all__ = ["Agent", "PromptVersion", "Run", "RunEvent"]
