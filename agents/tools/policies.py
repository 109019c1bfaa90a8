"""What an agent may do with a tool: use it by itself, ask first, or never use it."""

from collections.abc import Mapping
from typing import Literal, Protocol, get_args

Policy = Literal["run", "ask", "never"]
POLICIES: tuple[Policy, ...] = get_args(Policy)


class HasEffects(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def has_effects(self) -> bool: ...


def default_policy(tool: HasEffects) -> Policy:
    """What changes something outside the run is asked about."""
    return "ask" if tool.has_effects else "run"


def policy_of(tool: HasEffects, overrides: Mapping[str, str]) -> Policy:
    """What the agent's overrides say, by the tool's name; otherwise the tool's default.

    An override that is no policy (written by another version) counts as the most careful one that still
    lets the tool be used.
    """
    if tool.name not in overrides:
        return default_policy(tool)
    chosen = overrides[tool.name]
    return next((policy for policy in POLICIES if policy == chosen), "ask")
