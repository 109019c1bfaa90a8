"""The container's files say what they must, as far as that can be told without building them."""

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def test_it_runs_as_nobody_special_and_keeps_its_data_in_a_volume():
    last_stage = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    assert "USER parley" in last_stage
    assert "VOLUME /data" in last_stage
    assert "DATA_DIR=/data" in last_stage


def test_the_health_check_is_a_program():
    command = re.search(r"HEALTHCHECK[^\[]*(\[.*\])", DOCKERFILE)
    assert command is not None
    python, _option, program = json.loads(command[1])
    assert python == "python"
    compile(program, "health check", "exec")


def test_by_default_it_runs_alone_and_only_this_machine_reaches_it():
    alone = [name for name, service in COMPOSE["services"].items() if "profiles" not in service]
    assert alone == ["parley"]
    assert COMPOSE["services"]["parley"]["ports"] == ["127.0.0.1:8000:8000"]


def test_of_the_networks_addresses_only_the_owners_counts_as_the_owner():
    gateway = COMPOSE["networks"]["default"]["ipam"]["config"][0]["gateway"]
    assert COMPOSE["services"]["parley"]["environment"]["PERSONAL_CLIENTS"].endswith(f",{gateway}}}")


def test_what_is_private_stays_out_of_the_image():
    assert {".env", "var", ".git"} <= set((ROOT / ".dockerignore").read_text("utf-8").splitlines())
