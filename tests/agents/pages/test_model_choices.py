"""The choices of the model field: what the provider lists, and in words why there are none."""

import pytest
from django.test import AsyncClient
from django.urls import reverse

from agents.providers import registry
from tests.upstream import FakeUpstream, Reply

pytestmark = pytest.mark.django_db(transaction=True)

URL = reverse("agents:models")


@pytest.fixture
async def upstream(settings):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, ""
        yield upstream
        await registry.aclose()


async def choices(alice):
    client = AsyncClient()
    await client.aforce_login(alice)
    answer = await client.get(URL)
    assert answer.status_code == 200
    return answer.content.decode()


async def test_the_models_of_the_provider_and_the_offline_one_can_be_chosen(alice, upstream):
    upstream.models = ["large", 'a"><script>']

    page = await choices(alice)

    assert '<option value="large">' in page
    assert '<option value="offline">' in page
    assert "<script>" not in page
    assert "<p" not in page


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply([b"{}"], status=401), "check its key"),
        (Reply([b"{}"], status=429), "too busy"),
        (Reply([b"{}"], status=500), "could not list"),
        (Reply([b"<html>"]), "could not list"),
        (Reply([b'{"data": []}']), "lists no models"),
    ],
)
async def test_a_provider_that_lists_none_is_explained(alice, upstream, reply, says):
    upstream.models_reply = reply

    page = await choices(alice)

    assert says in page
    assert '<option value="offline">' in page


async def test_a_provider_that_is_not_there_is_explained(alice, settings):
    async with FakeUpstream() as gone:
        settings.OPENAI_BASE_URL = gone.base_url

    assert "could not list" in await choices(alice)
    await registry.aclose()


async def test_without_a_provider_it_says_who_answers(alice):
    assert "the offline model answers" in await choices(alice)


def test_it_is_for_people_who_signed_in(client):
    assert client.get(URL).status_code == 302
