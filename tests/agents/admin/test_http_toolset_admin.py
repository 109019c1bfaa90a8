"""HTTP interfaces in the admin: a document in, operations out, and a secret that is never shown again."""

import json
from ipaddress import ip_network

import pytest
from django.test import Client
from django.urls import reverse

from agents.models import HttpToolset
from agents.sealing import unseal
from tests.agents.http_file import http_file
from tests.agents.openapi import GARDEN, document, operation
from tests.agents.servers import server

pytestmark = pytest.mark.django_db(transaction=True)

ADD = reverse("admin:agents_httptoolset_add")


def change_url(row):
    return reverse("admin:agents_httptoolset_change", args=[row.pk])


def filled(**values):
    given = {"name": "Garden", "slug": "garden", "document": json.dumps(GARDEN), "document_url": ""}
    given |= {"base_address": "", "credential": "none", "credential_name": "", "secret": ""}
    return given | {"audience": "everyone", "enabled": "on"} | values


def errors(page):
    return page.context["adminform"].form.errors


def saved(roots, **values):
    assert roots.post(ADD, filled(**values)).status_code == 302
    return HttpToolset.objects.get()


BEARER = {"credential": "bearer", "secret": "rose-garden"}
NAMES = ["garden__read_bed", "garden__plant", "garden__clear"]


def test_a_document_gives_tools_and_its_address(roots):
    row = saved(roots)
    assert row.base_address == "https://garden.test/v1"
    assert row.chosen == [tool["name"] for tool in row.tools] == NAMES
    page = roots.get(change_url(row)).content.decode()
    assert "POST /beds/{bed}" in page
    assert "3 tools" in page


def test_operations_can_be_left_out_and_stay_so(roots):
    row = saved(roots)
    roots.post(change_url(row), filled(chosen=["garden__read_bed"]))
    row.refresh_from_db()
    assert row.chosen == ["garden__read_bed"]

    more = document(
        {**GARDEN["paths"], "/new": {"get": operation(operationId="new")}}, components=GARDEN["components"]
    )
    roots.post(change_url(row), filled(document=json.dumps(more), chosen=["garden__read_bed"]))
    row.refresh_from_db()
    assert row.chosen == ["garden__read_bed", "garden__new"]

    roots.post(change_url(row), filled(slug="park", chosen=["garden__read_bed"]))
    row.refresh_from_db()
    assert row.chosen == ["park__read_bed"]


def test_the_secret_is_stored_encrypted_and_never_shown_again(roots):
    row = saved(roots, **BEARER)
    assert "rose" not in row.sealed
    assert unseal(row.sealed, address=row.base_address) == {"secret": "rose-garden"}
    for url in (change_url(row), reverse("admin:agents_httptoolset_history", args=[row.pk])):
        assert "rose" not in roots.get(url).content.decode()

    assert roots.post(change_url(row), filled(credential="bearer", name="Other")).status_code == 302
    row.refresh_from_db()
    assert unseal(row.sealed, address=row.base_address) == {"secret": "rose-garden"}

    roots.post(change_url(row), filled(credential="none"))
    row.refresh_from_db()
    assert row.sealed == ""


@pytest.mark.parametrize("address", ["https://evil.test/v1", "http://garden.test/v1"])
def test_an_address_elsewhere_asks_for_the_secret_again(roots, address):
    row = saved(roots, **BEARER)
    page = roots.post(change_url(row), filled(credential="bearer", base_address=address))
    assert set(errors(page)) == {"secret"}
    other = json.dumps(GARDEN | {"servers": [{"url": address}]})
    page = roots.post(change_url(row), filled(credential="bearer", document=other))
    assert set(errors(page)) == {"secret"}
    row.refresh_from_db()
    assert row.base_address == "https://garden.test/v1"


def test_another_kind_of_credential_asks_for_the_secret_again(roots):
    row = saved(roots, **BEARER)
    page = roots.post(change_url(row), filled(credential="query", credential_name="key"))
    assert set(errors(page)) == {"secret"}


def test_a_changed_secret_key_is_said_and_is_no_crash(roots, settings):
    row = saved(roots, **BEARER)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [settings.SECRET_KEY]
    session_lives_on = roots.get(change_url(row))
    assert session_lives_on.status_code == 200
    row.sealed = "damaged"
    row.save()
    assert "secret key of this installation has changed" in roots.get(change_url(row)).content.decode()
    page = roots.post(change_url(row), filled(credential="bearer"))
    assert "secret key of this installation has changed" in str(errors(page)["secret"])


WRONG = [
    ({"document": ""}, "document"),
    ({"document": "words"}, "document"),
    ({"document": '{"swagger": "2.0"}'}, "document"),
    ({"document": json.dumps(document({"/a": {"x": 1}}))}, "document"),
    ({"document": json.dumps(GARDEN | {"servers": []})}, "base_address"),
    ({"base_address": "ftp://x"}, "base_address"),
    ({"base_address": "https://user:secret@garden.test"}, "base_address"),
    ({"document_url": "file:///etc/passwd"}, "document_url"),
    ({"slug": "A"}, "slug"),
    ({"credential": "bearer"}, "secret"),
    ({"credential": "bearer", "secret": "a\x7fb"}, "secret"),
    ({"credential": "bearer", "secret": "rösé"}, "secret"),
    ({"credential": "basic", "secret": "nocolon"}, "secret"),
    ({"credential": "header", "secret": "x"}, "credential_name"),
    ({"credential": "header", "credential_name": "a b", "secret": "x"}, "credential_name"),
    ({"credential": "header", "credential_name": "Host", "secret": "x"}, "credential_name"),
    ({"credential": "other"}, "credential"),
    ({"audience": "chosen"}, "people"),
    ({"name": ""}, "name"),
]


@pytest.mark.parametrize(("values", "field"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_value_is_said_at_its_field(roots, values, field):
    page = roots.post(ADD, filled(**values))
    assert page.status_code == 200
    assert field in errors(page)
    assert not HttpToolset.objects.exists()


def test_each_problem_of_a_document_without_operations_is_a_sentence(roots):
    bad = {"/a": {"get": operation(parameters=5)}, "/b": {"get": operation(parameters=["x"])}}
    page = roots.post(ADD, filled(document=json.dumps(document(bad))))
    assert len(errors(page)["document"]) == 2


def test_a_short_name_is_one_of_all_servers(roots):
    server()
    assert "slug" in errors(roots.post(ADD, filled()))


def test_a_document_is_fetched_from_its_address(roots, settings):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    with http_file(json.dumps(GARDEN).encode()) as url:
        row = saved(roots, document="", document_url=url)
    assert json.loads(row.document) == GARDEN


def test_a_document_inside_is_not_fetched_without_the_operators_leave(roots):
    with http_file(b"{}") as url:
        page = roots.post(ADD, filled(document="", document_url=url))
    assert "TOOL_NETWORKS" in str(errors(page)["document_url"])


def test_a_document_that_does_not_come_is_said(roots, settings):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    page = roots.post(ADD, filled(document="", document_url="http://127.0.0.1:1/openapi.json"))
    assert "cannot be reached" in str(errors(page)["document_url"])


def test_the_admin_of_interfaces_is_for_superusers_who_alone_make_it_fetch(alice, settings):
    settings.TOOL_NETWORKS = (ip_network("127.0.0.0/8"),)
    alice.is_staff = True
    alice.save()
    client = Client()
    client.force_login(alice)
    asked = []
    with http_file(b"{}", asked) as url:
        assert client.post(ADD, filled(document="", document_url=url)).status_code == 403
    assert asked == []
    assert client.get(ADD).status_code == 403
