"""What is deployed together fits together: compose, nginx and the settings that scale.env names."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from config.body_limit import LIMIT, limit_at
from tests.settings import READ

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
NGINX = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
SCALE = dict(
    line.split("=", 1)
    for line in (ROOT / "deploy" / "scale.env").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)
SERVICES = COMPOSE["services"]


def test_nginx_asks_the_servers_that_compose_starts():
    servers = set(re.findall(r"server (\w+):8000", NGINX))
    assert servers == {
        name for name, service in SERVICES.items() if "8000" in str(service.get("environment"))
    } - {"worker"}
    assert SERVICES["nginx"]["ports"] == ["127.0.0.1:8080:8080"]
    assert "listen 8080;" in NGINX


def test_the_profile_has_two_of_each():
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert SERVICES["worker"]["command"] == ["python", "manage.py", "worker"]
    assert {"parley2", "worker", "nginx", "postgres", "redis"} == {
        name for name, service in SERVICES.items() if service.get("profiles") == ["scale"]
    }


def test_what_it_is_told_is_a_setting_and_names_what_is_there():
    assert set(SCALE) <= READ
    assert "@postgres:5432/parley" in SCALE["DATABASE_URL"]
    assert SCALE["REDIS_URL"].startswith("redis://redis:")
    assert SCALE["TRUSTED_PROXIES"] == COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert SCALE["SECRET_KEY"] == ""


def test_nginx_takes_what_parley_takes():
    found = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert found is not None
    assert int(found[1]) * 1024 * 1024 == LIMIT


def test_nginx_takes_documents_as_parley_does():
    found = re.search(r"location ~ \"([^\"]*documents[^\"]*)\" \{\s*client_max_body_size (\d+)m;", NGINX)
    assert found is not None
    place = "/agents/01a1fcaf-280a-7709-93b8-104e9161cbaf/documents"
    for address in (f"/api{place}", f"{place}/"):
        assert re.match(found[1], address)
        assert limit_at(address) <= int(found[2]) * 1024 * 1024
    assert not re.match(found[1], "/api/agents")


def test_only_sends_go_to_a_second_server_after_they_reached_one():
    blocks = re.findall(r"location ([^{]*|~ \"[^\"]*\") \{([^}]*)\}", NGINX)
    (twice,) = [place for place, block in blocks if "non_idempotent" in block]
    pattern = re.compile(twice.removeprefix("~ ").strip('"'))
    one, other = "01a1fcaf-280a-7709-93b8-104e9161cbaf", "01a1fcb9-2b5a-708a-9cc7-c36323474f64"
    for sent in ("/chat/", f"/chat/{one}/messages/", f"/chat/{one}/messages/{other}/edit/"):
        assert pattern.search(sent)
    for other_door in (f"/chat/{one}/messages/{other}/retry/", f"/chat/{one}/", "/agents/new/", "/"):
        assert not pattern.search(other_door)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_reads_its_configuration(tmp_path):
    config = tmp_path / "nginx.conf"
    config.write_text(
        re.sub(r"server \w+:8000", "server 127.0.0.1:8000", NGINX).replace("/tmp/", f"{tmp_path}/")
    )
    ended = subprocess.run(["nginx", "-t", "-c", str(config)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
