"""``ETag`` and ``If-Match``: of two who change the same agent, the second is told."""

import pytest

from chat.services.conversations import start_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(agent) -> str:
    return f"/api/agents/{agent.pk}"


def test_the_tag_is_strong_and_the_same_while_nothing_changes(hers, place):
    tags = {hers.get(place, **{"Accept-Encoding": "gzip"}).headers["ETag"] for _ in range(3)}
    (tag,) = tags
    assert tag.startswith('"')
    assert tag.endswith('"')


def test_a_reader_who_has_it_gets_nothing(hers, place):
    tag = hers.get(place).headers["ETag"]
    for known in (tag, f'"other", {tag}', "*", f"W/{tag}"):
        answer = hers.get(place, **{"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    assert hers.get(place, **{"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_the_second_of_two_loses(hers, place, agent, verb):
    tag = hers.get(place).headers["ETag"]
    first = hers.say("patch", place, {"name": "First"}, **{"If-Match": tag})
    assert first.status_code == 200
    second = hers.say(verb, place, {"name": "Second"}, **{"If-Match": tag})
    assert (second.status_code, second.json()["error"]) == (409, "conflict")
    agent.refresh_from_db()
    assert agent.name == "First"
    assert hers.say(verb, place, {"name": "Second"}, **{"If-Match": first.headers["ETag"]}).status_code < 300


def test_a_change_gives_the_tag_that_a_reader_gets(hers, place):
    changed = hers.say("patch", place, {"name": "First"})
    assert changed.headers["ETag"] == hers.get(place).headers["ETag"]


def test_a_new_session_is_something_to_read_again_and_no_reason_to_lose(alice, hers, place, agent):
    tag = hers.get(place).headers["ETag"]
    start_conversation(actor=alice, agent=agent)
    assert hers.get(place, **{"If-None-Match": tag}).status_code == 200
    assert hers.say("patch", place, {"name": "First"}, **{"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("header", ["*", " * ", ""])
def test_any_edition_will_do_for_who_names_none(hers, place, header):
    assert hers.say("patch", place, {"name": "First"}, **{"If-Match": header}).status_code == 200


@pytest.mark.parametrize("header", ['"x"', "x", '""', '"."', "W/", ",", '"x', "\x7f"])
def test_what_is_no_tag_of_ours_is_met_by_nothing(hers, place, header):
    assert hers.say("patch", place, {"name": "First"}, **{"If-Match": header}).status_code == 409


def test_what_is_not_ones_own_is_not_found_whatever_the_tag(hers, his, place):
    tag = hers.get(place).headers["ETag"]
    for header in (tag, '"x"', "*"):
        assert his.say("delete", place, **{"If-Match": header}).status_code == 404
