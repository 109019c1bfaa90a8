"""docs/events.md: every type and each of its fields is described, and each example is an event."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from agents.engine.events import EVENT_TYPES, event_id, from_data, parse_event_id, to_data

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "events.md").read_text("utf-8")
BEFORE, *PARTS = re.split(r"^### `(\w+)`$", PAGE, flags=re.MULTILINE)
SECTIONS = dict(zip(PARTS[::2], PARTS[1::2], strict=True))
EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Written first in a row of a table: the fields that the row describes.
DESCRIBED = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)


def examples_in(text: str) -> list[dict[str, Any]]:
    return [json.loads(found) for found in EXAMPLE.findall(text)]


def described_in(text: str) -> list[str]:
    return [field for row in DESCRIBED.findall(text) for field in re.findall(r"`([^`]+)`", row)]


def fields_of(data: dict[str, Any], before: str = "") -> Iterator[str]:
    """The fields as the page spells them: ``name``, ``agent.name``, ``items[].name``."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from fields_of(value, f"{before}{name}.")
        elif isinstance(value, list) and not isinstance(value[0], dict):
            yield f"{before}{name}[]"
        elif isinstance(value, list):
            yield from fields_of(value[0], f"{before}{name}[].")
        else:
            yield before + name


def test_the_page_has_the_types_of_the_schema_and_no_others():
    assert set(SECTIONS) == set(EVENT_TYPES)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_each_example_is_a_whole_event_of_its_type(name):
    examples = examples_in(SECTIONS[name])
    assert examples
    for example in examples:
        event = from_data(name, example)
        assert event is not None
        assert to_data(event) == example  # so it has all fields, and none that the type does not have


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_each_field_has_its_row(name):
    (example,) = examples_in(SECTIONS[name])
    assert sorted(described_in(SECTIONS[name])) == sorted(fields_of(example))


def test_the_example_from_outside_has_the_common_fields_and_an_id_of_ours():
    (example,) = examples_in(BEFORE)
    event = from_data(example["type"], example)
    assert event is not None
    common = [name for name in example if name not in to_data(event)]
    outside = BEFORE.partition("## What an event looks like outside")[2]
    assert described_in(outside) == common
    assert parse_event_id(example["id"]).seq == 4


def test_the_id_in_the_example_is_made_of_the_time_and_the_run_of_the_examples():
    (example,) = examples_in(BEFORE)
    (start,) = examples_in(SECTIONS["start"])
    assert event_id(UUID(start["run_id"]), 4, datetime.fromisoformat(example["ts"])) == example["id"]
