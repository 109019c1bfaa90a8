"""What a line of the log may hold, whatever address somebody asks for."""

import json
import logging

import pytest

from config.logs import Json, OneLine
from tests.config.manage import manage


def lines_of(message: str) -> list[str]:
    record = logging.LogRecord("parley", logging.INFO, __file__, 1, "GET %s 200", (message,), None)
    return [OneLine().format(record), json.loads(Json().format(record))["message"]]


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/invitation/s3cr-et_/",
        "/accounts/invitation/s3cr-et_",
        "/accounts/confirm-email/Mg:1abc:s3cr-et_/",
        "/accounts/password/reset/key/1-s3cr-et_/",
        "https://parley.example/accounts/password/reset/key/1-s3cr-et_/?x=1",
    ],
)
def test_what_lets_somebody_in_is_left_out(path):
    for line in lines_of(path):
        assert "s3cr" not in line
        assert "/accounts/" in line and "…" in line and line.endswith(" 200")


def test_other_paths_are_whole():
    for line in lines_of("/accounts/invitations/019a/revoke/"):
        assert "/accounts/invitations/019a/revoke/" in line


def test_every_address_with_such_a_thing_in_it_is_known():
    """Those that django-allauth brings as well: a parameter of theirs is called key, one of ours token."""
    script = """
from accounts.team.urls import urlpatterns
from config.logs import LETTING_IN
for one in urlpatterns:
    place = "/accounts/" + str(one.pattern).lstrip("^")
    if "key>" in place or "token>" in place:
        print(bool(LETTING_IN.search(place)), place)
"""
    said = manage("shell", "-v", "0", "-c", script, PARLEY_MODE="team", SECRET_KEY="k" * 40).stdout.split(
        "\n"
    )
    assert len([one for one in said if one.startswith("True ")]) == 3
    assert not [one for one in said if one.startswith("False ")]


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x00", "\x07", "\x9b2J", "\u2028", "\u202e", "\x85", "\x7f"])
def test_no_sign_of_a_path_is_obeyed(sign):
    line = lines_of(f"/a{sign}b")[0]
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_words_are_left_as_they_are():
    assert "Grüße, 你好 🐋" in lines_of("Grüße, 你好 🐋")[0]
