"""Changing an agent: every prompt it ever had is kept, in order, whoever saves at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from agents.errors import Invalid, NotFound
from agents.models import Agent
from agents.selectors import changeable_agents
from agents.services.agents import update_agent


def prompts(agent):
    return list(agent.prompt_versions.order_by("number").values_list("number", "system_prompt"))


def test_a_changed_prompt_becomes_the_next_version(alice, agent):
    update_agent(actor=alice, agent_id=agent.pk, changes={"system_prompt": "You know films."})

    agent.refresh_from_db()
    assert agent.system_prompt == "You know films."
    assert prompts(agent) == [(1, "You know books."), (2, "You know films.")]


def test_saving_the_same_prompt_keeps_no_version(alice, agent):
    update_agent(
        actor=alice, agent_id=agent.pk, changes={"system_prompt": "You know books.\r\n", "name": "Lib"}
    )

    agent.refresh_from_db()
    assert agent.name == "Lib"
    assert prompts(agent) == [(1, "You know books.")]


def test_fields_that_are_not_given_stay(alice, agent):
    update_agent(actor=alice, agent_id=agent.pk, changes={"temperature": 0})

    agent.refresh_from_db()
    assert (agent.temperature, agent.name, agent.model) == (0.0, "Librarian", "offline")


def test_a_prompt_that_came_in_without_a_version_is_kept_too(alice, agent):
    agent.prompt_versions.all().delete()

    update_agent(actor=alice, agent_id=agent.pk, changes={"system_prompt": "You know films."})

    assert prompts(agent) == [(1, "You know books."), (2, "You know films.")]


def test_a_refused_change_changes_nothing(alice, agent):
    with pytest.raises(Invalid):
        update_agent(actor=alice, agent_id=agent.pk, changes={"name": "", "system_prompt": "You know films."})

    agent.refresh_from_db()
    assert agent.system_prompt == "You know books."
    assert prompts(agent) == [(1, "You know books.")]


def test_a_stranger_finds_no_agent_to_change(bob, agent):
    with pytest.raises(NotFound):
        update_agent(actor=bob, agent_id=agent.pk, changes={"name": "Mine"})


def test_an_agent_shared_with_everyone_is_still_its_owners_to_change(bob, agent):
    Agent.objects.update(visibility="everyone")

    with pytest.raises(NotFound):
        update_agent(actor=bob, agent_id=agent.pk, changes={"name": "Mine"})


def test_agents_of_nobody_are_for_staff_to_change_and_all_are_for_superusers(alice, bob, agent):
    nobodys = Agent.objects.create(name="Seeded", system_prompt="x", visibility="everyone")
    assert set(changeable_agents(bob)) == set()

    bob.is_staff = True
    assert set(changeable_agents(bob)) == {nobodys}
    assert set(changeable_agents(alice)) == {agent}

    bob.is_superuser = True
    assert set(changeable_agents(bob)) == {agent, nobodys}


def test_an_agent_of_nobody_cannot_be_hidden_from_everybody(alice):
    alice.is_staff = True
    agent = Agent.objects.create(name="Seeded", system_prompt="x", visibility="everyone")

    with pytest.raises(Invalid) as refused:
        update_agent(actor=alice, agent_id=agent.pk, changes={"visibility": "private"})

    assert list(refused.value.fields) == ["visibility"]


@pytest.mark.django_db(transaction=True)
def test_saves_at_the_same_moment_give_each_prompt_its_own_number(alice, agent):
    together = Barrier(8)

    def save(number):
        try:
            together.wait(timeout=10)
            update_agent(actor=alice, agent_id=agent.pk, changes={"system_prompt": f"Prompt {number}"})
        finally:
            connection.close()

    savers = [Thread(target=save, args=[number]) for number in range(8)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()

    agent.refresh_from_db()
    kept = prompts(agent)
    assert [number for number, _ in kept] == list(range(1, 10))
    assert {prompt for _, prompt in kept[1:]} == {f"Prompt {number}" for number in range(8)}
    assert kept[-1][1] == agent.system_prompt
