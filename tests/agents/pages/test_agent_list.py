"""The list of agents: a person's own and the shared ones, in a fixed number of queries."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agents.models import Agent
from chat.models import Conversation

URL = reverse("agents:list")


def shared(name, **values):
    return Agent.objects.create(name=name, system_prompt="x", visibility="everyone", **values)


def test_the_list_shows_own_and_shared_agents_only(alices, bob, agent):
    shared("For all")
    Agent.objects.create(owner=bob, name="Secret of Bob", system_prompt="x")

    page = alices.get(URL).content.decode()

    assert "Librarian" in page
    assert "For all" in page
    assert "Secret of Bob" not in page


def test_only_what_can_be_changed_has_a_way_to_change_it(alices, agent):
    other = shared("For all")

    page = alices.get(URL).content.decode()

    assert reverse("agents:edit", args=[agent.pk]) in page
    assert reverse("agents:edit", args=[other.pk]) not in page


def test_a_card_counts_the_readers_own_conversations(alices, alice, bob):
    agent = shared("For all")
    for creator in (alice, alice, bob):
        Conversation.objects.create(agent=agent, created_by=creator, last_message_at=timezone.now())

    cards = alices.get(URL).context["cards"]

    assert [card.conversations for card in cards] == [2]


def test_the_number_of_queries_does_not_grow_with_the_list(
    alices, alice, agent, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(8) as captured:
            assert alices.get(URL).status_code == 200
        return len(captured)

    queries()  # the first page of a session may write when it was seen
    few = queries()
    for number in range(50):
        extra = shared(f"Agent {number}", owner=alice)
        Conversation.objects.create(agent=extra, created_by=alice, last_message_at=timezone.now())

    assert queries() == few


def test_names_are_text_and_never_markup(alices, alice):
    shared("<img src=x onerror=alert(1)>", owner=alice, description="<script>alert(1)</script>")

    page = alices.get(URL).content.decode()

    assert "<img src=x" not in page
    assert "<script>alert" not in page


def test_a_query_finds_by_name_and_description(alices, alice, agent):
    shared("Cook", description="Knows RICE")

    def names(query):
        return [card.name for card in alices.get(URL, {"q": query}).context["cards"]]

    assert names("rice") == ["Cook"]
    assert names("librar") == ["Librarian"]
    assert names("nothing") == []


@pytest.mark.parametrize("query", ["%00", "%ED%A0%80", "%", "_", "'", "x" * 5000, "%F0%9F%99%82"])
def test_no_query_breaks_the_page(alices, agent, query):
    assert alices.get(f"{URL}?q={query}").status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "%00", "1.5"])
def test_no_page_number_breaks_the_page(alices, agent, page):
    assert alices.get(f"{URL}?page={page}").status_code == 200


def test_many_agents_come_in_pages(alices):
    Agent.objects.bulk_create(
        Agent(name=f"Agent {number:03}", system_prompt="x", visibility="everyone") for number in range(70)
    )

    page = alices.get(URL, {"q": "agent", "page": 2})

    assert len(page.context["cards"]) == 10
    assert "?q=agent&amp;page=1" in page.content.decode()


def test_without_agents_the_page_says_how_to_make_one(alices):
    assert reverse("agents:create") in alices.get(URL).content.decode()


def test_the_list_is_only_read(alices):
    assert alices.post(URL).status_code == 405


def test_the_list_is_for_people_who_signed_in(client, db):
    assert client.get(URL).status_code == 302
