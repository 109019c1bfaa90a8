"""The API as a whole: one shape for everything that goes wrong, and a description of itself."""

from dataclasses import fields

import pytest
from django.test import Client

from agents.engine.events import EVENT_TYPES
from chat.api import runs
from config.api import api

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "place", ["/api/", "/api/nothing", "/api/health/", "/api/chats//messages", "/api/\x00"]
)
@pytest.mark.parametrize("verb", ["get", "post", "delete", "head"])
def test_an_address_without_a_route_is_json_all_the_same(client, place, verb):
    answer = getattr(client, verb)(place)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    if verb != "head":
        assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize("place", ["/api/", "/api/nothing", "/api/openapi.json", "/api/health", "/api/docs"])
@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_a_program_without_a_token_is_told_in_json_too(place, verb):
    answer = getattr(Client(enforce_csrf_checks=True), verb)(place)
    assert answer.status_code == (404 if place in ("/api/", "/api/nothing") else 405)
    assert set(answer.json()) == {"error", "detail"}


def test_what_is_in_another_encoding_is_refused_in_json(client):
    answer = client.post("/api/nothing", b"", content_type="text/plain; charset=utf-16")
    assert (answer.status_code, answer.json()["error"]) == (415, "not_utf8")


def test_a_host_that_is_not_ours_is_told_so_in_json(client):
    answer = client.get("/api/openapi.json", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
    assert client.get("/", headers={"Host": "evil.example"}).headers["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_json_and_tells_nothing(alices, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(runs, "run_of_any_chat", broken)
    alices.raise_request_exception = False
    answer = alices.get("/api/messages/019a0000-0000-7000-8000-000000000002/events")
    assert (answer.status_code, answer.json()["error"]) == (500, "server_error")
    assert "secret" not in answer.text


def test_what_is_refused_is_said_in_the_language_of_who_calls(client):
    answer = client.get("/api/nothing", headers={"Accept-Language": "de"})
    assert answer.json()["detail"] == "Unter dieser Adresse gibt es nichts."


#: Those by which one signs in and out: the body has to say who.
FOR_EVERYBODY = {"obtain_tokens", "refresh_tokens", "revoke_tokens"}


def test_every_route_asks_for_a_person():
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                asks = bool(operation.auth_callbacks)
                assert asks is (operation.operation_id not in FOR_EVERYBODY), operation.operation_id


def test_the_own_fields_of_no_event_hide_those_of_the_envelope():
    common = {"v", "type", "id", "ts", "message_id", "chat_id"}
    for event in EVENT_TYPES.values():
        assert not common & {field.name for field in fields(event)}
