"""kill -9 while a recording is listened to: nothing is left of it, and sent again it is said once."""

import asyncio
import json

import httpx2
import pytest

from tests.server.conftest import Serve
from tests.server.test_sessions_api import at, session_of
from tests.upstream import FakeUpstream, Reply
from tests.upstream.server import HANG
from tests.voice.sounds import packed

UNDERSTOOD = Reply(
    [json.dumps({"text": "When is it open?"}).encode()], headers={"Content-Type": "application/json"}
)


async def test_a_recording_that_was_being_listened_to_is_sent_again_and_said_once(serve: Serve) -> None:
    form = {"files": {"audio": ("question.webm", packed("webm"))}, "headers": {"Idempotency-Key": "one"}}
    async with FakeUpstream() as upstream, asyncio.timeout(60):
        upstream.heard = [Reply([HANG]), UNDERSTOOD]
        parley = serve(TRANSCRIPTION_BASE_URL=upstream.base_url)
        async with at(parley.url) as client:
            messages = await session_of(client)
            place = messages.replace("/messages", "/voice")
            sending = asyncio.create_task(client.post(place, **form))
            while not upstream.requests:
                await asyncio.sleep(0.01)
            parley.kill()
            with pytest.raises(httpx2.TransportError):
                await sending
            assert list(parley.folder.glob("media/audio/**/*.webm")) == []
            parley.start()
            assert (await client.get(messages)).json()["messages"] == []
            said = [(await client.post(place, **form)).json()["user_message"] for _ in range(2)]
            assert [one["content"] for one in said] == ["When is it open?"] * 2
            assert said[0]["id"] == said[1]["id"]
            assert (await client.get(messages)).json()["total_count"] == len(["question", "answer"])
            heard = await client.get(said[0]["audio_url"])
            assert heard.content == packed("webm")
    assert len(list(parley.folder.glob("media/audio/**/*.webm"))) == 1
    assert len(upstream.requests) == 2
