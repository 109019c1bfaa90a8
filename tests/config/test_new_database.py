"""A command in a checkout that has never served: one line that says what to do, and no traceback."""

import pytest

from tests.config.manage import manage


@pytest.mark.parametrize("command", [["seed"], ["prune", "--days", "90"]], ids=lambda command: command[0])
def test_it_says_that_the_database_is_not_up_to_date(tmp_path, command):
    ended = manage(*command, DATA_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr == ("The database is not up to date. Start the server, or run: manage.py migrate\n")


def test_what_else_goes_wrong_is_not_hidden(tmp_path):
    assert manage("migrate", DATA_DIR=str(tmp_path)).returncode == 0
    ended = manage("export_agents", "/dev/null/x.yaml", DATA_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert "/dev/null/x.yaml" in ended.stderr
