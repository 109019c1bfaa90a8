"""An earlier prompt comes back as a new version; nothing that was kept is lost."""

import pytest

from agents.errors import NotFound
from agents.services.agents import restore_version, update_agent


@pytest.fixture
def changed(alice, agent):
    return update_agent(actor=alice, agent_id=agent.pk, changes={"system_prompt": "You know films."})


def test_the_earlier_prompt_is_in_use_again_as_the_newest_version(alice, changed):
    agent = restore_version(actor=alice, agent_id=changed.pk, number=1)

    assert agent.system_prompt == "You know books."
    newest = agent.prompt_versions.order_by("-number").first()
    assert (newest.number, newest.system_prompt, newest.author) == (3, "You know books.", alice)


def test_restoring_what_is_in_use_keeps_no_version(alice, changed):
    restore_version(actor=alice, agent_id=changed.pk, number=2)

    assert changed.prompt_versions.count() == 2


def test_a_version_that_never_was_is_not_found(alice, changed):
    with pytest.raises(NotFound):
        restore_version(actor=alice, agent_id=changed.pk, number=9)


def test_a_stranger_finds_no_agent_to_restore(bob, changed):
    with pytest.raises(NotFound):
        restore_version(actor=bob, agent_id=changed.pk, number=1)
