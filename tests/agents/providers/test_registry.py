"""Which provider answers, and which models there are to choose from."""

import asyncio

import pytest

from agents.engine.errors import ProviderError
from agents.providers import registry
from tests.upstream import HANG, FakeUpstream, Reply

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def upstream(settings):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY, settings.OPENAI_MODEL = (
            upstream.base_url,
            "",
            "fake",
        )
        yield upstream
        await registry.aclose()


@pytest.mark.parametrize("model", ["", "offline", "gpt-9"])
def test_without_an_endpoint_the_offline_model_answers(settings, model):
    settings.OPENAI_BASE_URL = settings.OPENAI_API_KEY = ""
    provider, name = registry.provider_for(model)
    assert (provider.name, name) == ("offline", "offline")


@pytest.mark.parametrize(
    ("model", "expected"),
    [("", ("openai", "fake")), ("gpt-9", ("openai", "gpt-9")), ("offline", ("offline", "offline"))],
)
async def test_with_an_endpoint_the_model_decides(upstream, model, expected):
    provider, name = registry.provider_for(model)
    assert (provider.name, name) == expected


async def test_the_provider_of_an_endpoint_is_always_the_same(upstream):
    assert registry.provider_for("a")[0] is registry.provider_for("b")[0]


async def test_a_key_alone_means_openai_itself(settings):
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = "", "k"
    assert registry.is_configured()
    assert registry._endpoint() == ("https://api.openai.com/v1", "k")


async def test_models_are_listed_once_a_minute(upstream):
    upstream.models = ["b", "a"]
    assert await registry.list_models() == ["a", "b"]
    assert await registry.list_models() == ["a", "b"]
    assert len(upstream.requests) == 1
    async with asyncio.timeout(5):
        await upstream.all_closed()


async def test_without_an_endpoint_there_are_no_models(settings):
    settings.OPENAI_BASE_URL = settings.OPENAI_API_KEY = ""
    assert await registry.list_models() == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply([b"<html>"], headers={"Content-Type": "text/html"}), "default"),
        (Reply([b"{}"], headers=JSON), "default"),
        (Reply([b'{"data": 3}'], headers=JSON), "default"),
        (Reply([b"{}"], status=401, headers=JSON), "service_unavailable"),
        (Reply([b"{}"], status=500, headers=JSON), "default"),
        (Reply([b'{"data": ['  , HANG], headers=JSON), "timeout"),
        (Reply([HANG]), "timeout"),
    ],
    ids=["HTML", "no list", "odd list", "401", "500", "hanging body", "hanging"],
)  # fmt: skip
async def test_a_bad_list_is_an_error(upstream, monkeypatch, reply, kind):
    monkeypatch.setattr(registry, "LIST_S", 0.3 if kind == "timeout" else 60)
    upstream.models_reply = reply
    with pytest.raises(ProviderError) as raised:
        await registry.list_models()
    assert raised.value.kind == kind


async def test_odd_entries_are_left_out(upstream):
    upstream.models_reply = Reply([b'{"data": [{"id": "a"}, {"id": 3}, null, {}, {"id": ""}]}'], headers=JSON)
    assert await registry.list_models() == ["a"]
