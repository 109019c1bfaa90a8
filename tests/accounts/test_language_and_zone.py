"""Pages speak the person's language, else the browser's, and tell the time where they are."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.preferences import language_for, zone_for


@pytest.mark.parametrize(
    ("chosen", "accepted", "spoken"),
    [
        ("", "", "en"),
        ("", "de", "de"),
        ("", "de-AT,de;q=0.9,en;q=0.5", "de"),
        ("", "fr,de;q=0.5", "de"),
        ("", "fr", "en"),
        ("", "*", "en"),
        ("", ";;;,q=", "en"),
        ("", "x" * 10_000, "en"),
        ("en", "de", "en"),
        ("tlh", "de", "de"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_first_we_speak(chosen, accepted, spoken):
    assert language_for(User(language=chosen), accepted) == spoken


@pytest.mark.parametrize(
    ("chosen", "said", "zone"),
    [
        ("", "", "UTC"),
        ("", "Europe/Berlin", "Europe/Berlin"),
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"),
        ("", "../../../etc/passwd", "UTC"),
        ("", "/etc/passwd", "UTC"),
        ("", "Europe", "UTC"),
        ("", "\x00", "UTC"),
        ("Gone/Zone", "", "UTC"),
    ],
)
def test_the_zone_is_the_chosen_one_else_the_browsers(chosen, said, zone):
    assert zone_for(User(time_zone=chosen), said).key == zone


def test_a_visitor_has_what_the_browser_says():
    assert language_for(AnonymousUser(), "de") == "de"
    assert zone_for(AnonymousUser(), "Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize("accepted", ["de", "en"])
def test_the_page_says_its_language(client, db, accepted):
    response = client.get("/accounts/login/", HTTP_ACCEPT_LANGUAGE=accepted)
    assert response.headers["Content-Language"] == accepted
    assert "Accept-Language" in response.headers["Vary"]
