"""OpenAI's own client against the door that speaks its dialect, on a server as a person starts it."""

import asyncio
import json

import openai
import pytest

from tests.server.conftest import Serve
from tests.server.event_stream import EventStream
from tests.server.process import Parley
from tests.upstream import HANG, FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk, usage

PATIENCE = 45.0
ASKED = [{"role": "user", "content": "What can you do?"}]


def client_of(parley: Parley, **options) -> openai.OpenAI:
    """Without a key of ours: in personal mode whoever is at the machine is the owner."""
    return openai.OpenAI(base_url=f"{parley.url}/v1", api_key="unused", **{"max_retries": 0, **options})


def async_client_of(parley: Parley, **options) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{parley.url}/v1", api_key="unused", **{"max_retries": 0, **options})


def agent_of(client: openai.OpenAI) -> str:
    return next(model.id for model in client.models.list() if model.name == "Assistant")


def test_models_are_the_agents_by_id_and_by_name(serve: Serve) -> None:
    parley = serve()
    with client_of(parley) as client:
        models = list(client.models.list())
        assert len(models) == 4
        assert {model.object for model in models} == {"model"}
        for model in models:
            assert client.models.retrieve(model.id) == client.models.retrieve(model.name) == model
        with pytest.raises(openai.NotFoundError) as missing:
            client.models.retrieve("nobody")
        assert (missing.value.code, missing.value.param) == ("model_not_found", "model")


def test_an_answer_comes_whole_or_as_a_stream_and_is_counted(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.005")
    with client_of(parley) as client:
        model = agent_of(client)
        whole = client.chat.completions.create(model=model, messages=ASKED)
        assert whole.object == "chat.completion"
        assert whole.model == model
        (choice,) = whole.choices
        assert (choice.message.role, choice.finish_reason) == ("assistant", "stop")
        assert choice.message.content
        assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens > 0
        chunks = list(
            client.chat.completions.create(
                model="Assistant", messages=ASKED, stream=True, stream_options={"include_usage": True}
            )
        )
        assert len({one.id for one in chunks}) == 1
        assert chunks[0].choices[0].delta.role == "assistant"
        text = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
        assert text == choice.message.content
        assert [one.choices[0].finish_reason for one in chunks if one.choices][-1] == "stop"
        assert chunks[-1].choices == []
        assert chunks[-1].usage == whole.usage
        assert all(one.usage is None for one in chunks[:-1])
        without = list(client.chat.completions.create(model=model, messages=ASKED, stream=True))
        assert all(one.usage is None and one.choices for one in without)


async def test_the_async_client_gets_the_same_side_by_side(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.005")

    async def streamed(client: openai.AsyncOpenAI) -> str:
        stream = await client.chat.completions.create(model="Assistant", messages=ASKED, stream=True)
        return "".join([one.choices[0].delta.content or "" async for one in stream])

    async with async_client_of(parley) as client, asyncio.timeout(PATIENCE):
        whole = await client.chat.completions.create(model="Assistant", messages=ASKED)
        texts = await asyncio.gather(*(streamed(client) for _ in range(10)))
    assert set(texts) == {whole.choices[0].message.content}


async def test_the_model_gets_the_agent_s_prompt_and_what_was_sent(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        upstream.script([Reply([chunk("Yes."), chunk(finish="length"), usage(), DONE])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url, OPENAI_MODEL="some-model")
        async with async_client_of(parley) as client, asyncio.timeout(PATIENCE):
            answer = await client.chat.completions.create(
                model="Assistant",
                messages=[
                    {"role": "system", "content": "Speak like a sailor."},
                    {"role": "developer", "content": [{"type": "text", "text": "Be short."}]},
                    {"role": "user", "content": "Do whales sing?"},
                    {"role": "assistant", "content": "Aye."},
                    {"role": "system", "content": "Now be long."},
                    {
                        "role": "user",
                        "content": [{"type": "text", "text": "All "}, {"type": "text", "text": "of them?"}],
                    },
                ],
                temperature=0.25,
                max_completion_tokens=77,
            )
        assert answer.choices[0].finish_reason == "length"
        assert answer.choices[0].message.content == "Yes."
        sent = upstream.requests[-1].json
        first, *rest = sent["messages"]
        assert first["role"] == "system"
        assert first["content"].endswith("\n\nSpeak like a sailor.\n\nBe short.")
        assert len(first["content"]) > 40  # the agent's own prompt comes first
        assert [(one["role"], one["content"]) for one in rest] == [
            ("user", "Do whales sing?"),
            ("assistant", "Aye."),
            ("system", "Now be long."),
            ("user", "All of them?"),
        ]
        assert sent["temperature"] == 0.25
        assert 77 in (sent.get("max_tokens"), sent.get("max_completion_tokens"))


async def test_who_leaves_ends_the_answer(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        upstream.script([Reply([chunk("Once upon a time "), HANG])])
        parley = serve(OPENAI_BASE_URL=upstream.base_url, OPENAI_MODEL="some-model")
        async with async_client_of(parley) as client, asyncio.timeout(PATIENCE):
            stream = await client.chat.completions.create(model="Assistant", messages=ASKED, stream=True)
            async for one in stream:
                if one.choices[0].delta.content:
                    break
            assert upstream.streams == 1
            await stream.close()
            while upstream.streams:
                await asyncio.sleep(0.02)
            asking = asyncio.create_task(client.chat.completions.create(model="Assistant", messages=ASKED))
            while not upstream.streams:
                await asyncio.sleep(0.02)
            asking.cancel()
            while upstream.streams:
                await asyncio.sleep(0.02)


async def test_what_fails_is_the_exception_that_the_client_has_for_it(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        parley = serve(OPENAI_BASE_URL=upstream.base_url, OPENAI_MODEL="some-model")
        async with async_client_of(parley) as client, asyncio.timeout(2 * PATIENCE):

            async def ask(**more):
                return await client.chat.completions.create(
                    **{"model": "Assistant", "messages": ASKED, **more}
                )

            with pytest.raises(openai.NotFoundError) as missing:
                await ask(model="nobody")
            assert missing.value.code == "model_not_found"
            for more, param in (
                ({"n": 2}, "n"),
                ({"stop": ["."]}, "stop"),
                ({"logprobs": True}, "logprobs"),
                ({"response_format": {"type": "json_object"}}, "response_format"),
                ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
                ({"temperature": 3}, "temperature"),
                ({"max_tokens": 0}, "max_tokens"),
                ({"messages": []}, "messages"),
            ):
                with pytest.raises(openai.BadRequestError) as bad:
                    await ask(**more)
                assert bad.value.param == param
            image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
            with pytest.raises(openai.BadRequestError) as bad:
                await ask(messages=[{"role": "user", "content": [{"type": "text", "text": "?"}, image]}])
            assert (bad.value.code, bad.value.param) == ("unsupported_content", "messages.0.content.1")
            with pytest.raises(openai.BadRequestError) as bad:
                await ask(messages=[{"role": "user", "content": "words " * 100_000}])
            assert bad.value.code == "context_length_exceeded"
            assert upstream.calls == 0
            upstream.script([Reply([b'{"error": {"message": "secret"}}'], status=401)])
            for stream in (False, True):
                with pytest.raises(openai.InternalServerError) as failed:
                    await ask(stream=stream)
                assert (failed.value.status_code, failed.value.code) == (503, "service_unavailable")
                assert "secret" not in str(failed.value)
            upstream.script([Reply([b"{}"], status=429)])
            with pytest.raises(openai.RateLimitError) as limited:
                await ask()
            assert limited.value.code == "rate_limit_exceeded"
        refused = openai.AsyncOpenAI(base_url=f"{parley.url}/v1", api_key="parley_wrong", max_retries=0)
        async with refused as client:
            with pytest.raises(openai.AuthenticationError) as wrong:
                await client.models.list()
            assert wrong.value.code == "invalid_api_key"


async def test_what_fails_within_a_stream_is_told_in_it(serve: Serve) -> None:
    async with FakeUpstream() as upstream:
        upstream.script([Reply([chunk("Once upon "), chunk("a time")])])  # and no end
        parley = serve(OPENAI_BASE_URL=upstream.base_url, OPENAI_MODEL="some-model")
        async with async_client_of(parley) as client, asyncio.timeout(PATIENCE):
            stream = await client.chat.completions.create(model="Assistant", messages=ASKED, stream=True)
            text = ""
            with pytest.raises(openai.APIError) as failed:
                async for one in stream:
                    text += one.choices[0].delta.content or ""
            assert text == "Once upon a time"
            assert failed.value.code == "server_error"


async def test_tools_run_here_and_one_that_needs_a_person_is_not_made(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0")
    async with async_client_of(parley) as client, asyncio.timeout(PATIENCE):
        answer = await client.chat.completions.create(
            model="Assistant", messages=[{"role": "user", "content": "What is 12 * (3 + 4)?"}]
        )
    assert "84" in answer.choices[0].message.content


async def test_nothing_of_it_is_a_conversation(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0")
    async with async_client_of(parley) as client, asyncio.timeout(PATIENCE):
        await client.chat.completions.create(model="Assistant", messages=ASKED)
        async with EventStream(parley.url, "/api/users/me/chats") as listing:
            assert listing.status == 200
            body = b""
            while not body.endswith(b"}"):
                body += await listing._reader.read(2**16)
    assert json.loads(body)["total"] == 0
