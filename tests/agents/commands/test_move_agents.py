"""``export_agents`` and ``import_agents``: what goes out comes in again as it was."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import strategies as st

from agents.agent_file import read_agents, write_agents
from agents.changes import FIELDS, check_changes
from agents.errors import Invalid
from agents.models import Agent

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
HARD = st.one_of(
    TEXT,
    st.sampled_from(
        ["yes", "null", "1e3", "2001-01-01", "- a", "a: b", "#", "'", '"', "| x", "a\n b\n\n", "é🙂"]
    ),
)


def values(agent):
    return {name: getattr(agent, name) for name in FIELDS}


def export(*arguments):
    out = StringIO()
    call_command("export_agents", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def take(*arguments):
    out = StringIO()
    call_command("import_agents", *map(str, arguments), stdout=out)
    return out.getvalue()


@example(name="", prompt="\x850", description="", starters=[], temperature=0.0)
@example(name="", prompt="\n\u2028x", description="", starters=["a\u2029b"], temperature=0.0)
@given(
    name=HARD, prompt=HARD, description=HARD, starters=st.lists(HARD, max_size=4), temperature=st.floats(0, 2)
)
def test_any_agent_comes_back_from_its_file_as_it_was(name, prompt, description, starters, temperature):
    changes = {"name": f"a{name}", "system_prompt": f"b{prompt}", "description": description}
    try:
        checked = check_changes({**changes, "starters": starters, "temperature": temperature})
    except Invalid:
        return
    agent = Agent(**checked)

    assert read_agents(write_agents([agent]).encode()) == [values(agent)]


def test_a_prompt_of_several_lines_is_written_as_a_person_would(agent):
    agent.system_prompt = "You know books.\n- Be brief."

    assert "system_prompt: |-\n  You know books.\n  - Be brief.\n" in write_agents([agent])


def test_agents_move_to_somebody_else_through_a_folder(alice, bob, agent, tmp_path):
    Agent.objects.create(
        owner=alice, name="../Librarian!", system_prompt="Another\nprompt", starters=["Hi: you"]
    )
    export(str(tmp_path / "out"))
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "librarian-2.yaml",
        "librarian.yaml",
    ]

    assert take(tmp_path / "out", "--owner", "bob") == "Made 2 agents, changed 0.\n"

    def described(owner):
        return sorted(map(str, (values(agent) for agent in owner.agents.all())))

    assert described(bob) == described(alice)
    assert [agent.prompt_versions.count() for agent in bob.agents.all()] == [1, 1]


def test_one_file_holds_several(alice, agent, tmp_path):
    Agent.objects.create(owner=alice, name="Other", system_prompt="x")
    file = tmp_path / "all.yaml"
    export(str(file))

    assert take(file) == "Made 2 agents, changed 0.\n"


def test_only_the_agents_asked_for_go_out(alice, bob, agent):
    Agent.objects.create(owner=bob, name="Bob's", system_prompt="x")

    assert [changes["name"] for changes in read_agents(export("--owner", "bob").encode())] == ["Bob's"]
    assert [changes["name"] for changes in read_agents(export("--name", "Librarian").encode())] == [
        "Librarian"
    ]


def test_an_agent_of_the_same_name_is_changed_and_its_prompt_kept(alice, agent, tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: Librarian\nsystem_prompt: You know films.\n")

    assert take(file, "--owner", "alice") == "Made 0 agents, changed 1.\n"

    agent.refresh_from_db()
    assert (agent.system_prompt, agent.model) == ("You know films.", "offline")
    assert agent.prompt_versions.count() == 2


def test_the_same_name_of_somebody_else_is_left_alone(alice, bob, agent, tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: Librarian\nsystem_prompt: You know films.\n")

    take(file, "--owner", "bob")

    agent.refresh_from_db()
    assert agent.system_prompt == "You know books."
    assert bob.agents.count() == 1


@pytest.mark.django_db
def test_without_an_owner_they_are_for_everyone(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: Librarian\nsystem_prompt: x\nvisibility: private\n")

    take(file)

    assert Agent.objects.get().visibility == "everyone"


@pytest.mark.parametrize("broken", ["name: Second\n", "name: ''\n"])
def test_one_wrong_agent_and_none_is_taken(alice, tmp_path, broken):
    file = tmp_path / "a.yaml"
    file.write_text(f"name: First\nsystem_prompt: x\n---\n{broken}")

    with pytest.raises(CommandError):
        take(file, "--owner", "alice")

    assert not Agent.objects.exists()


@pytest.mark.parametrize("where", ["a.yaml", "folder"])
def test_agents_of_one_name_come_in_again_wherever_they_are(alice, bob, agent, tmp_path, where):
    Agent.objects.create(owner=alice, name="Librarian", system_prompt="Another")
    file = tmp_path / where
    export(str(file), "--owner", "alice")

    assert take(file, "--owner", "alice") == "Made 0 agents, changed 2.\n"
    prompts = alice.agents.order_by("pk").values_list("name", "system_prompt")
    assert list(prompts) == [("Librarian", "You know books."), ("Librarian", "Another")]

    assert take(file, "--owner", "bob") == "Made 2 agents, changed 0.\n"
    assert take(file, "--owner", "bob") == "Made 0 agents, changed 2.\n"
    prompts = bob.agents.order_by("pk").values_list("name", "system_prompt")
    assert list(prompts) == [("Librarian", "You know books."), ("Librarian 2", "Another")]


@pytest.mark.django_db
def test_a_number_takes_no_name_that_comes_along_and_fits(tmp_path):
    long = "x" * 100
    file = tmp_path / "a.yaml"
    names = ["First", "First 2", "First", long, long]
    file.write_text("---\n".join(f"name: {name}\nsystem_prompt: x\n" for name in names))

    take(file)

    made = set(Agent.objects.values_list("name", flat=True))
    assert made == {"First", "First 2", "First 3", long, f"{long[:98]} 2"}


def test_two_agents_of_the_name_here_are_not_guessed_between(alice, agent, tmp_path):
    Agent.objects.create(owner=alice, name="Librarian", system_prompt="x")
    file = tmp_path / "a.yaml"
    file.write_text("name: Librarian\n")

    with pytest.raises(CommandError, match="two agents with the name “Librarian”"):
        take(file, "--owner", "alice")


def test_unknown_people_and_missing_files_are_said(db, tmp_path):
    with pytest.raises(CommandError, match="no user “nobody”"):
        export("--owner", "nobody")
    with pytest.raises(CommandError, match=r"missing\.yaml"):
        take(tmp_path / "missing.yaml")
