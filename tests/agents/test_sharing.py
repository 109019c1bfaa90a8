"""An agent for groups: who may see it, talk with it and change it, and who may choose which group."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from agents.agent_file import read_agents, write_agents
from agents.errors import Conflict, Invalid
from agents.models import Agent
from agents.selectors import agent_for, agents_for, changeable_agents, may_change, may_talk
from agents.services.agents import create_agent, update_agent
from agents.services.transfers import import_agents
from chat.errors import NotFound
from chat.services.messages import post_first_message, post_message

pytestmark = pytest.mark.django_db
GOOD = {"name": "Editor", "system_prompt": "You edit."}


@pytest.fixture
def people(alice, bob, django_user_model):
    """Alice owns, Bob shares a group with her, Charlie does not; one of the staff is in no group."""
    make = django_user_model.objects.create_user
    named = {"alice": alice, "bob": bob, "charlie": make("charlie"), "staff": make("staff", is_staff=True)}
    writers, others = (Group.objects.create(name=name) for name in ("writers", "others"))
    writers.user_set.add(alice, bob)
    others.user_set.add(named["charlie"])
    return named


@pytest.fixture
def shared(people) -> Agent:
    changes = {**GOOD, "visibility": "group", "groups": ["writers"]}
    return create_agent(actor=people["alice"], changes=changes)


@pytest.mark.parametrize(
    ("who", "talks", "changes"),
    [("alice", True, True), ("bob", True, False), ("charlie", False, False), ("staff", True, True)],
)
def test_who_may_do_what(people, shared, who, talks, changes):
    person = people[who]
    assert (agent_for(person, shared.pk) is not None) is may_talk(person, shared) is talks
    assert changeable_agents(person).filter(pk=shared.pk).exists() is may_change(person, shared) is changes


def test_one_who_shares_two_groups_with_it_sees_it_once(people, shared):
    second = Group.objects.create(name="second")
    second.user_set.add(people["bob"])
    shared.groups.add(second)
    assert list(agents_for(people["bob"]).filter(pk=shared.pk)) == [shared]


def test_a_private_agent_keeps_its_groups_and_shows_itself_to_none(people, shared):
    update_agent(actor=people["alice"], agent_id=shared.pk, changes={"visibility": "private"})
    assert [group.name for group in shared.groups.all()] == ["writers"]
    assert agent_for(people["bob"], shared.pk) is None
    assert not changeable_agents(people["staff"]).filter(pk=shared.pk).exists()


def test_who_left_the_group_reads_on_and_gets_no_more_answers(people, shared):
    bob = people["bob"]
    posted = post_first_message(actor=bob, agent_id=shared.pk, content="Hello", client_id="1")
    bob.groups.clear()
    conversation = posted.message.conversation_id
    with pytest.raises(Conflict, match="not shared with you"):
        post_message(actor=bob, conversation_id=conversation, content="More", client_id="2")
    with pytest.raises(NotFound):
        post_first_message(actor=bob, agent_id=shared.pk, content="Hello", client_id="3")


@pytest.mark.parametrize("names", [["others"], ["nobody's"], ["writers", "others"], [""], []])
def test_a_member_shares_with_groups_of_their_own(people, names):
    with pytest.raises(Invalid) as refused:
        create_agent(actor=people["alice"], changes={**GOOD, "visibility": "group", "groups": names})
    assert set(refused.value.fields) == {"groups"}
    assert not Agent.objects.exists()


@pytest.mark.parametrize("wrong", ["writers", [1], [None], {"writers": 1}, ["x\x00"], ["w"] * 101])
def test_what_is_no_list_of_names_is_refused(people, wrong):
    with pytest.raises(Invalid):
        create_agent(actor=people["alice"], changes={**GOOD, "visibility": "group", "groups": wrong})


def test_staff_share_with_any_and_a_member_takes_away_what_they_see_only(people, shared):
    changes = {"groups": ["writers", "others"]}
    update_agent(actor=people["staff"], agent_id=shared.pk, changes=changes)
    update_agent(actor=people["alice"], agent_id=shared.pk, changes={"groups": []})
    assert [group.name for group in shared.groups.all()] == ["others"]


def form(**changes):
    base = {
        **GOOD,
        "temperature": "0.7",
        "history_messages": "20",
        "context_tokens": "8000",
        "voice": "alloy",
    }
    return base | {"visibility": "private"} | changes


def test_the_form_offers_the_groups_of_whoever_fills_it_in(people, alices):
    page = alices.get(reverse("agents:create")).text
    assert "writers" in page
    assert "others" not in page
    writers = Group.objects.get(name="writers")
    alices.post(reverse("agents:create"), form(visibility="group", groups=[writers.pk]))
    assert [group.name for group in Agent.objects.get().groups.all()] == ["writers"]


def test_the_form_takes_no_group_of_others(people, alices):
    others = Group.objects.get(name="others")
    page = alices.post(reverse("agents:create"), form(visibility="group", groups=[others.pk]))
    assert page.status_code == 422
    page = alices.post(reverse("agents:create"), form(visibility="group"))
    assert "Choose at least one group." in page.text
    assert not Agent.objects.exists()


def test_nobody_is_asked_where_there_are_no_groups(alices):
    page = alices.get(reverse("agents:create")).text
    assert 'name="groups"' not in page
    assert 'value="group"' not in page


def test_groups_go_along_in_a_file(people, shared):
    text = write_agents([shared])
    assert "groups:\n- writers\n" in text
    shared.delete()
    import_agents(owner=people["alice"], agents=read_agents(text.encode()))
    assert [group.name for group in Agent.objects.get().groups.all()] == ["writers"]
    with pytest.raises(Invalid):
        import_agents(owner=people["charlie"], agents=read_agents(text.encode()))


def test_the_admin_shares_it_too(people, shared, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root"))
    others = Group.objects.get(name="others")
    address = reverse("admin:agents_agent_change", args=[shared.pk])
    inline = {f"prompt_versions-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    values = form(visibility="group", groups=[others.pk], owner=people["alice"].pk)
    assert client.post(address, values | inline).status_code == 302
    assert [group.name for group in shared.groups.all()] == ["others"]
