"""The tools of other servers in the agent's form: ticked, kept when they are gone, looked at by a button."""

import re
from ipaddress import ip_network

import pytest
from django.contrib.auth import get_user_model
from django.test import AsyncClient
from django.urls import reverse

from agents.agent_file import read_agents, write_agents
from agents.models import McpServer
from tests.agents.servers import OFFER, interface, server
from tests.mcp_servers.programs import garden_by_http

CREATE = reverse("agents:create")


def edit_url(agent):
    return reverse("agents:edit", args=[agent.pk])


def test_url(row):
    return reverse("agents:test_server", args=[row.pk])


test_url.__test__ = False  # pytest takes it for a test


def test_a_servers_tools_are_a_group_and_can_be_ticked(alices, agent, filled):
    server()
    page = alices.get(edit_url(agent)).content.decode()
    assert "Garden" in page
    assert 'value="garden__plant"' in page
    assert "Plants flowers." in page

    sent = filled | {"tools": ["garden__plant", "calculator"]}
    assert alices.post(edit_url(agent), sent).status_code == 302
    agent.refresh_from_db()
    assert agent.tools == ["calculator", "garden__plant"]
    page = alices.get(edit_url(agent)).content.decode()
    assert re.search(r'value="garden__plant" checked', page)


def test_an_interfaces_operations_are_a_group_without_a_button(alices, agent, filled):
    interface(chosen=["park__read_bed"])
    page = alices.get(edit_url(agent)).content.decode()
    assert 'value="park__read_bed"' in page
    assert "park__plant" not in page
    assert "Reads a bed." in page
    assert "/test/" not in page


def test_a_tool_whose_server_is_gone_is_kept_and_shown_as_such(alices, agent, filled):
    agent.tools = ["gone__tool"]
    agent.save()
    page = alices.get(edit_url(agent)).content.decode()
    assert "Tools that are not here" in page

    alices.post(edit_url(agent), filled | {"tools": ["gone__tool"]})
    agent.refresh_from_db()
    assert agent.tools == ["gone__tool"]
    alices.post(edit_url(agent), filled)
    agent.refresh_from_db()
    assert agent.tools == []


@pytest.mark.parametrize("name", ["a_b", "__x", "A__b", "a__", "a__b c", "a__" + "x" * 62, "a__ü"])
def test_what_can_be_no_tool_of_a_server_is_refused(alices, agent, filled, name):
    assert alices.post(edit_url(agent), filled | {"tools": [name]}).status_code == 422


@pytest.mark.parametrize(("audience", "sees"), [("everyone", True), ("staff", False), ("chosen", False)])
def test_a_server_is_shown_to_those_who_may_use_it(alices, alice, agent, audience, sees):
    row = server(audience=audience)
    assert ("Garden" in alices.get(edit_url(agent)).content.decode()) is sees
    if audience == "staff":
        alice.is_staff = True
        alice.save()
    row.people.add(alice)
    assert "Garden" in alices.get(edit_url(agent)).content.decode()

    McpServer.objects.update(enabled=False)
    assert "Garden" not in alices.get(edit_url(agent)).content.decode()


def test_what_a_server_says_is_never_markup(alices, agent):
    server(
        name="<b>", problem="<i>", notes="<u>", tools=[OFFER | {"remote": "<s>", "description": "<script>"}]
    )
    page = alices.get(edit_url(agent)).content.decode()
    assert not re.search(r"<b>|<i>|<u>|<s>|<script>", page)


def test_a_file_of_agents_keeps_the_names(agent):
    agent.tools = ["calculator", "garden__plant", "gone__tool"]
    (changes,) = read_agents(write_agents([agent]).encode())
    assert changes["tools"] == ["calculator", "garden__plant", "gone__tool"]


def test_the_form_takes_no_more_queries_for_more_servers(alices, agent, django_assert_max_num_queries):
    for number in range(20):
        server(name=f"Garden {number}", slug=f"g{number}")
    with django_assert_max_num_queries(20):
        alices.get(edit_url(agent))


@pytest.fixture
async def alice_asks(alice):
    client = AsyncClient()
    await client.aforce_login(alice)
    return client


@pytest.mark.django_db(transaction=True)
async def test_the_button_lists_what_the_server_offers_now_and_keeps_the_ticks(alice_asks, settings):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    with garden_by_http() as url:
        row = await McpServer.objects.acreate(name="Garden", slug="garden", address=url)
        answer = await alice_asks.post(test_url(row), {"tools": ["garden__plant"]})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('type="checkbox"') == 6
    assert re.search(r'value="garden__plant" checked', page)
    assert not re.search(r'value="garden__wilt" checked', page)
    assert f'id="tool-group-{row.pk}"' in page
    await row.arefresh_from_db()
    assert len(row.tools) == 6


@pytest.mark.django_db(transaction=True)
async def test_the_button_says_in_words_what_is_wrong_and_the_old_tools_stay(alice_asks, settings):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    row = await McpServer.objects.acreate(
        name="Garden", slug="garden", address="http://127.0.0.1:1/mcp", tools=[OFFER]
    )
    page = (await alice_asks.post(test_url(row))).content.decode()
    assert "The server cannot be reached." in page
    assert 'value="garden__plant"' in page


@pytest.mark.django_db(transaction=True)
async def test_the_button_is_for_those_who_may_use_the_server(alice_asks):
    row = await McpServer.objects.acreate(name="x", slug="x", address="http://127.0.0.1:1/", audience="staff")
    assert (await alice_asks.post(test_url(row))).status_code == 404
    await row.arefresh_from_db()
    assert row.checked_at is None
    assert (await alice_asks.get(test_url(row))).status_code == 405
    assert (await AsyncClient().post(test_url(row))).status_code == 302


@pytest.mark.django_db(transaction=True)
async def test_the_button_needs_the_token_of_the_form(alice):
    row = await McpServer.objects.acreate(name="x", slug="x", address="http://127.0.0.1:1/")
    client = AsyncClient(enforce_csrf_checks=True)
    await client.aforce_login(await get_user_model().objects.aget())
    assert (await client.post(test_url(row))).status_code == 403


def chosen(page, name):
    """What stands in the choice of a tool's policy."""
    select = page.partition(f'name="tool_policies-{name}"')[2].partition("</select>")[0]
    return re.findall(r'value="(\w+)" selected', select)


def test_what_a_tool_may_do_is_chosen_beside_it(alices, agent, filled):
    server(tools=[OFFER, OFFER | {"name": "garden__look", "reads_only": True}], trusts_hints=True)
    page = alices.get(edit_url(agent)).content.decode()
    assert (chosen(page, "garden__plant"), chosen(page, "garden__look")) == (["ask"], ["run"])

    both = {"tools": ["garden__plant", "garden__look"]}
    sent = filled | both | {"tool_policies-garden__plant": "run", "tool_policies-garden__look": "run"}
    assert alices.post(edit_url(agent), sent).status_code == 302
    agent.refresh_from_db()
    assert agent.tool_policies == {"garden__plant": "run"}
    assert chosen(alices.get(edit_url(agent)).content.decode(), "garden__plant") == ["run"]


def test_what_is_said_of_tools_that_are_not_ticked_is_not_kept(alices, agent, filled):
    offers = [OFFER | {"name": f"garden__t{n}"} for n in range(100)]
    server(tools=offers)
    server(name="Park", slug="park", tools=[OFFER | {"name": f"park__t{n}"} for n in range(100)])
    said = {f"tool_policies-{place}__t{n}": "never" for place in ("garden", "park") for n in range(100)}
    assert alices.post(edit_url(agent), filled | said | {"tools": ["park__t5"]}).status_code == 302
    agent.refresh_from_db()
    assert agent.tool_policies == {"park__t5": "never"}


def test_a_policy_that_is_none_is_refused(alices, agent, filled):
    server()
    sent = filled | {"tools": ["garden__plant"], "tool_policies-garden__plant": "always"}
    assert alices.post(edit_url(agent), sent).status_code == 422
