"""Making agents, changing and deleting them. Every prompt an agent ever had is kept as a version."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.etags import ANY, Expected
from agents.changes import AgentChanges, check_changes, edition_of
from agents.errors import Invalid, NotFound
from agents.models import Agent, PromptVersion, Run
from agents.models.agent import Visibility
from agents.selectors import changeable_agents
from agents.services.runs import hold_runs
from agents.services.sharing import has_groups, share_with

if TYPE_CHECKING:
    from accounts.models import User

REQUIRED = ("name", "system_prompt")


def create_agent(*, actor: "User", changes: AgentChanges) -> Agent:
    """An agent of the person's own, with its prompt as version 1. Raises Invalid."""
    return store_new_agent(owner=actor, changes=changes)


@transaction.atomic
def store_new_agent(*, owner: "User | None", changes: AgentChanges) -> Agent:
    """An agent, of nobody where ``owner`` is None: for commands, where no person asks. Raises Invalid."""
    agent = Agent(owner=owner)
    change_agent(agent=agent, changes=_whole(changes), actor=owner)
    return agent


def _whole(changes: AgentChanges) -> AgentChanges:
    """The checked values, with all that an agent needs. Raises Invalid with everything that is wrong."""
    wrong: dict[str, Sequence[str]] = {
        name: [_("This field is required.")] for name in REQUIRED if not changes.get(name)
    }
    try:
        checked = check_changes(changes)
    except Invalid as refused:
        raise Invalid({**refused.fields, **wrong}) from None
    if wrong:
        raise Invalid(wrong)
    return checked


@transaction.atomic
def update_agent(*, actor: "User", agent_id: UUID, changes: AgentChanges, expected: Expected = ANY) -> Agent:
    """Changes the fields given; a changed prompt becomes a new version.

    Raises NotFound, Invalid, and ChangedMeanwhile where the agent is not of an expected edition.
    """
    agent = _held(actor, agent_id)
    expected.check(edition_of(agent))
    change_agent(agent=agent, changes=changes, actor=actor)
    return agent


def change_agent(*, agent: Agent, changes: AgentChanges, actor: "User | None") -> None:
    """Stores the agent with the changes, in the caller's transaction. They say who may. Raises Invalid."""
    checked = dict(check_changes(changes))
    names = cast("list[str] | None", checked.pop("groups", None))
    for field, value in checked.items():
        setattr(agent, field, value)
    if agent.owner_id is None and agent.visibility == Visibility.PRIVATE and not agent._state.adding:
        raise Invalid({"visibility": [_("This agent belongs to nobody, so nobody could see it.")]})
    groups = None if names is None else share_with(agent, names, actor=actor)
    if agent.visibility == Visibility.GROUP and not (groups if groups is not None else has_groups(agent)):
        raise Invalid({"groups": [_("Choose at least one group.")]})
    save_agent(agent=agent, author=actor)
    if groups is not None:
        agent.groups.set(groups)


@transaction.atomic
def save_agent(*, agent: Agent, author: "User | None") -> None:
    """Stores the agent as it is and keeps its prompts; whoever saves an agent does it here.

    The row is locked first (SQLite: the transaction is the lock), so two saves at once number two versions.
    """
    stored = Agent.objects.select_for_update().filter(pk=agent.pk)
    before = stored.values_list("system_prompt", flat=True).first()
    agent.save()
    newest = agent.prompt_versions.order_by("-number").first()
    number, kept = (newest.number, newest.system_prompt) if newest else (0, None)
    # What was in use comes first, should something have changed it without keeping a version.
    for prompt in (before, agent.system_prompt):
        if prompt is not None and prompt != kept:
            number, kept = number + 1, prompt
            PromptVersion.objects.create(agent=agent, number=number, system_prompt=prompt, author=author)


@transaction.atomic
def restore_version(*, actor: "User", agent_id: UUID, number: int) -> Agent:
    """Takes an earlier prompt into use again, as a new version. Raises NotFound."""
    agent = _held(actor, agent_id)
    version = agent.prompt_versions.filter(number=number).first()
    if version is None:
        raise NotFound(_("This agent has no such version."))
    agent.system_prompt = version.system_prompt
    save_agent(agent=agent, author=actor)
    return agent


@transaction.atomic
def delete_agent(*, actor: "User", agent_id: UUID, expected: Expected = ANY) -> None:
    """Removes the agent with all that hangs on it. Raises NotFound and ChangedMeanwhile."""
    agent = _held(actor, agent_id)
    expected.check(edition_of(agent))
    remove_agent(agent=agent)


@transaction.atomic
def remove_agent(*, agent: Agent) -> None:
    """With its conversations, versions, runs and files. Whoever calls says who may."""
    chats = agent.conversations.values("pk")
    hold_runs(Run.objects.filter(Q(agent=agent) | Q(chat_id__in=chats)))
    for part in _before_deletion:
        part(agent.pk)
    agent.delete()


def part_with_owner(owner: "User") -> None:
    """Removes the agents of a person who is about to go, in the transaction of that."""
    for agent in Agent.objects.filter(owner=owner):
        remove_agent(agent=agent)


_before_deletion: list[Callable[[UUID], None]] = []


def before_deletion(part: Callable[[UUID], None]) -> None:
    """Hands in what another app has to do, given the agent's id, in the transaction that deletes it."""
    if part not in _before_deletion:
        _before_deletion.append(part)


def _held(actor: "User", agent_id: UUID) -> Agent:
    """The agent, if the person may change it, locked until the transaction ends. Raises NotFound."""
    agent = changeable_agents(actor).select_for_update().filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent
