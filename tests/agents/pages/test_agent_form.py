"""Making and changing an agent in the page."""

import re
import uuid

import pytest
from django.urls import reverse

from agents.models import Agent

CREATE = reverse("agents:create")


def edit_url(agent):
    return reverse("agents:edit", args=[agent.pk])


def test_a_good_form_makes_an_agent_and_leads_to_a_chat_with_it(alices, alice, filled):
    answer = alices.post(CREATE, filled)

    agent = Agent.objects.get()
    assert answer.headers["Location"] == f"{reverse('chat:home')}?agent={agent.pk}"
    assert (agent.owner, agent.name, agent.system_prompt) == (alice, "Cook", "You cook.\nWell.")
    assert (agent.temperature, agent.history_messages, agent.context_tokens) == (0.4, 10, 4000)
    assert agent.starters == ["What is for dinner?", "Something with rice"]
    assert (agent.voice, agent.speech_speed, agent.language) == ("nova", 1.5, "pt-BR")
    assert agent.visibility == "everyone"


def test_the_form_shows_what_the_agent_is_and_sent_back_unchanged_changes_nothing(alices, agent):
    agent.starters = ["One", "Two"]
    agent.save()
    form = alices.get(edit_url(agent)).context["form"]
    sent = {name: form[name].value() for name in form.fields}

    answer = alices.post(edit_url(agent), sent)

    assert answer.status_code == 302
    before, agent = agent, Agent.objects.get()
    for name in form.fields:
        assert getattr(agent, name) == getattr(before, name)
    assert agent.prompt_versions.count() == 1


def test_a_changed_prompt_is_kept_as_a_version(alices, alice, agent, filled):
    assert alices.post(edit_url(agent), filled).status_code == 302

    assert list(
        agent.prompt_versions.order_by("number").values_list("number", "system_prompt", "author")
    ) == [
        (1, "You know books.", alice.pk),
        (2, "You cook.\nWell.", alice.pk),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", "a\x00b"),
        ("description", "x" * 301),
        ("system_prompt", " \r\n "),
        ("system_prompt", "a\x00b"),
        ("system_prompt", "x" * 100_001),
        ("starters", "1\n2\n3\n4\n5"),
        ("starters", "x" * 301),
        ("starters", "a\x00b"),
        ("model", "x" * 201),
        ("model", "\x00"),
        ("temperature", "nan"),
        ("temperature", "inf"),
        ("temperature", "-1e999"),
        ("temperature", "3"),
        ("temperature", ""),
        ("history_messages", "0"),
        ("history_messages", "1e3"),
        ("history_messages", "9" * 400),
        ("context_tokens", "-5"),
        ("context_tokens", "9" * 5000),
        ("voice", ""),
        ("voice", "\x00"),
        ("speech_speed", "nan"),
        ("speech_speed", "5"),
        ("language", "Deutsch bitte"),
        ("visibility", "all"),
        ("visibility", ""),
    ],
)
def test_a_wrong_field_is_said_at_the_field_and_the_rest_is_kept(alices, agent, filled, field, value):
    answer = alices.post(edit_url(agent), filled | {field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    page = answer.content.decode()
    assert "Nothing is saved yet" in page
    assert 'aria-invalid="true"' in page
    agent.refresh_from_db()
    assert agent.name == "Librarian"
    assert agent.prompt_versions.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"name=&system_prompt=%00", 422),
        (b"name=%ED%A0%80&system_prompt=%00", 400),
        (b"\xff\xfe%zz=&&&", 400),
        (b"name=%FF", 400),
    ],
)
def test_no_bytes_break_the_form(alices, body, status):
    answer = alices.post(CREATE, body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == status
    assert not Agent.objects.exists()


def test_tools_are_ticked_and_unticked(alices, agent, filled):
    ticked = filled | {"tools": ["fetch_page", "calculator"]}
    assert alices.post(edit_url(agent), ticked).status_code == 302
    agent.refresh_from_db()
    assert agent.tools == ["calculator", "fetch_page"]
    page = alices.get(edit_url(agent)).content.decode()
    assert len(re.findall(r'<input type="checkbox" name="tools"[^>]* checked', page)) == 2
    assert "Calculates instead of guessing" in page

    assert alices.post(edit_url(agent), filled).status_code == 302
    agent.refresh_from_db()
    assert agent.tools == []


def test_what_a_tool_may_do_is_chosen_and_only_what_is_not_the_default_is_stored(alices, agent, filled):
    agent.tool_policies = {"server__tool": "never"}
    agent.save()
    chosen = {"tool_policies-calculator": "ask", "tool_policies-fetch_page": "run"}
    assert alices.post(edit_url(agent), filled | {"tools": ["calculator"]} | chosen).status_code == 302
    agent.refresh_from_db()
    assert agent.tool_policies == {"calculator": "ask", "server__tool": "never"}
    page = alices.get(edit_url(agent)).content.decode()
    assert re.search(r'name="tool_policies-calculator".*?<option value="ask" selected>', page)

    assert alices.post(edit_url(agent), filled).status_code == 302  # a sender that knows of no policies
    agent.refresh_from_db()
    assert agent.tool_policies == {"calculator": "ask", "server__tool": "never"}


def test_a_policy_that_does_not_exist_is_refused(alices, agent, filled):
    answer = alices.post(edit_url(agent), filled | {"tool_policies-calculator": "sometimes"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"tool_policies"}
    assert "sometimes" in answer.content.decode()


def test_a_tool_that_does_not_exist_is_refused(alices, agent, filled):
    answer = alices.post(edit_url(agent), filled | {"tools": ["shell"]})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"tools"}


def test_values_that_are_not_in_the_form_are_ignored(alices, bob, agent, filled):
    sent = {"owner": str(bob.pk), "id": str(uuid.uuid4()), "created_at": "2001-01-01"}

    alices.post(edit_url(agent), filled | sent)

    before, agent = agent, Agent.objects.get()
    assert (agent.pk, agent.owner, agent.tools) == (before.pk, before.owner, [])


def test_an_agent_of_nobody_has_no_choice_of_who_sees_it(alices, alice, filled):
    alice.is_staff = True
    alice.save()
    agent = Agent.objects.create(name="Seeded", system_prompt="x", visibility="everyone")

    assert "visibility" not in alices.get(edit_url(agent)).context["form"].fields
    assert alices.post(edit_url(agent), filled | {"visibility": "private"}).status_code == 302

    agent.refresh_from_db()
    assert (agent.name, agent.owner, agent.visibility) == ("Cook", None, "everyone")


@pytest.mark.parametrize("visibility", ["private", "everyone"])
@pytest.mark.parametrize("page", ["edit", "delete", "versions"])
def test_a_stranger_finds_no_such_page(bobs, agent, filled, page, visibility):
    Agent.objects.update(visibility=visibility)
    url = reverse(f"agents:{page}", args=[agent.pk])

    assert bobs.get(url).status_code == 404
    assert bobs.post(url, filled).status_code in (404, 405)

    agent.refresh_from_db()
    assert agent.name == "Librarian"


@pytest.mark.parametrize("page", ["edit", "delete", "versions"])
def test_an_agent_that_never_was_is_not_found(alices, page):
    assert alices.get(reverse(f"agents:{page}", args=[uuid.uuid4()])).status_code == 404


def test_a_malformed_id_is_not_found(alices):
    assert alices.get("/agents/not-an-id/").status_code == 404


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_other_verbs_change_nothing(alices, agent, verb):
    for url in (CREATE, edit_url(agent), reverse("agents:delete", args=[agent.pk])):
        assert getattr(alices, verb)(url).status_code == 405

    assert Agent.objects.count() == 1


def test_a_form_from_elsewhere_is_refused(alice, agent, filled):
    from django.test import Client  # one that checks what the others leave out

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)

    assert strict.post(edit_url(agent), filled).status_code == 403
    agent.refresh_from_db()
    assert agent.name == "Librarian"


def test_the_form_takes_few_queries(alices, agent, filled, django_assert_max_num_queries):
    alices.get(edit_url(agent))  # the first page of a session may write when it was seen
    with django_assert_max_num_queries(8):
        alices.get(edit_url(agent))
    with django_assert_max_num_queries(14):
        alices.post(edit_url(agent), filled)
