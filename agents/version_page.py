"""What the page of an agent's prompt versions shows."""

from typing import Any

from agents.errors import NotFound
from agents.models import Agent, PromptVersion
from agents.prompt_difference import difference


def version_page(agent: Agent, *, number: int | None) -> dict[str, Any]:
    """The list, and one version with what it changed; the newest without a ``number``. Raises NotFound.

    Three queries whatever the number of versions, and of the prompts only the two that are compared.
    """
    versions = list(agent.prompt_versions.select_related("author").defer("system_prompt").order_by("-number"))
    chosen = next((version for version in versions if number in (None, version.number)), None)
    if chosen is None and (versions or number is not None):
        raise NotFound
    prompts = _prompts(agent, chosen)
    return {
        "agent": agent,
        "versions": versions,
        "chosen": chosen,
        "in_use": bool(chosen and chosen is versions[0]),
        "prompt": prompts[1],
        "difference": difference(*prompts),
    }


def _prompts(agent: Agent, chosen: PromptVersion | None) -> tuple[str, str]:
    """The prompt before the chosen one, empty for the first, and the chosen one."""
    if chosen is None:
        return "", agent.system_prompt
    near = agent.prompt_versions.filter(number__in=(chosen.number - 1, chosen.number))
    by_number = dict(near.values_list("number", "system_prompt"))
    return by_number.get(chosen.number - 1, ""), by_number[chosen.number]
