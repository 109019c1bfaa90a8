"""``/api/agents``: making, reading, changing and deleting agents, as the contract says."""

from datetime import datetime, timedelta

import pytest
from uuid_utils.compat import uuid7

from agents.models import Agent
from agents.services.agents import create_agent
from chat.services.conversations import start_conversation

pytestmark = pytest.mark.django_db

AGENTS = "/api/agents"
FIELDS = {
    *("id", "name", "description", "system_prompt", "model", "temperature", "voice", "speech_speed"),
    *("language", "tools"),
    *("session_count", "document_count", "created_at", "updated_at"),
}
WHOLE = {
    "name": "Sailor",
    "description": "Knows ships",
    "system_prompt": "You know ships.",
    "model": "offline",
    "temperature": 0.2,
    "voice": "nova",
    "speech_speed": 1.25,
    "language": "pt-BR",
    "tools": ["calculator"],
    "context_tokens": 4000,
}


def at(agent_id) -> str:
    return f"{AGENTS}/{agent_id}"


def test_a_new_agent_has_what_was_sent_and_defaults_for_the_rest(hers):
    answer = hers.say("post", AGENTS, {"name": "  Sailor ", "system_prompt": "You know ships."})
    made = answer.json()
    assert (answer.status_code, set(made)) == (201, FIELDS)
    assert answer.headers["Location"] == at(made["id"])
    assert (made["name"], made["temperature"], made["voice"], made["tools"]) == ("Sailor", 0.7, "alloy", [])
    assert (made["session_count"], made["document_count"]) == (0, 0)
    for moment in ("created_at", "updated_at"):
        assert datetime.fromisoformat(made[moment]).utcoffset() == timedelta(0)
    assert hers.get(at(made["id"])).json() == made


def test_every_field_of_the_contract_is_taken(hers):
    made = hers.say("post", AGENTS, WHOLE).json()
    assert {name: made[name] for name in WHOLE.keys() & FIELDS} == {
        name: value for name, value in WHOLE.items() if name in FIELDS
    }
    assert Agent.objects.get(pk=made["id"]).context_tokens == 4000


@pytest.mark.parametrize("verb", ["put", "patch"])
def test_a_subset_changes_only_what_it_names(hers, agent, verb):
    answer = hers.say(verb, at(agent.pk), {"temperature": 1})
    changed = answer.json()
    assert (answer.status_code, set(changed)) == (200, FIELDS)
    assert (changed["temperature"], changed["name"], changed["model"]) == (1, "Librarian", "offline")
    assert hers.say(verb, at(agent.pk), {}).status_code == 200


def test_another_prompt_is_another_version(hers, agent):
    hers.say("patch", at(agent.pk), {"system_prompt": "You know whales."})
    assert agent.prompt_versions.count() == 2


def test_deleted_it_is_gone_with_its_sessions(alice, hers, agent):
    conversation = start_conversation(actor=alice, agent=agent)
    answer = hers.say("delete", at(agent.pk))
    assert (answer.status_code, answer.content) == (204, b"")
    assert hers.get(at(agent.pk)).status_code == 404
    assert not type(conversation).objects.exists()


def test_sessions_are_counted_for_who_asks(alice, bob, hers, his, agent):
    agent.visibility = "everyone"
    agent.save()
    for actor in (alice, alice, bob):
        start_conversation(actor=actor, agent=agent)
    assert hers.get(at(agent.pk)).json()["session_count"] == 2
    assert his.get(AGENTS).json()["agents"][0]["session_count"] == 1


def test_a_shared_agent_keeps_its_instructions_to_itself_and_cannot_be_changed(his, agent):
    agent.visibility = "everyone"
    agent.save()
    shown = his.get(at(agent.pk)).json()
    assert (shown["name"], shown["system_prompt"]) == ("Librarian", None)
    assert his.say("patch", at(agent.pk), {"name": "Mine"}).status_code == 404
    assert his.say("delete", at(agent.pk)).status_code == 404


def test_a_strangers_agent_and_none_at_all_get_the_same_answer(his, agent):
    for verb, body in (("get", None), ("put", WHOLE), ("patch", WHOLE), ("delete", None)):
        answers = [his.say(verb, at(pk), body) for pk in (agent.pk, uuid7())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
    assert his.get(AGENTS).json() == {"agents": [], "total": 0}


def test_the_list_is_read_by_place_and_counts_all(alice, hers):
    names = [f"Agent {number:02}" for number in range(7)]
    for name in reversed(names):
        create_agent(actor=alice, changes={"name": name, "system_prompt": "x"})
    pages = [hers.get(f"{AGENTS}?limit=3&offset={offset}").json() for offset in (0, 3, 6, 9)]
    assert [page["total"] for page in pages] == [7] * 4
    assert [one["name"] for page in pages for one in page["agents"]] == names


@pytest.mark.parametrize(
    ("search", "found"), [("lib", 1), ("LIBR", 1), ("%25", 0), ("_", 0), ("%00", 1), ("%20", 1), ("🐳", 0)]
)
def test_search_looks_at_names_and_descriptions(hers, agent, search, found):
    assert hers.get(f"{AGENTS}?search={search}").json()["total"] == found


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=", "offset=-1", f"offset={2**63}", f"search={'x' * 101}"],
)
def test_a_page_that_cannot_be_is_refused(hers, query):
    answer = hers.get(f"{AGENTS}?{query}")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["detail"].startswith(f"{query.partition('=')[0]}: ")


def test_the_list_takes_the_same_queries_whatever_its_length(alice, hers, django_assert_max_num_queries):
    for number in range(50):
        create_agent(actor=alice, changes={"name": f"Agent {number}", "system_prompt": "x"})
    with django_assert_max_num_queries(8):
        assert len(hers.get(AGENTS).json()["agents"]) == 50


@pytest.mark.parametrize("verb", ["put", "patch", "delete", "head"])
def test_other_verbs_are_refused_at_the_list(hers, verb):
    answer = hers.say(verb, AGENTS)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_who_is_not_signed_in_is_told_so(client, agent):
    for address in (AGENTS, at(agent.pk)):
        assert client.get(address).status_code == 401
