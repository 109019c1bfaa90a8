"""Agents in the admin: saved through the same service as everywhere, deleted with a count of what goes."""

from django.urls import reverse

from agents.models import Agent
from chat.models import Conversation, Message

ADD = reverse("admin:agents_agent_add")


def change_url(agent):
    return reverse("admin:agents_agent_change", args=[agent.pk])


def filled(**values):
    return {
        "name": "Cook",
        "description": "",
        "system_prompt": "You cook.\r\nWell.",
        "starters": "One\r\nTwo",
        "model": "",
        "temperature": "0.7",
        "history_messages": "20",
        "context_tokens": "8000",
        "voice": "alloy",
        "owner": "",
        "visibility": "everyone",
        "prompt_versions-TOTAL_FORMS": "0",
        "prompt_versions-INITIAL_FORMS": "0",
        **values,
    }


def test_a_new_agent_has_its_prompt_as_version_1(roots):
    assert roots.post(ADD, filled()).status_code == 302

    agent = Agent.objects.get()
    assert (agent.name, agent.owner, agent.starters) == ("Cook", None, ["One", "Two"])
    version = agent.prompt_versions.get()
    assert (version.number, version.system_prompt, version.author.username) == (1, "You cook.\nWell.", "root")


def test_a_changed_prompt_is_kept_as_the_next_version(roots, alice, agent):
    assert roots.post(change_url(agent), filled(owner=str(alice.pk), visibility="private")).status_code == 302

    agent.refresh_from_db()
    assert (agent.name, agent.owner, agent.visibility) == ("Cook", alice, "private")
    kept = agent.prompt_versions.order_by("number").values_list("system_prompt", "author__username")
    assert list(kept) == [("You know books.", "alice"), ("You cook.\nWell.", "root")]


def test_wrong_values_are_said_and_nothing_is_stored(roots, agent):
    wrong = {"temperature": "nan", "tools": '{"a": 1}', "starters": "1\n2\n3\n4\n5", "name": "a\x00b"}

    page = roots.post(change_url(agent), filled(**wrong))

    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) == set(wrong)
    agent.refresh_from_db()
    assert agent.name == "Librarian"


def test_an_agent_of_nobody_cannot_be_hidden_from_everybody(roots, agent):
    page = roots.post(change_url(agent), filled(visibility="private"))

    assert set(page.context["adminform"].form.errors) == {"visibility"}


def test_the_deletion_counts_what_goes_instead_of_naming_it(
    roots, agent, talk, django_assert_max_num_queries
):
    talk(agent)
    url = reverse("admin:agents_agent_delete", args=[agent.pk])

    with django_assert_max_num_queries(12):
        page = roots.get(url).content.decode()
    assert "Hello?" not in page
    assert "conversations: 1" in page.lower()
    assert "messages: 2" in page.lower()

    assert roots.post(url, {"post": "yes"}).status_code == 302
    for model in (Agent, Conversation, Message):
        assert not model.objects.exists()


def test_several_are_deleted_at_once(roots, alice, agent):
    Agent.objects.create(owner=alice, name="Other", system_prompt="x")
    chosen = [str(pk) for pk in Agent.objects.values_list("pk", flat=True)]

    roots.post(
        reverse("admin:agents_agent_changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )

    assert not Agent.objects.exists()


def test_what_tools_may_do_is_chosen(roots, agent):
    page = roots.get(change_url(agent)).content.decode()
    assert 'name="tool_policies-calculator"' in page

    assert roots.post(change_url(agent), filled(**{"tool_policies-calculator": "never"})).status_code == 302
    agent.refresh_from_db()
    assert agent.tool_policies == {"calculator": "never"}
