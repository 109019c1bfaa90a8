"""The agents a fresh installation begins with, read from ``agents/seeds``."""

from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from django.db import transaction

from agents.agent_file import read_agents
from agents.models import Agent, PromptVersion

FOLDER = Path(__file__).resolve().parent.parent / "seeds"

#: The file of each seed, and the id its agent has in every installation: a seed is known again under any
#: name, and two processes that start at once cannot make it twice. An id is never given to another seed.
SEEDS = {
    UUID("01990000-0000-7000-8000-000000000001"): "assistant.yaml",
    UUID("01990000-0000-7000-8000-000000000002"): "writing-editor.yaml",
    UUID("01990000-0000-7000-8000-000000000003"): "code-reviewer.yaml",
    UUID("01990000-0000-7000-8000-000000000004"): "study-tutor.yaml",
}


def seed_agents(*, missing: bool = False) -> list[Agent]:
    """Makes the seeds where there is no agent at all; with ``missing`` those that are not there.

    An installation with any agent belongs to its people: what they changed stays, what they deleted stays
    away. Returns the agents made, which belong to nobody and are for everyone.
    """
    if not missing:
        return [] if Agent.objects.exists() else _make(SEEDS)
    here = set(Agent.objects.filter(pk__in=SEEDS).values_list("pk", flat=True))
    return _make(SEEDS.keys() - here)


@transaction.atomic
def _make(pks: Collection[UUID]) -> list[Agent]:
    agents = [_read(pk) for pk in sorted(pks)]
    versions = [PromptVersion(agent=agent, number=1, system_prompt=agent.system_prompt) for agent in agents]
    # Whoever comes second at the same moment finds the rows there, and changes nothing.
    Agent.objects.bulk_create(agents, ignore_conflicts=True)
    PromptVersion.objects.bulk_create(versions, ignore_conflicts=True)
    return agents


def _read(pk: UUID) -> Agent:
    (changes,) = read_agents((FOLDER / SEEDS[pk]).read_bytes())
    return Agent(pk=pk, owner=None, **changes)
