"""``/metrics`` gives its numbers to whom the settings name, and does not exist for anybody else."""

import ipaddress
import re

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from uuid_utils.compat import uuid7

from agents.services.runs import queue_run
from config import metrics
from tests.access.doors import VERBS

TOKEN = "a token of the operator, 32 long"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def by_token(settings):
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def by_address(settings):
    settings.METRICS_CLIENTS = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1")]


def numbers(response) -> dict[str, float]:
    """By name and labels, as they are written."""
    found = {}
    for family in text_string_to_metric_families(response.content.decode()):
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}"] = one.value
    return found


@pytest.mark.parametrize("verb", VERBS)
def test_it_is_not_there_unless_the_settings_name_somebody(client, db, verb):
    assert client.generic(verb, "/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_a_wrong_token_opens_nothing(client, db, by_token, given):
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.parametrize("address", ["10.1.2.3", "::1", "::ffff:10.0.0.1"])
def test_a_named_address_may_ask(client, db, by_address, address):
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", ["11.0.0.1", "127.0.0.1", "", "nobody"])
def test_another_address_may_not(client, db, by_address, address):
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_the_address_of_a_proxy_says_nothing_of_who_asks(client, db, by_address, header):
    response = client.get("/metrics", REMOTE_ADDR="10.0.0.1", headers={header: "10.0.0.1"})
    assert response.status_code == 404


def test_a_person_signed_in_is_not_an_operator(alices, by_token):
    assert alices.get("/metrics").status_code == 404


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_can_only_be_read(client, db, by_token, verb):
    response = client.generic(verb, "/metrics", headers=BEARER)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


def test_it_says_what_waits(client, db, by_token, alice, agent):
    queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    response = client.get("/metrics", headers=BEARER)
    assert response.headers["Content-Type"].startswith("text/plain")
    said = numbers(response)
    assert said["parley_database_up{}"] == 1
    assert said["parley_runs_live{state=queued}"] == 1
    assert said["parley_runs_live{state=running}"] == 0
    assert said["parley_queue_oldest_seconds{}"] > 0


def test_every_number_of_ours_is_described(client, db, by_token):
    response = client.get("/metrics", headers=BEARER)
    families = {one.name for one in text_string_to_metric_families(response.content.decode())}
    ours = {name for name in families if name.startswith("parley_")}
    docs = (metrics.settings.BASE_DIR / "docs" / "operations.md").read_text("utf-8")
    named = set(re.findall(r"`(parley_\w+?)(?:_total)?(?:\{[a-z,]+\})?`", docs))
    assert ours == named


@pytest.fixture
def door():
    opened = metrics.open_door("127.0.0.1", 0)
    yield f"http://127.0.0.1:{opened.server_address[1]}"
    opened.shutdown()
    opened.server_close()


@pytest.mark.django_db(transaction=True)
def test_a_worker_has_a_door_of_its_own(door, by_token):
    answer = httpx2.get(f"{door}/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert b"parley_runs_under_way 0.0" in answer.content
    assert b"parley_database_up 1.0" in answer.content
    assert httpx2.head(f"{door}/metrics", headers=BEARER).content == b""


@pytest.mark.parametrize(("path", "headers"), [("/metrics", {}), ("/", BEARER), ("/metrics/x", BEARER)])
def test_the_door_of_a_worker_is_for_nobody_else(door, by_token, path, headers):
    assert httpx2.get(door + path, headers=headers).status_code == 404
