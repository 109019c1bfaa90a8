"""A file from a stranger: plain values are taken, everything else is refused with its place."""

import time

import pytest

from agents.agent_file import MAX_BYTES, UnreadableFile, read_agents, write_agents

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nname: [*b,*b,*b]\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no agent"),
        ("# nothing\n---\n", "holds no agent"),
        ("just words", "fields such as"),
        ("- name: A", "fields such as"),
        ("name: [", "Line 1"),
        ("a: b: c", "Line 1: mapping values are not allowed"),
        ("name: A\n\tb: c", "Line 2"),
        (BOMB, "Line 2: aliases are not taken"),
        ("name: !!python/object/apply:os.system ['true']", "Line 1: could not determine a constructor"),
        ("name: !!python/name:os.system", "Line 1: could not determine a constructor"),
        ("name: A\nname: B", "a field is given twice"),
        ("? [name]\n: A", "Line 1"),
        ("name: A\npromt: x", "Agent 1: unknown field “promt”"),
        ("name: A\nowner: alice", "unknown field “owner”"),
        ("name: A\n---\nsystem_prompt: x", "Agent 2: the field “name” is missing"),
        ("name: yes", "name: This must be text."),
        ("name: 7", "name: This must be text."),
        ("name: {a: b}", "name: This must be text."),
        ("name: 2001-99-99", "no YAML: month must be in 1..12"),
        ("name: A\ntemperature: warm", "temperature: This must be a number."),
        ("name: A\ntemperature: .nan", "temperature: This must be a number."),
        ("name: A\ntemperature: .inf", "temperature: This must be a number."),
        ("name: A\nhistory_messages: 1:59:59", "history_messages: Ensure this value"),
        ("name: A\nstarters: Hello", "starters: This must be a list of texts."),
        ("name: A\ntools: [shell]", "tools: There is no tool “shell”."),
        ('name: A\ntools: [""]', "tools: There is no tool “”."),
        ('name: A\ntool_policies: {"": run}', "tool_policies: There is no tool “”."),
        ("name: A\nstarters: [a, [b]]", "starters: This must be text."),
        ('name: "a\\0b"', "name: This text contains characters"),
        ('name: "a\\uD800b"', "name: This text contains characters"),
        ("name: " + "[" * 5000, "nested too deeply"),
        ("name: A\nhistory_messages: " + "9" * 5000, "no YAML: Exceeds the limit"),
    ],
)
def test_what_is_not_an_agent_is_refused_with_its_place(text, says):
    with pytest.raises(UnreadableFile) as refused:
        read_agents(text.encode())

    assert says in refused.value.text
    assert len(refused.value.text) < 400


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"name: \x80", b"name: a\x00b", b"\x00" * 20])
def test_bytes_that_are_no_text_are_refused(raw):
    with pytest.raises(UnreadableFile, match="no YAML"):
        read_agents(raw)


def test_a_file_over_the_limit_is_not_even_read():
    with pytest.raises(UnreadableFile, match="larger than"):
        read_agents(b"#" * (MAX_BYTES + 1))


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert read_agents("\ufeffname: A".encode()) == [{"name": "A"}]


@pytest.mark.parametrize("piece", ["a, ", "[", "{a: ", "- ", "'", "&a ", "!a ", "\n", "? ", "a: &b c\n"])
def test_the_time_for_hostile_text_grows_with_its_length_only(piece):
    def seconds(length):
        began = time.process_time()
        with pytest.raises(UnreadableFile):
            read_agents(f"name: [{piece * (length // len(piece))}".encode())
        return time.process_time() - began

    seconds(1000)
    assert seconds(80_000) < 40 * max(seconds(10_000), 0.01)


def test_tools_come_back_as_they_were_written(agent):
    agent.tools = ["calculator", "fetch_page"]

    (changes,) = read_agents(write_agents([agent]).encode())

    assert changes["tools"] == agent.tools


def test_policies_of_tools_move_along_and_others_are_refused(agent):
    agent.tools, agent.tool_policies = ["calculator"], {"calculator": "ask", "server__tool": "never"}
    (changes,) = read_agents(write_agents([agent]).encode())
    assert changes["tool_policies"] == agent.tool_policies
    for wrong in ("{calculator: sometimes}", "[run]", "run", "{calculator: 1}", "{1: run}", "{a: [run]}"):
        with pytest.raises(UnreadableFile):
            read_agents(f"name: x\nsystem_prompt: y\ntool_policies: {wrong}\n".encode())
