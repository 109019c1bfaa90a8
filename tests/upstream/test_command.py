"""The fake upstream runs on its own, for benchmarks and for trying out."""

import asyncio
import sys

from agents.engine.messages import ChatMessage, ModelRequest
from agents.providers.openai import OpenAIProvider
from tests.agents.engine.script import QUICK, play
from tests.upstream.scripts import PATIENT


async def test_it_says_its_address_and_streams_tokens_and_named_scripts():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.upstream", "--port", "0", "--tokens", "30", "--rate", "0",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    provider = OpenAIProvider(base_url=(await process.stdout.readline()).decode().strip(), api_key="")
    try:
        tokens = await play(provider, limits=PATIENT)
        named = await play(
            provider, limits=QUICK, request=ModelRequest("script:plain", (ChatMessage("user", "Hi"),))
        )
    finally:
        await provider.aclose()
        process.terminate()
        await process.wait()
    assert tokens.outcome.status == "completed"
    assert tokens.text.startswith("## Tea")
    assert named.text == "Hello"
