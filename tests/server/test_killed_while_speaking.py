"""kill -9 while an answer is read aloud: asked for again it is whole, and nothing of the half is left."""

from io import BytesIO

import av
import httpx2

from tests.server.conftest import Serve
from tests.server.stored import rows
from tests.server.visitor import Visitor
from tests.server.watching import answer_to

QUESTION = "Draft a proposal for a library in our village"


def seconds_of(mp3: bytes) -> float:
    with av.open(BytesIO(mp3)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


async def test_it_is_heard_whole_after_the_next_start(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.03")
    async with Visitor(parley.url) as visitor, httpx2.AsyncClient(base_url=parley.url, timeout=60) as program:
        conversation = await visitor.start(QUESTION)
        told = (await program.get(f"/api/sessions/{conversation}/messages")).json()["messages"][-1]
        speech = f"/api/messages/{told['id']}/speech"
        async with program.stream("GET", speech) as response:
            assert await anext(response.aiter_bytes())
            under_way = (await program.get(f"/api/sessions/{conversation}/messages")).json()["messages"][-1]
            assert under_way["status"] == "processing"  # sound before the text is finished
            parley.kill()
        parley.start()
        await answer_to(visitor, conversation)
        made = await program.get(speech, follow_redirects=True)
        kept = await program.get(speech)
        assert (made.status_code, kept.status_code) == (200, 302)
        again = await program.get(kept.headers["Location"])
        assert again.content == made.content
    ((seconds, size),) = rows(parley.folder, "SELECT seconds, size FROM voice_speech")
    assert size == len(made.content)
    assert abs(seconds_of(made.content) - seconds) < 0.2
    assert len(list((parley.folder / "media" / "audio").rglob("*.mp3"))) == 1
