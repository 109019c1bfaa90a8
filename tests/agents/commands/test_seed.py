"""``manage.py seed``: four agents for a fresh installation, and nothing for one that people use."""

from io import StringIO

import pytest
from django.core.management import call_command

from agents.changes import FIELDS, check_changes
from agents.models import Agent, PromptVersion
from agents.services.seeds import SEEDS

pytestmark = pytest.mark.django_db


def seed(*arguments):
    out = StringIO()
    call_command("seed", *arguments, stdout=out)
    return out.getvalue()


def test_a_fresh_installation_gets_four_agents_for_everyone():
    assert seed() == "Made 4 agents.\n"

    assert Agent.objects.filter(owner=None, visibility="everyone").count() == len(SEEDS) == 4
    for agent in Agent.objects.all():
        assert 1 <= len(agent.starters) <= 4
        assert len(agent.system_prompt) > 300
        assert agent.description
        assert list(agent.prompt_versions.values_list("number", "system_prompt")) == [
            (1, agent.system_prompt)
        ]
        assert check_changes({name: getattr(agent, name) for name in FIELDS})


def test_again_it_does_nothing_and_says_nothing_in_one_query(django_assert_num_queries):
    seed()

    with django_assert_num_queries(1):
        assert seed() == ""
    assert Agent.objects.count() == 4
    assert PromptVersion.objects.count() == 4


def test_what_people_changed_stays_and_what_they_deleted_stays_away():
    seed()
    Agent.objects.filter(name="Assistant").update(name="Jeeves", system_prompt="Very good, sir.")
    Agent.objects.filter(name="Study tutor").delete()

    seed()

    assert not Agent.objects.filter(name__in=["Assistant", "Study tutor"]).exists()
    assert Agent.objects.get(name="Jeeves").system_prompt == "Very good, sir."


def test_an_installation_with_agents_of_its_own_gets_none(agent):
    seed()

    assert list(Agent.objects.all()) == [agent]


def test_missing_brings_back_what_is_not_there_and_leaves_the_rest(agent):
    seed("--missing")
    Agent.objects.filter(name="Assistant").update(name="Jeeves")
    Agent.objects.filter(name="Study tutor").delete()

    assert seed("--missing") == "Made 1 agent.\n"

    names = set(Agent.objects.values_list("name", flat=True))
    assert names == {"Librarian", "Jeeves", "Writing editor", "Code reviewer", "Study tutor"}


def test_the_second_of_two_processes_at_the_same_moment_changes_nothing(monkeypatch):
    seed()
    Agent.objects.filter(name="Assistant").update(name="Jeeves")
    # What a process sees that looked before the other had committed.
    monkeypatch.setattr(type(Agent.objects.all()), "exists", lambda self: False)

    seed()

    assert Agent.objects.count() == PromptVersion.objects.count() == 4
    assert Agent.objects.filter(name="Jeeves").count() == 1
