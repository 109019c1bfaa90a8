"""A wrong value stops the start with the variable's name and what it may be."""

import math
from pathlib import Path

import pytest

from config import env
from config.databases import POSTGRESQL, SQLITE, database_from
from tests.config.manage import manage

HERE = Path("/data")


def test_the_start_stops_with_one_line_and_status_2(tmp_path):
    ended = manage("serve", DATA_DIR=str(tmp_path), PORT="eighty")
    assert ended.returncode == 2
    assert ended.stderr == "PORT must be a whole number from 1 to 65535, not 'eighty'.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (lambda: env.number("X", 1, least=1, most=9), ["0", "10", "1.5", "one", "٣٣", "1e3", "-1"]),
        (lambda: env.seconds("X", 1, least=0.1, most=9), ["0", "nan", "inf", "soon", "-1"]),
        (lambda: env.flag("X", default=True), ["maybe", "2", "truee"]),
        (lambda: env.choice("X", "a", ("a", "b")), ["c", "A"]),
        (lambda: env.origins("X"), ["example.org", "https://a.org/path", "ftp://a.org", "https://"]),
        (lambda: env.networks("X", "::1"), ["localhost", "10.0.0.0/33", "10.0.0.0/8,x"]),
        (
            lambda: env.web_address("X"),
            ["localhost:11434", "ftp://a/v1", "http://", "http://a:port", "http://a:0"],
        ),
        (lambda: env.redis_address("X"), ["localhost:6379", "http://localhost"]),
        (lambda: env.time_zone("X", "UTC"), ["Mars/Base", "../etc/passwd", "/etc/passwd", "Europe"]),
    ],
    ids=["number", "seconds", "flag", "choice", "origins", "networks", "web address", "redis", "zone"],
)
def test_each_reader_names_the_variable_and_what_it_may_be(monkeypatch, read, wrong):
    for value in wrong:
        monkeypatch.setenv("X", value)
        with pytest.raises(env.WrongSetting, match=r"^X must be .+, not .+\.$"):
            read()


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_value_means_the_default(monkeypatch, value):
    monkeypatch.setenv("X", value)
    assert env.number("X", 7, least=1, most=9) == 7
    assert env.text("X", "default") == "default"
    assert env.flag("X", default=True) is True


def test_a_key_is_taken_as_it_is_written(monkeypatch):
    monkeypatch.setenv("X", "$HOME")
    assert env.text("X") == "$HOME"


def test_a_fraction_of_a_second_is_a_time(monkeypatch):
    monkeypatch.setenv("X", "0.25")
    assert math.isclose(env.seconds("X", 1, least=0.1, most=9), 0.25)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a/b",
        "sqlite://:memory:",
        "postgres://u:secret@h",
        "postgres://u:secret@h:port/n",
        "nonsense",
        "://",
    ],
)
def test_a_database_we_do_not_speak_is_refused_and_its_password_not_shown(url):
    with pytest.raises(env.WrongSetting, match=r"^DATABASE_URL must be ") as raised:
        database_from(url, folder=HERE)
    assert "secret" not in str(raised.value)


def test_without_an_address_the_database_lies_in_the_data_folder():
    assert database_from("", folder=HERE)["NAME"] == "/data/parley.sqlite3"


def test_an_address_names_the_database():
    assert database_from("sqlite:////tmp/x.db", folder=HERE)["NAME"] == "/tmp/x.db"
    found = database_from("postgres://u:p%40ss@db:5433/parley", folder=HERE)
    assert (found["ENGINE"], found["HOST"], found["PORT"], found["PASSWORD"]) == (
        POSTGRESQL,
        "db",
        5433,
        "p@ss",
    )
    assert database_from("sqlite:////tmp/x.db", folder=HERE)["ENGINE"] == SQLITE


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"ALLOWED_HOSTS": "chat.example.org"}, "parley.E001"),
        ({"ALLOWED_HOSTS": "*"}, "parley.E001"),
        ({"PARLEY_MODE": "team", "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "localhost,*"}, "parley.E002"),
    ],
    ids=str,
)
def test_hosts_that_do_not_fit_the_mode_stop_the_start(tmp_path, settings, told):
    ended = manage("serve", DATA_DIR=str(tmp_path), **settings)
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_each_mode_can_be_set_up_right(tmp_path):
    personal = manage("check", DATA_DIR=str(tmp_path))
    team = manage("check", PARLEY_MODE="team", SECRET_KEY="k" * 50, ALLOWED_HOSTS="chat.example.org")
    assert (personal.returncode, team.returncode) == (0, 0), personal.stderr + team.stderr


@pytest.mark.parametrize("value", ["secret-ö", "secret key", "secret\tkey"])
def test_a_key_is_never_part_of_what_is_said_of_it(monkeypatch, value):
    monkeypatch.setenv("X", value)
    with pytest.raises(env.WrongSetting) as wrong:
        env.key("X")
    assert str(wrong.value) == "X must be printable ASCII characters without spaces."


@pytest.mark.parametrize("place", ["/etc/passwd", "/proc/nobody"])
def test_a_data_folder_that_cannot_be_written_is_named(place):
    ended = manage("serve", DATA_DIR=place)
    assert ended.returncode == 2
    assert ended.stderr == f"DATA_DIR must be a folder that can be written, not '{place}'.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PORT=8\xff\n", ".env must be a text file in UTF-8."),
        (b"# fine\nPORT=8001\n\nsk-secret\n", "Line 4 of .env must be NAME=value, or begin with #."),
    ],
)
def test_a_file_of_settings_that_makes_no_sense_is_refused_without_what_it_says(tmp_path, content, said):
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(env.WrongSetting) as wrong:
        env.check_file(tmp_path / ".env")
    assert str(wrong.value) == said


def test_a_database_in_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(env.WrongSetting, match="DATABASE_URL"):
        database_from(f"sqlite:///{tmp_path}/none/x.sqlite3", folder=tmp_path)
