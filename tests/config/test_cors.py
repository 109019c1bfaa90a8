"""Pages of other sites: they may call the API if the settings name them, with a key, and nothing else."""

import pytest

from tests.config.manage import manage

pytestmark = pytest.mark.django_db

THERE = "https://app.example.org"
ASKED = {
    "Origin": THERE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization",
}
PLACES = ("/api/openapi.json", "/api/nothing", "/v1/models")


@pytest.fixture
def allowed(settings):
    settings.CORS_ALLOWED_ORIGINS = [THERE]


def cors(answer):
    return {name for name in answer.headers if name.lower().startswith("access-control-")}


@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_allowed_by_default(client, place):
    assert cors(client.options(place, headers=ASKED)) == set()
    assert cors(client.get(place, headers={"Origin": THERE})) == set()


@pytest.mark.parametrize("place", PLACES)
def test_a_site_that_is_named_may_ask(client, place, allowed):
    answer = client.options(place, headers=ASKED)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == THERE
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "header", ["If-Match", "If-None-Match", "Idempotency-Key", "If-Range", "Last-Event-ID", "Range"]
)
def test_it_may_send_what_the_api_reads(client, allowed, header):
    answer = client.options("/api/agents", headers=ASKED | {"Access-Control-Request-Headers": header})
    assert header.lower() in answer.headers["Access-Control-Allow-Headers"].split(", ")


def test_what_it_reads_includes_the_limits(client, allowed):
    answer = client.get("/api/openapi.json", headers={"Origin": THERE})
    assert answer.headers["Access-Control-Allow-Origin"] == THERE
    assert "RateLimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]
    assert "origin" in answer.headers["Vary"].lower()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "https://app.example.org.evil.example", "http://app.example.org"],
)
def test_another_site_may_not(client, allowed, origin):
    assert (
        "Access-Control-Allow-Origin"
        not in client.options("/api/openapi.json", headers=ASKED | {"Origin": origin}).headers
    )


@pytest.mark.parametrize("place", ["/", "/settings/", "/admin/", "/accounts/login/", "/chat/"])
def test_pages_are_for_nobody_else(client, allowed, place):
    assert cors(client.get(place, headers={"Origin": THERE})) == set()
    assert cors(client.options(place, headers=ASKED)) == set()


def test_every_site_does_not_mean_with_cookies(client, settings):
    settings.CORS_ALLOW_ALL_ORIGINS = True
    answer = client.get("/api/openapi.json", headers={"Origin": THERE})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("value", ["app.example.org", "https://app.example.org/path", "*,https://a.example"])
def test_what_is_no_origin_stops_the_start(tmp_path, value):
    done = manage("check", folder=tmp_path, CORS_ORIGINS=value)
    assert done.returncode != 0
    assert "CORS_ORIGINS must be origins" in done.stderr
