"""While the database is away everything asks to come again later, and says so in words."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, InterfaceError, OperationalError
from django.test import Client
from django.urls import include, path

from config import faults


@login_not_required
def away(_request):
    raise OperationalError("the database system is starting up at 10.0.0.7")


@login_not_required
def closed(_request):
    raise InterfaceError("connection already closed")


@login_not_required
def broken(_request):
    raise IntegrityError("a fault of ours")


urlpatterns = [
    *(path(f"{place}{view.__name__}", view) for place in ("", "api/") for view in (away, closed, broken)),
    path("", include("config.urls")),
]
handler500 = faults.server_error
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("address", ["/away", "/closed"])
def test_a_page_says_that_it_will_be_back(client, address):
    response = client.get(address)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "try again in a moment" in response.content.decode()
    assert "10.0.0.7" not in response.content.decode()


def test_so_does_the_api_in_its_own_form(client):
    response = client.get("/api/away")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.json()["error"] == "service_unavailable"


@pytest.mark.parametrize("address", ["/broken", "/api/broken"])
def test_a_fault_of_ours_is_not_said_to_pass(client, address):
    response = client.get(address)
    assert response.status_code == 500
    assert "Retry-After" not in response.headers
