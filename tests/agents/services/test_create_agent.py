"""Making an agent: what is stored, and what is refused."""

import pytest

from agents.errors import Invalid
from agents.models import Agent
from agents.services.agents import create_agent

PROMPT = "You know books."


def test_an_agent_belongs_to_who_made_it_and_keeps_its_prompt_as_version_1(alice):
    agent = create_agent(actor=alice, changes={"name": "Librarian", "system_prompt": PROMPT})

    agent.refresh_from_db()
    assert (agent.owner, agent.name, agent.temperature, agent.visibility) == (
        alice,
        "Librarian",
        0.7,
        "private",
    )
    assert list(agent.prompt_versions.values_list("number", "system_prompt", "author")) == [
        (1, PROMPT, alice.pk)
    ]


def test_text_is_trimmed_and_line_ends_are_those_of_the_database(alice):
    agent = create_agent(
        actor=alice, changes={"name": "  The \t Librarian ", "system_prompt": " a\r\nb\rc\n"}
    )

    assert (agent.name, agent.system_prompt) == ("The Librarian", "a\nb\nc")


def test_empty_starters_are_left_out(alice):
    agent = create_agent(
        actor=alice, changes={"name": "A", "system_prompt": "b", "starters": ["", " Hello  you ", "\n"]}
    )

    assert agent.starters == ["Hello you"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \n"),
        ("name", "x" * 101),
        ("name", "a\x00b"),
        ("name", "a\ud800b"),
        ("name", 7),
        ("name", None),
        ("description", "x" * 301),
        ("system_prompt", " "),
        ("system_prompt", "a\x00b"),
        ("system_prompt", "x" * 100_001),
        ("model", "x" * 201),
        ("temperature", float("nan")),
        ("temperature", float("inf")),
        ("temperature", -0.1),
        ("temperature", 2.1),
        ("temperature", "warm"),
        ("temperature", True),
        ("history_messages", 0),
        ("history_messages", 201),
        ("history_messages", 10**40),
        ("history_messages", 2.5),
        ("context_tokens", 499),
        ("context_tokens", 2_000_001),
        ("tools", "search"),
        ("tools", [["search"]]),
        ("tools", ["calculator", "shell"]),
        ("voice", ""),
        ("speech_speed", 0.24),
        ("speech_speed", 4.01),
        ("speech_speed", float("nan")),
        ("speech_speed", "fast"),
        ("language", "d"),
        ("language", "de;rm"),
        ("language", None),
        ("starters", ["a", "b", "c", "d", "e"]),
        ("starters", ["x" * 301]),
        ("starters", {"a": 1}),
        ("starters", ["\ud800"]),
        ("visibility", "all"),
        ("visibility", ["private"]),
        ("owner", None),
        ("id", "0"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_field(alice, field, value):
    changes = {"name": "Librarian", "system_prompt": PROMPT, field: value}

    with pytest.raises(Invalid) as refused:
        create_agent(actor=alice, changes=changes)

    assert list(refused.value.fields) == [field]
    assert refused.value.text
    assert not Agent.objects.exists()


def test_every_reason_is_said_at_once(alice):
    with pytest.raises(Invalid) as refused:
        create_agent(actor=alice, changes={"name": "x" * 101, "system_prompt": "a", "temperature": 9.0})

    assert set(refused.value.fields) == {"name", "temperature"}


def test_name_and_prompt_are_needed(alice):
    with pytest.raises(Invalid) as refused:
        create_agent(actor=alice, changes={})

    assert set(refused.value.fields) == {"name", "system_prompt"}
