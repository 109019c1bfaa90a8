"""What is asked of an endpoint, as it arrives there."""

import json

import pytest

from agents.engine.errors import ProviderError
from agents.engine.messages import CONTINUE_INSTRUCTION, ChatMessage, ModelRequest, ToolCall, ToolSpec
from agents.providers.openai import OpenAIProvider
from tests.upstream import SCRIPTS, FakeUpstream, Reply
from tests.upstream.wire import error_body


@pytest.fixture
async def upstream():
    async with FakeUpstream() as upstream:
        yield upstream


async def asked(upstream, request, key="k"):
    provider = OpenAIProvider(base_url=upstream.base_url, api_key=key)
    try:
        async for _ in provider.stream(request):
            pass
    finally:
        await provider.aclose()
    return upstream.requests[-1]


async def test_messages_and_parameters(upstream):
    request = ModelRequest("m", (ChatMessage("system", "Be brief"), ChatMessage("user", "Hi\ud83d")), 0.3, 50)
    body = (await asked(upstream, request)).json
    assert body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hi?"}],
        "temperature": 0.3,
        "max_tokens": 50,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_what_is_not_set_is_left_to_the_server(upstream):
    body = (await asked(upstream, ModelRequest("m", (ChatMessage("user", "Hi"),)))).json
    assert set(body) == {"model", "messages", "stream", "stream_options"}


async def test_tools_and_their_results(upstream):
    messages = (
        ChatMessage(
            "assistant", "", tool_calls=(ToolCall("a", "f", '{"n": 1}'), ToolCall("b", "f", "{broken"))
        ),
        ChatMessage("tool", "one", tool_call_id="a"),
    )
    body = (
        await asked(upstream, ModelRequest("m", messages, tools=(ToolSpec("f", "does", {"type": "object"}),)))
    ).json
    function = {"name": "f", "description": "does", "parameters": {"type": "object"}}
    assert body["tools"] == [{"type": "function", "function": function}]
    calls = body["messages"][0]["tool_calls"]
    assert [call["function"]["arguments"] for call in calls] == ['{"n": 1}', "{}"]
    assert body["messages"][1] == {"role": "tool", "content": "one", "tool_call_id": "a"}


async def test_a_partial_answer_is_to_be_continued(upstream):
    body = (
        await asked(upstream, ModelRequest("m", (ChatMessage("user", "Count"),), continue_from="1, 2"))
    ).json
    assert body["messages"][1:] == [
        {"role": "assistant", "content": "1, 2"},
        {"role": "user", "content": CONTINUE_INSTRUCTION},
    ]


async def test_the_key_is_sent_and_without_one_none(upstream, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-program")
    request = ModelRequest("m", (ChatMessage("user", "Hi"),))
    assert (await asked(upstream, request)).headers["authorization"] == "Bearer k"
    assert "authorization" not in (await asked(upstream, request, key="")).headers


async def test_the_key_does_not_follow_a_redirect(upstream):
    async with FakeUpstream() as thief:
        upstream.script(Reply([], status=307, headers={"Location": f"{thief.base_url}/chat/completions"}))
        with pytest.raises(ProviderError):
            await asked(upstream, ModelRequest("m", (ChatMessage("user", "Hi"),)))
        assert thief.connections_made == 0


async def test_a_refused_parameter_is_not_sent_again(upstream):
    upstream.script(SCRIPTS["400 over temperature"].replies)
    provider = OpenAIProvider(base_url=upstream.base_url, api_key="k")
    for _ in range(2):
        async for _ in provider.stream(ModelRequest("m", (ChatMessage("user", "Hi"),), temperature=0.7)):
            pass
    await provider.aclose()
    assert ["temperature" in json.loads(request.body) for request in upstream.requests] == [
        True,
        False,
        False,
    ]


async def test_a_newer_name_of_a_parameter_is_taken_where_the_old_one_is_refused(upstream):
    message = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'."
    )
    answered = SCRIPTS["400 over temperature"].replies[-1]
    upstream.script([Reply([error_body(message, param="max_tokens")], status=400), answered])
    provider = OpenAIProvider(base_url=upstream.base_url, api_key="k")
    for _ in range(2):
        async for _ in provider.stream(ModelRequest("m", (ChatMessage("user", "Hi"),), max_tokens=50)):
            pass
    await provider.aclose()
    sent = [json.loads(request.body) for request in upstream.requests]
    assert [body.get("max_tokens") for body in sent] == [50, None, None]
    assert [body.get("max_completion_tokens") for body in sent] == [None, 50, 50]
