"""The tools of other servers in a run: for whoever talks with the agent, and closed when the run ends."""

import asyncio
from ipaddress import ip_network

import pytest
from asgiref.sync import sync_to_async

from agents.engine.messages import ToolCall
from agents.remote_tools import address_of, interface_of
from agents.toolboxes import toolbox_for
from agents.tools import mcp_connection
from agents.tools.addresses import or_inside
from agents.tools.base import CallContext
from agents.tools.remote_names import is_remote
from tests.agents.servers import OFFER, interface, server
from tests.agents.tools.web import Web, answer
from tests.mcp_servers.programs import garden_by_http

pytestmark = pytest.mark.django_db(transaction=True)


async def names_for(person, names=("calculator", "garden__plant", "gone__tool")):
    box = await toolbox_for(names, context=CallContext(owner_id=person.pk if person else None))
    await box.aclose()
    return [spec.name for spec in box.specs()]


@pytest.mark.parametrize(
    ("audience", "chosen", "has_it"),
    [("everyone", False, True), ("staff", False, False), ("chosen", False, False), ("chosen", True, True)],
)
async def test_whoever_talks_has_the_tools_they_may_use(alice, audience, chosen, has_it):
    row = await sync_to_async(server)(audience=audience)
    if chosen:
        await row.people.aadd(alice)
    assert await names_for(alice) == (["calculator", "garden__plant"] if has_it else ["calculator"])


async def test_a_server_that_is_switched_off_offers_nothing(alice):
    await sync_to_async(server)(enabled=False)
    assert await names_for(alice) == ["calculator"]


async def test_nobody_in_particular_has_what_is_for_everyone(alice):
    await sync_to_async(server)()
    assert await names_for(None) == ["calculator", "garden__plant"]


async def test_a_person_who_was_disabled_has_nothing(alice):
    await sync_to_async(server)()
    alice.is_active = False
    await alice.asave()
    assert await names_for(alice) == ["calculator"]


@pytest.mark.parametrize(
    ("reads_only", "trusts", "has_effects"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
async def test_only_a_trusted_hint_makes_a_tool_one_without_effects(alice, reads_only, trusts, has_effects):
    await sync_to_async(server)(tools=[OFFER | {"reads_only": reads_only}], trusts_hints=trusts)
    box = await toolbox_for(["garden__plant"], context=CallContext(owner_id=alice.pk))
    assert box._tools["garden__plant"].has_effects is has_effects


async def test_a_call_reaches_the_server_and_the_session_ends_with_the_box(alice, settings):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    with garden_by_http() as url:
        await sync_to_async(server)(address=url)
        box = await toolbox_for(["garden__plant"], context=CallContext(owner_id=alice.pk))
        result = await box.call(ToolCall("1", "garden__plant", ""), {"flower": "rose"})
        assert (result.ok, result.content) == (True, "1 rows of rose")
        assert len(mcp_connection.holding) == 1
        await box.aclose()
        async with asyncio.timeout(5):
            while mcp_connection.holding:
                await asyncio.sleep(0.01)


async def test_a_secret_that_cannot_be_read_is_the_tools_problem_alone(alice, settings):
    await sync_to_async(server)(headers={"X-Key": "rose-garden"})
    settings.SECRET_KEY = "another key, as long as the one before it was"
    box = await toolbox_for(["garden__plant", "calculator"], context=CallContext(owner_id=alice.pk))
    result = await box.call(ToolCall("1", "garden__plant", ""), {})
    assert not result.ok
    assert "secret key of this installation has changed" in result.content
    assert (await box.call(ToolCall("2", "calculator", ""), {"expression": "1+1"})).ok


def test_secrets_are_in_no_representation():
    row = server(headers={"X-Key": "rose-garden"})
    assert "rose" not in repr(address_of(row))


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("8.8.8.8", True),
        ("127.0.0.1", True),
        ("::ffff:127.0.0.1", True),
        ("127.1.0.1", False),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("nonsense", False),
    ],
)
def test_addresses_inside_are_those_the_operator_names(address, may):
    assert or_inside([ip_network("127.0.0.0/24")])(address) is may


@pytest.mark.parametrize("name", ["a__b", "a-b__c-d_e", "x1__" + "y" * 40])
def test_names_of_servers_tools_are_known(name):
    assert is_remote(name)


async def test_operations_that_were_chosen_are_tools_and_the_others_are_not(alice):
    await sync_to_async(interface)(chosen=["park__read_bed"])
    assert await names_for(alice, ["park__read_bed", "park__plant"]) == ["park__read_bed"]


CREDENTIALS = [
    ("bearer", "", "rose-garden", "Authorization: Bearer rose-garden"),
    ("basic", "", "me:rose-garden", "Authorization: Basic bWU6cm9zZS1nYXJkZW4="),
    ("header", "X-Key", "rose-garden", "X-Key: rose-garden"),
    ("query", "key", "rose-garden", "GET /beds/1?key=rose-garden"),
]


@pytest.mark.parametrize(("credential", "name", "secret", "sent"), CREDENTIALS)
async def test_an_operation_is_called_with_its_credential(alice, settings, credential, name, secret, sent):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)

    async def parrot(writer):
        writer.write(answer(web.requests[-1].encode()))

    path = "/beds/1?key=rose-garden" if credential == "query" else "/beds/1"
    async with Web({path: parrot}) as web:
        await sync_to_async(interface)(
            base_address=f"http://127.0.0.1:{web.port}",
            credential=credential,
            credential_name=name,
            secret=secret,
        )
        box = await toolbox_for(["park__read_bed"], context=CallContext(owner_id=alice.pk))
        result = await box.call(ToolCall("1", "park__read_bed", ""), {"bed": "1"})
    assert result.ok
    assert sent in web.requests[0]
    said = sent.partition(" ")[2]
    assert said not in result.content + result.summary
    assert "rose" not in result.content + result.summary


async def test_a_changed_address_gets_no_secret(alice):
    row = await sync_to_async(interface)(credential="bearer", secret="rose-garden")
    row.base_address = "https://evil.test"
    await row.asave()
    box = await toolbox_for(["park__read_bed"], context=CallContext(owner_id=alice.pk))
    result = await box.call(ToolCall("1", "park__read_bed", ""), {"bed": "1"})
    assert "for another address" in result.content


def test_a_credential_is_in_no_representation():
    row = interface(credential="bearer", secret="rose-garden")
    assert "rose" not in repr(interface_of(row))
