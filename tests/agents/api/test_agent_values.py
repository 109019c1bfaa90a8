"""What an agent may not be: each refused with the name of the field, and nothing stored."""

import pytest

from agents.models import Agent

pytestmark = pytest.mark.django_db

AGENTS = "/api/agents"
RIGHT = {"name": "Sailor", "system_prompt": "You know ships."}


def refusal(answer) -> str:
    assert answer.status_code == 422, answer.content
    assert answer.json()["error"] == "invalid"
    assert set(answer.json()) == {"error", "detail"}
    return answer.json()["detail"]


@pytest.mark.parametrize("missing", ["name", "system_prompt"])
def test_name_and_prompt_are_needed(hers, missing):
    sent = {name: value for name, value in RIGHT.items() if name != missing}
    assert refusal(hers.say("post", AGENTS, sent)) == f"{missing}: Field required"
    assert not Agent.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \n\t"),
        ("name", "x" * 101),
        ("name", "a\0b"),
        ("name", 1),
        ("name", None),
        ("name", ["Sailor"]),
        ("system_prompt", "  "),
        ("system_prompt", "x" * 100_001),
        ("system_prompt", {}),
        ("description", "x" * 301),
        ("description", None),
        ("model", "x" * 201),
        ("temperature", "0.7"),
        ("temperature", True),
        ("temperature", -0.1),
        ("temperature", 2.1),
        ("temperature", None),
        ("voice", ""),
        ("voice", "x" * 101),
        ("speech_speed", 0.2),
        ("speech_speed", 4.1),
        ("speech_speed", "1"),
        ("speech_speed", None),
        ("language", "German"),
        ("language", "de_DE"),
        ("language", "de-" + "x" * 40),
        ("tools", "calculator"),
        ("tools", ["nothing we have"]),
        ("tools", [""]),
        ("tools", ["calculator", " "]),
        ("tools", [1]),
        ("tools", ["calculator\0"]),
        ("context_tokens", 499),
        ("context_tokens", 10**30),
        ("context_tokens", 4000.5),
        ("context_tokens", "4000"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_value_that_cannot_be_is_named(hers, agent, field, value):
    for verb, address in (("post", AGENTS), ("patch", f"{AGENTS}/{agent.pk}")):
        lines = refusal(hers.say(verb, address, RIGHT | {field: value})).split("\n")
        assert len(lines) == 1
        assert lines[0].partition(": ")[0].partition(".")[0] == field
    assert list(Agent.objects.values_list("name", flat=True)) == ["Librarian"]


@pytest.mark.parametrize(
    "field",
    [
        *("id", "owner", "owner_id", "user_id", "role", "created_at", "updated_at", "session_count"),
        *("document_count", "visibility", "tool_policies", "__class__", "nothing"),
    ],
)
def test_a_field_that_is_not_to_be_set_is_refused(hers, agent, field):
    for verb, address in (("post", AGENTS), ("put", f"{AGENTS}/{agent.pk}")):
        assert refusal(hers.say(verb, address, RIGHT | {field: "x"})).startswith(f"{field}: ")


def test_there_is_one_line_for_each_field(hers):
    lines = refusal(hers.say("post", AGENTS, RIGHT | {"name": "", "voice": "", "temperature": 9})).split("\n")
    assert [line.partition(": ")[0] for line in lines] == ["name", "temperature", "voice"]


def test_refusals_are_in_the_language_of_who_calls(hers):
    said = refusal(hers.say("post", AGENTS, RIGHT | {"temperature": 9}, **{"Accept-Language": "de"}))
    assert said == "temperature: Dieser Wert muss kleiner oder gleich 2.0 sein."
