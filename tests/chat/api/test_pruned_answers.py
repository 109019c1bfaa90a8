"""An answer whose log was cut to its text: the API gives a short whole log, and pages are what they were."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from agents.models import Run
from chat.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Because — “yes”\n\n\u2028<b>"


@pytest.fixture
def pruned(alices, finished):
    """Calls to be compared are made before ``pruned()``."""

    def prune() -> Run:
        Run.objects.update(ended_at=timezone.now() - timedelta(days=40))
        call_command("prune", "--days", "30", verbosity=0, stdout=StringIO())
        return finished

    return prune


def events_of(alices, run: Run, since: str = "") -> list[dict]:
    return alices.get(f"/api/messages/{run.message_id}/events", {"since": since}).json()


def test_the_events_are_start_text_and_end_with_the_ids_they_had(alices, finished, pruned):
    before = events_of(alices, finished)
    after = events_of(alices, pruned())
    assert [event["type"] for event in after] == ["start", "content", "end"]
    assert [event["id"] for event in after] == [before[0]["id"], before[4]["id"], before[5]["id"]]
    assert after[1]["md"] == TEXT
    assert set(after[1]) == set(before[2])


def test_whoever_left_in_the_middle_gets_the_rest(alices, finished, pruned):
    before = events_of(alices, finished)
    run = pruned()
    for seen, event in enumerate(before, start=1):
        read = "".join(one.get("md", "") for one in before[:seen])
        rest = events_of(alices, run, since=event["id"])
        assert read + "".join(one.get("md", "") for one in rest) == TEXT


async def test_a_stream_gives_the_rest_and_closes(async_client, alice, finished, pruned):
    await async_client.aforce_login(alice)
    before = (await async_client.get(f"/api/messages/{finished.message_id}/events")).json()
    run = await sync_to_async(pruned)()
    address = f"/api/chats/{run.chat_id}/messages/{run.message_id}/stream"
    response = await async_client.get(address, headers={"Last-Event-ID": before[2]["id"]})
    body = b"".join([piece async for piece in response.streaming_content]).decode()
    sent = [json.loads(line[6:]) for line in body.split("\n") if line.startswith("data: ")]
    assert [one["type"] for one in sent] == ["content", "end"]
    assert "Be" + sent[0]["md"] == TEXT


def test_pages_stay_as_they_were(alices, finished, pruned):
    Message.objects.filter(pk=finished.answer_id).update(status="completed", content=TEXT)
    address = reverse("chat:conversation", args=[finished.chat_id])
    before = said_in(alices.get(address))
    run = pruned()
    assert said_in(alices.get(address)) == before
    assert alices.get(reverse("chat:replay", args=[run.chat_id, run.pk])).status_code == 200
    frames = alices.get(reverse("chat:replay_frames", args=[run.chat_id, run.pk]))
    assert frames.status_code == 200
    assert "Because" in frames.content.decode()


def said_in(response) -> str:
    found = re.search(r"<article.*</article>", response.content.decode(), re.DOTALL)
    assert found is not None
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", found[0])
