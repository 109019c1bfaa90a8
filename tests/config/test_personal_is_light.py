"""Personal mode loads nothing of what only a team needs: memory and time of the start are for everybody."""

from tests.config.manage import manage

LOADED = """
import sys
import config.asgi
from django.urls import get_resolver
get_resolver().url_patterns
print(sorted({name.partition(".")[0] for name in sys.modules} & {"allauth", "fido2", "qrcode", "requests"}))
"""
SECRET = "a key for tests of 50 characters, or a few more of them"


def test_nothing_of_a_team_is_loaded(tmp_path):
    assert manage("shell", "-c", LOADED, DATA_DIR=str(tmp_path)).stdout.splitlines()[-1] == "[]"


def test_a_team_has_what_it_needs(tmp_path):
    ended = manage("shell", "-c", LOADED, DATA_DIR=str(tmp_path), PARLEY_MODE="team", SECRET_KEY=SECRET)
    assert "allauth" in ended.stdout.splitlines()[-1]
