"""The versions of a prompt: what changed, and the way back."""

import pytest
from django.urls import reverse

from agents.services.agents import update_agent

HOSTILE = "<script>alert(1)</script>\n<b>bold</b>"


@pytest.fixture
def changed(alice, agent):
    for prompt in ("You know films.", HOSTILE):
        update_agent(actor=alice, agent_id=agent.pk, changes={"system_prompt": prompt})
    return agent


def url(agent, number=None):
    name, number = ("agents:version", [number]) if number is not None else ("agents:versions", [])
    return reverse(name, args=[agent.pk, *number])


def restore_url(agent, number):
    return reverse("agents:restore", args=[agent.pk, number])


def test_the_newest_is_shown_first_with_what_it_changed(alices, changed):
    page = alices.get(url(changed))

    assert [version.number for version in page.context["versions"]] == [3, 2, 1]
    assert page.context["chosen"].number == 3
    assert "What changed since version 2" in page.content.decode()


def test_an_earlier_one_shows_its_own_change_and_offers_the_way_back(alices, changed):
    page = alices.get(url(changed, 2)).content.decode()

    assert "<b>books</b>" in page
    assert "<b>films</b>" in page
    assert restore_url(changed, 2) in page


def test_the_version_in_use_offers_no_way_back_to_itself(alices, changed):
    assert restore_url(changed, 3) not in alices.get(url(changed, 3)).content.decode()


def test_a_prompt_is_text_and_never_markup(alices, changed):
    page = alices.get(url(changed)).content.decode()

    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "&lt;script&gt;" in page


def test_restoring_takes_the_prompt_into_use_as_a_new_version(alices, changed):
    answer = alices.post(restore_url(changed, 1))

    assert answer.headers["Location"] == url(changed)
    changed.refresh_from_db()
    assert changed.system_prompt == "You know books."
    assert changed.prompt_versions.count() == 4


def test_restoring_is_asked_for_by_post(alices, changed):
    assert alices.get(restore_url(changed, 1)).status_code == 405
    assert changed.prompt_versions.count() == 3


def test_a_stranger_finds_nothing_to_see_or_restore(bobs, changed):
    assert bobs.get(url(changed, 1)).status_code == 404
    assert bobs.post(restore_url(changed, 1)).status_code == 404
    assert changed.prompt_versions.count() == 3


@pytest.mark.parametrize("number", ["0", "4", "9" * 30, "9" * 5000])
def test_a_version_that_never_was_is_not_found(alices, changed, number):
    base = f"/agents/{changed.pk}/versions/{number}/"

    assert alices.get(base).status_code == 404
    assert alices.post(f"{base}restore/").status_code == 404


def test_an_agent_without_versions_shows_what_is_in_use(alices, agent):
    agent.prompt_versions.all().delete()

    page = alices.get(url(agent))

    assert page.status_code == 200
    assert "You know books." in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_versions(
    alices, alice, changed, django_assert_max_num_queries
):
    for number in range(20):
        update_agent(actor=alice, agent_id=changed.pk, changes={"system_prompt": f"Prompt {number}"})

    with django_assert_max_num_queries(6):
        alices.get(url(changed))
