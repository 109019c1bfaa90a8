"""The secret key: made once and kept to oneself in personal mode, asked for in team mode."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.env import WrongSetting
from config.secret_key import LEAST_CHARS, secret_key


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)


def test_personal_mode_makes_one_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "data" / "secret_key"
    key = secret_key(path, personal=True)
    assert len(key) >= LEAST_CHARS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_next_start_has_the_same_and_another_folder_another(tmp_path):
    key = secret_key(tmp_path / "one", personal=True)
    assert secret_key(tmp_path / "one", personal=True) == key
    assert secret_key(tmp_path / "other", personal=True) != key


def test_processes_that_start_together_share_one(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: secret_key(tmp_path / "secret_key", personal=True), range(8)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_team_mode_makes_none(tmp_path):
    with pytest.raises(WrongSetting, match="SECRET_KEY must be set in team mode"):
        secret_key(tmp_path / "secret_key", personal=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("personal", [True, False])
def test_a_short_one_is_refused_and_not_shown(tmp_path, monkeypatch, personal):
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    with pytest.raises(WrongSetting) as raised:
        secret_key(tmp_path / "secret_key", personal=personal)
    assert "hunter2" not in str(raised.value)


def test_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "k" * LEAST_CHARS)
    assert secret_key(tmp_path / "secret_key", personal=True) == "k" * LEAST_CHARS


@pytest.mark.parametrize("content", ["", "short"])
def test_a_key_file_that_holds_no_key_is_named(tmp_path, content):
    path = tmp_path / "secret_key"
    path.write_text(content)
    with pytest.raises(WrongSetting, match="delete it for a new one"):
        secret_key(path, personal=True)
