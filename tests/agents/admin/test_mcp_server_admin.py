"""MCP servers in the admin: looked at when they are saved, and their headers never shown again."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from agents.models import McpServer
from agents.sealing import unseal
from tests.agents.servers import server
from tests.mcp_servers.programs import GARDEN, garden_by_http

pytestmark = pytest.mark.django_db(transaction=True)

ADD = reverse("admin:agents_mcpserver_add")
SECRET = "Authorization: Bearer rose-garden"


def change_url(row):
    return reverse("admin:agents_mcpserver_change", args=[row.pk])


def filled(**values):
    given = {"name": "Garden", "slug": "garden", "address": "https://garden.invalid/mcp", "headers": ""}
    return given | {"audience": "everyone"} | values


def errors(page):
    return page.context["adminform"].form.errors


def test_headers_are_stored_encrypted_and_never_shown_again(roots):
    assert roots.post(ADD, filled(headers=SECRET)).status_code == 302

    row = McpServer.objects.get()
    assert "rose" not in row.sealed
    assert unseal(row.sealed, address=row.address) == {"Authorization": "Bearer rose-garden"}
    for url in (change_url(row), reverse("admin:agents_mcpserver_history", args=[row.pk])):
        assert "rose" not in roots.get(url).content.decode()
    assert "Saved and not shown" in roots.get(change_url(row)).content.decode()


def test_an_empty_field_keeps_them_and_a_tick_removes_them(roots):
    row = server(headers={"X-Key": "rose-garden"})
    roots.post(change_url(row), filled(address=row.address, name="Other"))
    row.refresh_from_db()
    assert (row.name, unseal(row.sealed, address=row.address)) == ("Other", {"X-Key": "rose-garden"})

    roots.post(change_url(row), filled(address=row.address, forget_headers="on"))
    row.refresh_from_db()
    assert row.sealed == ""


@pytest.mark.parametrize("address", ["https://evil.test/mcp", "http://garden.test/mcp"])
def test_an_address_elsewhere_asks_for_them_again(roots, address):
    row = server(headers={"X-Key": "rose-garden"})

    page = roots.post(change_url(row), filled(address=address))
    assert set(errors(page)) == {"headers"}
    row.refresh_from_db()
    assert row.address == "https://garden.test/mcp"

    assert roots.post(change_url(row), filled(address=address, headers="X-Key: new-rose")).status_code == 302
    row.refresh_from_db()
    assert unseal(row.sealed, address=address) == {"X-Key": "new-rose"}


def test_a_changed_secret_key_is_said_and_is_no_crash(roots, settings):
    row = server(headers={"X-Key": "rose-garden"})
    settings.SECRET_KEY_FALLBACKS = []
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key, as long as the one before it was"
    roots.force_login(get_user_model().objects.get(username="root"))

    assert "secret key of this installation has changed" in roots.get(change_url(row)).content.decode()
    page = roots.post(change_url(row), filled(address=row.address))
    assert "secret key of this installation has changed" in str(errors(page)["headers"])

    settings.SECRET_KEY_FALLBACKS = [former]
    assert roots.post(change_url(row), filled(address=row.address)).status_code == 302
    settings.SECRET_KEY_FALLBACKS = []
    row.refresh_from_db()
    assert unseal(row.sealed, address=row.address) == {"X-Key": "rose-garden"}  # sealed with the new key


WRONG = [
    ({"address": ""}, "address"),
    ({"address": "ftp://garden.test"}, "address"),
    ({"address": "http://"}, "address"),
    ({"address": "https://user:secret@garden.test/"}, "address"),
    ({"address": "https://garden.test:99999999/"}, "address"),
    ({"slug": "Garden"}, "slug"),
    ({"slug": "a__b"}, "slug"),
    ({"slug": "a_b"}, "slug"),
    ({"slug": "-a"}, "slug"),
    ({"slug": "x" * 21}, "slug"),
    ({"slug": ""}, "slug"),
    ({"headers": "nonsense"}, "headers"),
    ({"headers": "X-Key:"}, "headers"),
    ({"headers": "X Key: a"}, "headers"),
    ({"headers": "X-Key: a\x7fb"}, "headers"),
    ({"headers": "X-Key: ü"}, "headers"),
    ({"headers": "Host: evil.test"}, "headers"),
    ({"headers": "Content-Length: 5"}, "headers"),
    ({"headers": "\n".join(f"X-{n}: a" for n in range(21))}, "headers"),
    ({"headers": "X-Key: " + "a" * 5000}, "headers"),
    ({"audience": "all"}, "audience"),
    ({"audience": "chosen"}, "people"),
    ({"people": "nobody"}, "people"),
]


@pytest.mark.parametrize(("values", "field"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_value_is_said_at_its_field(roots, values, field):
    page = roots.post(ADD, filled(**values))

    assert page.status_code == 200
    assert field in errors(page)
    assert not McpServer.objects.exists()


def test_a_wrong_header_is_not_repeated(roots):
    page = roots.post(ADD, filled(headers="rose-garden"))
    assert "rose-garden" not in str(errors(page))


def test_a_short_name_is_taken_once(roots):
    server()
    assert "slug" in errors(roots.post(ADD, filled()))


def test_programs_are_offered_by_name_where_the_operator_has_any(roots, settings):
    assert "command" not in roots.get(ADD).context["adminform"].form.fields
    settings.MCP_STDIO_COMMANDS = {"garden": [*GARDEN, "stdio"]}

    assert "command" in errors(roots.post(ADD, filled(address="", command="rm")))
    assert "address" in errors(roots.post(ADD, filled(command="garden")))
    assert roots.post(ADD, filled(address="", command="garden", enabled="on")).status_code == 302
    row = McpServer.objects.get()
    assert "garden__plant" in [tool["name"] for tool in row.tools]

    settings.MCP_STDIO_COMMANDS = {}
    assert "has no such program" in roots.get(change_url(row)).content.decode()


def test_saving_looks_at_the_server_and_shows_what_it_offers(roots, settings):
    import ipaddress

    settings.TOOL_NETWORKS = (ipaddress.ip_network("127.0.0.0/8"),)
    with garden_by_http() as url:
        page = roots.post(ADD, filled(address=url, enabled="on", _continue="1"), follow=True).content.decode()
    assert "6 tools" in page
    assert "garden__count_beds" in page
    assert "says that it reads only" in page


def test_a_server_inside_is_refused_unless_the_operator_allows_it(roots):
    with garden_by_http() as url:
        page = roots.post(ADD, filled(address=url, enabled="on"), follow=True).content.decode()
    assert "TOOL_NETWORKS" in page
    assert McpServer.objects.get().tools == []


def test_what_a_server_says_is_never_markup(roots):
    row = server(tools=[{"name": "a__b", "remote": "b", "description": "<script>alert(1)", "schema": {}}])
    page = roots.get(change_url(row)).content.decode()
    assert "&lt;script&gt;alert(1)" in page


def test_the_admin_of_servers_is_for_superusers(alice):
    row = server()
    alice.is_staff = True
    alice.save()
    client = Client()
    client.force_login(alice)
    for url in (ADD, change_url(row), reverse("admin:agents_mcpserver_changelist")):
        assert client.get(url).status_code == 403
    assert client.post(change_url(row), filled(name="Hers")).status_code == 403
    row.refresh_from_db()
    assert row.name == "Garden"


def test_an_agents_tools_of_servers_are_in_its_admin_form_and_survive_it(roots, agent):
    server()
    agent.tools = ["calculator", "garden__plant", "gone__tool"]
    agent.save()
    url = reverse("admin:agents_agent_change", args=[agent.pk])
    form = roots.get(url).context["adminform"].form
    groups = {
        label: [name for name, _ in choices]
        for label, choices in form.fields["tools"].choices
        if isinstance(choices, list)
    }
    assert groups == {"Garden": ["garden__plant"], "Tools that are not here": ["gone__tool"]}
